"""The address that a page prints below the name of a party that is known from the e-invoice's XML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bursar.extraction.einvoice.compare import fold
from bursar.extraction.invoices.address_parts import parse_address
from bursar.extraction.invoices.addresses import has_postal
from bursar.facts.box import enclose
from bursar.facts.document import Address
from bursar.facts.evidence import Evidence, Source
from bursar.reading.page import Line, Page

_SURE = 0.9
_MOST_LINES = 5  # below the name: a person, a building, street, district, town
_GAP = 1.0  # heights between two lines of a block
_EDGE = 0.4  # heights by which their left edges differ
_NO_ADDRESS = ":@"
_PARTS = ("text", "street", "city", "postal_code", "state")


@dataclass(frozen=True, slots=True)
class PrintedAddress:
    """An address and where its parts stand, by their names."""

    address: Address
    seen: dict[str, Evidence]


def find_address_below(name: str, pages: Iterable[Page]) -> PrintedAddress | None:
    """Return the lines from below a name down to the postal code, where the name stands on a line of its own.

    None where it stands above several addresses: one may be a branch's, or where the goods went.
    """
    wanted = fold(name)
    named = ((line, page) for page in pages for line in page.lines if wanted and fold(line.text) == wanted)
    found = [address for line, page in named if (address := _read_below(line, page)) is not None]
    return found[0] if len({fold(printed.address.text or "") for printed in found}) == 1 else None


def _read_below(name: Line, page: Page) -> PrintedAddress | None:
    taken: list[Line] = []
    for line in _block_below(name, page):
        if not set(_NO_ADDRESS).isdisjoint(line.text) or len(taken) == _MOST_LINES:
            return None
        taken.append(line)
        if has_postal([part.text for part in taken]):
            break
    else:
        return None
    address = parse_address([line.text for line in taken])
    return PrintedAddress(address, {part: seen for part in _PARTS if (seen := _locate(part, address, taken, page))})


def _locate(part: str, address: Address, lines: Sequence[Line], page: Page) -> Evidence | None:
    """Return where a part of the address stands: the lines that hold it, all of them for the whole text."""
    value = getattr(address, part)
    if value is None:
        return None
    holding = [line for line in lines if part == "text" or fold(value) in fold(line.text)]
    words = [word for line in holding for word in line.words]
    if not words:
        return None
    source = Source.OCR if any(word.source is Source.OCR for word in words) else Source.TEXT
    return Evidence(page.number, enclose(word.box for word in words), value, _SURE, source)


def _block_below(name: Line, page: Page) -> Iterator[Line]:
    """Give the lines that follow close below, their left edges aligned, down to the first gap."""
    above = name.box
    aligned = [line for line in page.lines if abs(line.box.x0 - above.x0) <= _EDGE * above.height]
    for line in sorted(aligned, key=lambda line: line.box.y0):
        if line.box.center_y <= above.y1:
            continue
        if line.box.y0 - above.y1 > _GAP * above.height:
            return
        yield line
        above = line.box
