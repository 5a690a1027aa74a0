"""XML, element after element. A value that is not known makes no element."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

Element = Any
"""An element of lxml, which has no types of its own."""

_UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """Return the text without the characters that XML 1.0 cannot hold (and no spreadsheet shows)."""
    return _UNPRINTABLE.sub("", text)


def add(parent: Element, path: str, value: str | Decimal | date | None, *, longest: int = 0, **attributes: str) -> None:
    """Put the value below the parent, and the elements on the way there; parts of the path are local names.

    Nothing is put where the value is None or blank. `longest` cuts text that a schema limits, in characters.
    """
    text = format(value, "f") if isinstance(value, Decimal) else "" if value is None else str(value)
    text = " ".join(printable(text).split())
    if longest:
        text = text[:longest].rstrip()
    if text:
        node = grow(parent, path)
        node.text = text
        for name, given in attributes.items():
            node.set(name, given)


def grow(parent: Element, path: str) -> Element:
    """Return a new element at the path, in the namespace of its parent."""
    for name in path.split("/"):
        space = etree.QName(parent).namespace
        parent = etree.SubElement(parent, f"{{{space}}}{name}" if space else name)
    return parent


def write(root: Element, *, head: bytes = b'<?xml version="1.0" encoding="UTF-8"?>\n') -> bytes:
    """Return the document in UTF-8."""
    return head + bytes(etree.tostring(root, encoding="UTF-8", pretty_print=True, xml_declaration=False))
