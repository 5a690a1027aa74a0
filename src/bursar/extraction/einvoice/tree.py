"""Hostile XML to a small tree: no document type, no entities, no network, bounded in bytes, tags and depth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from bursar.errors import CorruptDocument, FileTooLarge

Element = Any  # lxml has no public name for it

_MAX_BYTES = 32 * 1024 * 1024
_MAX_TAGS = 2_000_000  # an invoice of 15,000 lines; a million elements take about 150 MB
_HEAD_BYTES = 64 * 1024
_PROLOG = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_DOCTYPE = b"<!DOCTYPE"
_OPTIONS: Mapping[str, bool] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,  # the library's own limits hold: 256 levels, 10 MB in one text
    "remove_comments": True,
    "remove_pis": True,
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """The text of one element or attribute, white space folded, with the element's attributes."""

    text: str
    attributes: Mapping[str, str] = field(default_factory=dict)


def find_root(content: bytes, within: str) -> tuple[str, str] | None:
    """Return namespace and local name of the outermost element, looking at the beginning alone.

    The envelope called `within` is opened: the element that counts is the first one inside it whose namespace is another.
    None for anything that is not XML, and for XML with a document type.
    """
    if _has_doctype(content):
        return None
    parser = etree.XMLPullParser(events=("start",), **_OPTIONS)
    try:
        parser.feed(content[:_HEAD_BYTES])
        names = [_split(element.tag) for _, element in parser.read_events()]
    except etree.XMLSyntaxError:
        return None
    if names and names[0][1] == within:
        names = [name for name in names if name[0] != names[0][0]]
    return names[0] if names else None


def parse_tree(content: bytes, root_name: str, renamed: Mapping[str, str]) -> Element:
    """Return the element called `root_name`, all names below freed of their namespaces and replaced as `renamed` says.

    Raises `CorruptDocument` for malformed XML and for any document type (an e-invoice has none, an attack does), and
    `FileTooLarge` beyond the limits.
    """
    if len(content) > _MAX_BYTES or content.count(b"<") > _MAX_TAGS:
        raise FileTooLarge("the e-invoice's XML is too large", {"size_bytes": len(content)})
    if _has_doctype(content):
        raise CorruptDocument("the e-invoice's XML has a document type definition, which is refused")
    try:
        root = etree.fromstring(content, etree.XMLParser(**_OPTIONS))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise CorruptDocument(f"the e-invoice's XML is malformed: {error}") from None
    if root.getroottree().docinfo.doctype:  # behind an encoding that hid it from the look at the bytes
        raise CorruptDocument("the e-invoice's XML has a document type definition, which is refused")
    for element in root.iter(etree.Element):
        name = _split(element.tag)[1]
        element.tag = renamed.get(name, name)
    if root.tag == root_name:
        return root
    return next(root.iter(root_name), root)


def find_leaves(node: Element, paths: str) -> Iterator[Leaf]:
    """Yield the texts that stand at a path below the node, blank ones left out.

    A path is one of ElementTree's (`A/B[@c='d']`), may end in `/@attribute`, and ` | ` parts alternatives: the first that
    yields anything counts.
    """
    for path in paths.split(" | "):
        steps, _, attribute = path.partition("/@")
        found = False
        for element in node.iterfind(steps):
            text = " ".join(((element.get(attribute) if attribute else element.text) or "").split())
            if text:
                found = True
                yield Leaf(text, element.attrib)
        if found:
            return


def find_leaf(node: Element, paths: str) -> Leaf | None:
    """Return the first text at a path, as `find_leaves` understands it."""
    return next(find_leaves(node, paths), None)


def find_nodes(node: Element, paths: str) -> list[Element]:
    """Return the elements at a path; of alternatives the first that is there."""
    for path in paths.split(" | "):
        found = node.findall(path)
        if found:
            return list(found)
    return []


def _has_doctype(content: bytes) -> bool:
    plain = content.replace(b"\0", b"") if b"\0" in content[:8] else content  # UTF-16 and UTF-32
    match = _PROLOG.match(plain)
    return plain.startswith(_DOCTYPE, match.end() if match else 0)


def _split(tag: str) -> tuple[str, str]:
    namespace, _, name = tag.rpartition("}")
    return namespace.removeprefix("{"), name
