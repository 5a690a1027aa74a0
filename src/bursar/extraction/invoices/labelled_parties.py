"""Parties that a label announces: «Bill to», «Rechnungsempfänger», «Verkäufer», and the lines that go with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bursar.extraction.invoices.addressed_parties import read_addressed
from bursar.extraction.invoices.addressees import without_person
from bursar.extraction.invoices.addresses import find_country, fold, is_company, is_postal, is_street, words
from bursar.extraction.invoices.blocks import (
    PartyLines,
    is_label_line,
    is_value,
    read_party,
    score_as_party,
    without_label,
)
from bursar.extraction.invoices.east_asian_words import is_east_asian
from bursar.extraction.invoices.keyed_blocks import read_cells, read_keyed
from bursar.extraction.invoices.layout import LINE_GAP, Hit, Layout, Segment, Token, join
from bursar.extraction.invoices.line_kinds import is_attention, is_contact
from bursar.facts.box import Box, enclose

_ROLES = ("seller", "buyer", "ship_to", "recipient", "payee")
_ANNOUNCED = frozenset(_ROLES)
_BANK_KEYS = {"iban", "bic", "bank_name", "sort_code"}  # an account may be the customer's with the seller
_ACCOUNT_KEYS = {"iban", "account_number", "account_holder"}
_LOWER = 0.5  # of a page's height
_ROWS_ON_SLIP = 2  # between who pays and the account to pay to
_MOST_LINES = 10
_FLUSH = 0.4  # between right edges that are one, in heights of type
_LINES_HANGING = 2
_LINES_FROM_MIDDLE = 3
_GAP = 2.4  # between the label or a line and the next line, in heights of type
_SHORT = 3  # letters of «to» and its like
_ROWS_TO_HEADING = 3
_LINES_TO_TOWN = 3
_SET_OFF = 1.5  # of the distance between lines
_SEVERAL = 3  # labels for sellers, not all of one
_ROWS_ABOVE = 2  # rows of other columns may lie between two lines
_WORDS_OF_LABEL = 4
_EDGE = 0.5  # between left edges that are one, in heights of type
_WEAK = 4  # letters: labels no longer than this («to», «for») need a colon or a line of their own


def find_labelled(layout: Layout, blocked: frozenset[int]) -> dict[str, PartyLines]:
    """Return the best party for each role that a label announces.

    A recipient is where the goods go («Odbiorca»), and the buyer where no other one is announced, as is who was `served`.
    """
    best: dict[str, tuple[float, PartyLines]] = {}
    places: dict[str, PartyLines] = {}  # what «Billing address:» states apart from the name
    inline: set[str] = set()  # who is named behind labels for sellers, on their lines
    count = 0
    for hit, roles, party in _find_announced(layout, blocked):
        if is_street(party.name_text) and not is_company(party.name_text):
            places.update(dict.fromkeys(roles, PartyLines((), (party.name, *party.address), party.segments)))
            continue
        if "seller" in roles and party.name[0] in hit.segment.tokens:
            inline.add(fold(party.name_text))
            count += 1
        score = _score(layout, hit, party)
        for role in roles:
            if score > best.get(role, (0.0, None))[0]:
                best[role] = (score, party)
    if count >= _SEVERAL and len(inline) > 1:
        best.pop("seller", None)  # each of them sells something on a marketplace
    found = {role: party for role, (_, party) in best.items()}
    for role, place in places.items():
        if role in found and not found[role].address:
            found[role] = PartyLines(found[role].name, place.address, (*found[role].segments, *place.segments))
        elif role == "ship_to" and place.has_postal:
            found.setdefault(role, place)  # where the work was done: nobody need be named there
    if (recipient := found.pop("recipient", None)) is not None:
        found.setdefault("ship_to" if "buyer" in found else "buyer", recipient)
    return found


def _find_announced(layout: Layout, blocked: frozenset[int]) -> Iterator[tuple[Hit, list[str], PartyLines]]:
    """Give the parties that labels announce, each with its roles."""
    for hit in layout.hits:
        keys = hit.keys("parties")
        if "addressed" in keys and (addressed := read_addressed(layout, hit, blocked)) is not None:
            yield hit, ["buyer"], addressed
        roles = [role for role in _ROLES if role in keys] if keys else []
        if not roles or hit.segment.row in blocked or _is_of_bank(layout, hit) or _is_within_address(layout, hit):
            continue
        announced = _announces(layout, hit)
        may_announce = announced or _stands_alone(hit) or _is_half_known(hit)
        party = _read(layout, hit, blocked) if may_announce else None
        if party is None or not party.name or not (announced or party.has_postal):
            continue
        if (served := _is_served(hit)) and not party.has_postal:
            continue  # «Patient: Rex» may be an animal, or a child
        if _is_of_payment(layout, hit) or _is_on_slip(layout, hit):
            roles = ["payee"]  # «Account name», «Odbiorca»: who is paid, where bank details stand beside
        elif "seller" in roles and _is_sender_of_payment(layout, hit):
            roles = ["buyer"]
        elif "seller" in roles and fold(join(hit.tokens)) in words("lessors"):
            roles = ["lessor"]  # the seller where nothing else names one
        roles = ["served" if served and role == "buyer" else role for role in roles]
        if party.has_postal or "recipient" not in roles:  # on the slip of a payment the word says who is paid
            yield hit, roles, party


def _is_served(hit: Hit) -> bool:
    """Whether a label names who was treated, taught or carried: who pays where an address follows and nobody else is announced."""
    return fold(join(hit.tokens)).strip(" /&-") in words("served")


def _is_of_bank(layout: Layout, hit: Hit) -> bool:
    """Whether the label of an account or its bank stands before that of a party: «Domiciliation du fournisseur :»."""
    return hit.start > 0 and any(
        other.end <= hit.start and other.means("fields", _BANK_KEYS) for other in layout.hits_in(hit.segment)
    )


def _is_within_address(layout: Layout, hit: Hit) -> bool:
    """Whether «À l'attention de» stands right below a line that is no label: it names a person at the firm above."""
    segment = hit.segment
    if hit.start or not is_attention(join(hit.tokens)):
        return False
    above = (s for row in layout.rows[max(0, segment.row - _ROWS_ABOVE) : segment.row] for s in row.segments)
    return any(
        s.page == segment.page
        and abs(s.box.x0 - segment.box.x0) <= _EDGE * segment.size
        and segment.box.y0 - s.box.y1 <= LINE_GAP * segment.size
        and not layout.opens_with_label(s)
        for s in above
    )


def _stands_alone(hit: Hit) -> bool:
    """Whether a label is all that its segment holds; a short one («To») counts only above a name with an address."""
    return hit.opens and hit.start == 0 and hit.end >= len(hit.segment.tokens)


def _is_of_payment(layout: Layout, hit: Hit) -> bool:
    """Whether a label stands right above or below bank details, in one column with them."""
    beside = (other for other in layout.labels_beside(hit) if other.segment.row != hit.segment.row)
    return any(other.means("fields", _BANK_KEYS) for other in beside)


def _is_on_slip(layout: Layout, hit: Hit) -> bool:
    """Whether «To:» stands below the heading of the slip that goes back with the payment: who is paid."""
    if hit.letters > _SHORT or hit.start:
        return False
    above = layout.rows[max(0, hit.segment.row - _ROWS_TO_HEADING) : hit.segment.row]
    return any(
        fold(segment.text) in words("slip_headings")
        for row in above
        for segment in row.segments
        if row.page == hit.segment.page and abs(segment.box.x0 - hit.segment.box.x0) <= hit.segment.size
    )


def _is_sender_of_payment(layout: Layout, hit: Hit) -> bool:
    """Whether «Avsändare» stands in the lower half of a page beside the account to pay to, or its holder: who pays sends the money."""
    if fold(join(hit.tokens)) not in words("slip_senders"):
        return False
    if hit.segment.box.y0 < _LOWER * layout.page_size(hit.segment.page)[1]:
        return False
    return any(
        other.opens and other.means("fields", _ACCOUNT_KEYS) and other.segment.page == hit.segment.page
        for index in range(hit.segment.row - _ROWS_ON_SLIP, hit.segment.row + _ROWS_ON_SLIP + 1)
        for other in layout.hits_of_row.get(index, ())
    )


def _announces(layout: Layout, hit: Hit) -> bool:
    """Whether a phrase stands as a label: alone, or before a colon; the short ones with more care."""
    closes = "payee" in hit.keys("parties") and hit.end >= len(hit.segment.tokens)  # «Note: payable to»
    alone = (hit.start == 0 and (hit.end >= len(hit.segment.tokens) or _is_translated(layout, hit))) or closes
    if not hit.opens or (hit.start and not hit.has_colon and not closes):
        return False
    if any("@" in token.text for token in hit.segment.tokens[hit.end :]):
        return False  # the head of a mail that was printed: «From: billing@example.com»
    if hit.has_colon or alone:
        short = hit.letters > 1 and (hit.tokens[0].text.isupper() or is_east_asian(hit.tokens[0].text))
        return hit.letters >= _WEAK or hit.has_colon or short
    following = hit.segment.tokens[hit.end :]
    if _hangs(layout, hit):
        return True
    if hit.start == 0 and following and "/" in hit.tokens[0].text and hit.letters < _WEAK:
        return True  # «M/s. Firm»
    return (
        bool(following)
        and not any(token.text.endswith(":") for token in following)  # «Client / Matter:» is another label
        and hit.letters >= 6
        and len(hit.tokens) >= 2
        and following[0].text[:1].isupper()
        and len(following) <= 7
    )


def _hangs(layout: Layout, hit: Hit) -> bool:
    """Whether what stands behind a label is set off from it, and the lines below keep the edge of that, not of the label."""
    following = hit.segment.tokens[hit.end :]
    if hit.start or not following or not following[0].text[:1].isupper():
        return False
    size, left = hit.segment.size, following[0].box.x0
    if left - hit.tokens[-1].box.x1 < _EDGE * size:
        return False
    below = layout.rows_below(hit.segment.row, _LINES_HANGING)
    firsts = [row.segments[0] for row in below if row.box.y0 - hit.segment.box.y1 < _GAP * size * _LINES_HANGING]
    return len(firsts) == _LINES_HANGING and all(abs(first.box.x0 - left) <= _FLUSH * size for first in firsts)


def _is_translated(layout: Layout, hit: Hit) -> bool:
    """Whether nothing stands behind a label but another for a party: «Kunde / Bill To», «Buyer (Bill to)»."""
    stroke = any("/" in token.text for token in hit.segment.tokens[hit.end - 1 : hit.end + 1])
    stroke = stroke or hit.segment.tokens[-1].text.rstrip(":").endswith(")")
    behind = [token for token in hit.segment.tokens[hit.end :] if any(c.isalnum() for c in token.text)]
    others = [other for other in layout.hits_in(hit.segment) if other.start >= hit.end and other.keys("parties")]
    said = {id(token) for other in others for token in other.tokens}
    return stroke and bool(behind) and all(id(token) in said for token in behind)


def _is_half_known(hit: Hit) -> bool:
    """Whether a label fills its line with a stroke and a few words that may say the same in a language not known here.

    «Eladva / Sold to:»; «Client / Matter:» looks alike, so that only an address says that a party follows.
    """
    tokens = hit.segment.tokens
    if not tokens[-1].text.endswith(":") or hit.letters < _WEAK:
        return False
    before, behind = tokens[: hit.start], tokens[hit.end :]
    if hit.start == 0:
        stroke, rest = any("/" in token.text for token in tokens[hit.end - 1 : hit.end + 1]), behind
    else:
        stroke, rest = not behind and before[-1].text.endswith("/"), before
    said = [token for token in rest if any(map(str.isalnum, token.text))]
    text = join(said)
    return stroke and 0 < len(said) <= _WORDS_OF_LABEL and not any(map(str.isdigit, text)) and not is_company(text)


def _score(layout: Layout, hit: Hit, party: PartyLines) -> float:
    score = 1.0 + score_as_party(layout, party) + min(hit.letters, 16) / 40
    score -= 0.15 * (hit.segment.page - layout.pages[0].number)
    score -= 0.5 if "name" in hit.keys("parties") or _is_served(hit) else 0.0
    return score


def _is_flush(hit: Hit, start: Segment) -> bool:
    """Whether a label and the line below it end at one right edge and begin at different left ones."""
    size = max(start.size, 1.0)
    ends = abs(hit.segment.box.x1 - start.box.x1) < _FLUSH * size
    return ends and start.row != hit.segment.row and abs(hit.segment.box.x0 - start.box.x0) > size


def _read(layout: Layout, hit: Hit, blocked: frozenset[int]) -> PartyLines | None:
    inline = () if _is_translated(layout, hit) or _is_half_known(hit) else hit.segment.tokens[hit.end :]
    if any(map(str.isalnum, join(inline))):
        return _read_lines(layout, *_lines_under(layout, hit.segment, inline, blocked))
    if _stands_alone(hit) and (cells := read_cells(layout, hit.segment, blocked)) is not None:
        return cells
    below = _segment_below(layout, hit, blocked)
    right = next((s for s in layout.right_of(hit.segment)[:1] if any(map(str.isalpha, s.text))), None)
    if right is not None and (
        _is_below_party(layout, right)
        or _is_label_of_fact(layout, right)
        or (below is not None and _heads_column(layout, hit, below))
    ):
        right = None
    fits = [
        _read_lines(
            layout,
            *_lines_under(
                layout, start, _name_in(layout, start), blocked, beside=start is right, flush=_is_flush(hit, start)
            ),
        )
        for start in (_first_of_cell(layout, hit, right) if right is not None else None, below)
        if start is not None and not is_label_line(layout.hits_in(start), start) and not _is_of_labels(layout, start)
    ]
    if below is not None:
        form = read_keyed(_lines_under(layout, below, below.tokens, blocked)[1]) or _read_form(
            layout, hit, below.row, blocked
        )
        if form is not None:
            return form
    fits += [_with_address_beside(layout, hit, party) for party in fits if not party.address]
    return max(fits, key=lambda party: score_as_party(layout, party) + 0.1 * len(party.address), default=None)


def _name_in(layout: Layout, segment: Segment) -> Sequence[Token]:
    """Return a line's tokens without «Name:» before them."""
    return without_label(layout, segment) or segment.tokens


def _read_lines(layout: Layout, lines: list[tuple[Token, ...]], segments: list[Segment]) -> PartyLines:
    """Return the party of an address, whose lines may begin with a person at the firm, or say what each of them is."""
    if (keyed := read_keyed(segments)) is not None:
        return keyed
    party = read_party(layout, *without_person(lines, segments))
    return PartyLines(party.name, party.address, tuple(segments))


def _first_of_cell(layout: Layout, hit: Hit, beside: Segment) -> Segment:
    """Return the first line of the cell at whose middle a label stands, where the line beside it is of an address."""
    if not (is_street(beside.text) or is_postal(beside.text)):
        return beside
    lines = [beside]
    for step in (-1, 1):
        last = beside
        for _ in range(_LINES_FROM_MIDDLE):
            following = _next_of_cell(layout, last, step)
            if following is None:
                break
            lines.append(following)
            last = following
    first = min(lines, key=lambda line: line.box.y0)
    off = enclose(line.box for line in lines).center_y - hit.segment.box.center_y
    return first if abs(off) <= _EDGE * beside.size else beside


def _next_of_cell(layout: Layout, line: Segment, step: int) -> Segment | None:
    """Return the line right above or below another that keeps its left edge and its distance, and has no label on its left."""
    index = line.row + step
    if not 0 <= index < len(layout.rows) or layout.rows[index].page != line.page:
        return None
    for segment in layout.rows[index].segments:
        gap = max(segment.box.y0 - line.box.y1, line.box.y0 - segment.box.y1)
        if segment.place == 0 and abs(segment.box.x0 - line.box.x0) <= _EDGE * line.size and gap <= line.size:
            return segment
    return None


def _is_label_of_fact(layout: Layout, segment: Segment) -> bool:
    """Whether a line is nothing but the label of a fact, with no colon: the next head of a strip whose values stand below."""
    return any(
        hit.start == 0 and hit.end >= len(segment.tokens) and hit.keys("fields") and not hit.has_colon
        for hit in layout.hits_in(segment)
    )


def _heads_column(layout: Layout, hit: Hit, below: Segment) -> bool:
    """Whether a label stands flush above a line, right behind the label of another party: both head columns."""
    before = layout.rows[hit.segment.row].segments[hit.segment.place - 1] if hit.segment.place else None
    flush = abs(below.box.x0 - hit.segment.box.x0) <= _EDGE * hit.segment.size
    return before is not None and flush and _is_of_labels(layout, before)


def _with_address_beside(layout: Layout, hit: Hit, party: PartyLines) -> PartyLines:
    """Give a party the address that a label on the same row, or the next, states."""
    rows = (layout.rows[hit.segment.row], *layout.rows_below(hit.segment.row, 1))
    for row in rows:
        for other in layout.hits_of_row.get(row.index, ()):
            if "address" not in other.keys("parties") or other.start or other is hit:
                continue
            inline = other.segment.tokens[other.end :]
            value = inline or next((s.tokens for s in layout.right_of(other.segment)[:1]), ())
            if value and (inline or row.index == hit.segment.row):
                return PartyLines(party.name, (tuple(value),), (*party.segments, other.segment))
    return party


def _segment_below(layout: Layout, hit: Hit, blocked: frozenset[int]) -> Segment | None:
    size, label = max(hit.segment.size, 1.0), _box_of_label(layout, hit)
    for row in layout.rows_below(hit.segment.row, 3):
        if row.index in blocked or row.box.y0 - label.y1 > 3.2 * size:
            return None
        near = [s for s in row.segments if abs(s.box.x0 - label.x0) < 3.5 * size or _contains(s.box, label)]
        if near:
            return min(near, key=lambda segment: abs(segment.box.x0 - label.x0))
    return None


def _is_of_labels(layout: Layout, segment: Segment) -> bool:
    """Whether a line is made of labels of parties: «Cessionario/committente (cliente)»."""
    said = {id(t) for hit in layout.hits_in(segment) if hit.means("parties", _ANNOUNCED) for t in hit.tokens}
    return all(id(token) in said for token in segment.tokens)


def _box_of_label(layout: Layout, hit: Hit) -> Box:
    """Return the box of a label with the same label in another language before it: «Facturé à / Invoice to»."""
    if _is_half_known(hit):
        return hit.segment.box
    roles = set(hit.keys("parties"))
    return enclose(
        other.box
        for other in layout.hits_in(hit.segment)
        if other is hit or (hit.opens and other.start < hit.start and roles & set(other.keys("parties")))
    )


def _contains(segment: Box, label: Box) -> bool:
    return segment.overlap_x(label) > 0.5 * min(label.width, segment.width)


def _lines_under(
    layout: Layout,
    start: Segment,
    first: Sequence[Token],
    blocked: frozenset[int],
    *,
    beside: bool = False,
    flush: bool = False,
) -> tuple[list[tuple[Token, ...]], list[Segment]]:
    """Return the first line and those below that keep its left edge, down to a gap, a label or the table.

    The value `beside` a label goes on down to what the next label states beside it; what stands `flush` right keeps its right edge.
    """
    lines, segments = [tuple(first)], [start]
    left = min(token.box.x0 for token in first)
    edges = {round(left, 1), round(start.box.x0, 1)}
    last, right = start.box, start.box.x1
    for row in layout.rows_below(start.row, 14):
        size = max(start.size, row.segments[0].size, 1.0)
        if row.index in blocked or row.box.y0 - last.y1 > _GAP * size or len(lines) >= _MOST_LINES:
            break
        near = [s for s in row.segments if any(abs(s.box.x0 - edge) < 1.3 * size for edge in edges)]
        if flush and not near:
            near = [s for s in row.segments if abs(s.box.x1 - right) < _FLUSH * size]
        if not near:
            continue
        segment = min(near, key=lambda s: abs(s.box.x0 - left))
        if _is_set_off(segment, segments) and not _is_contact_line(layout, segment):
            break
        if segment.box.y0 - last.y1 > _GAP * size or is_label_line(layout.hits_in(segment), segment):
            break
        if beside and (is_value(layout, segment) or _is_beside_party(layout, segment)):
            break
        lines.append(without_label(layout, segment))
        segments.append(segment)
        last = segment.box
    return lines, segments


def _is_set_off(segment: Segment, above: Sequence[Segment]) -> bool:
    """Whether a line stands further below the town of an address than its lines below one another, and names no country."""
    if len(above) < _LINES_TO_TOWN or not is_postal(above[-1].text) or find_country(segment.text):
        return False
    drop, usual = segment.box.y0 - above[-1].box.y0, above[-1].box.y0 - above[-2].box.y0
    return drop > _SET_OFF * usual > 0


def _is_contact_line(layout: Layout, segment: Segment) -> bool:
    """Whether a line states how a party is reached or known, or is the label for that: it may be set off."""
    hits = layout.hits_in(segment)
    return is_contact(segment.text) or any(
        hit.start == 0 and hit.keys("fields") and (hit.has_colon or hit.end >= len(segment.tokens)) for hit in hits
    )


def _is_below_party(layout: Layout, segment: Segment) -> bool:
    """Whether the label of a party stands alone right above a line, which is what it announces."""
    above = (s for row in layout.rows[max(0, segment.row - _ROWS_ABOVE) : segment.row] for s in row.segments)
    return any(
        s.page == segment.page
        and abs(s.box.x0 - segment.box.x0) <= _EDGE * segment.size
        and segment.box.y0 - s.box.y1 <= LINE_GAP * segment.size
        and _is_of_labels(layout, s)
        for s in above
    )


def _is_beside_party(layout: Layout, segment: Segment) -> bool:
    """Whether a line is what the label of a party on its left announces."""
    before = layout.rows[segment.row].segments[segment.place - 1] if segment.place else None
    return before is not None and any(
        hit.start == 0 and hit.end >= len(before.tokens) and hit.means("parties", _ANNOUNCED) and hit.letters >= _WEAK
        for hit in layout.hits_in(before)
    )


def _read_form(layout: Layout, hit: Hit, first_row: int, blocked: frozenset[int]) -> PartyLines | None:
    """Read a form below a heading: «Name: …», «Address: …» with values in a column of their own."""
    name: tuple[Token, ...] = ()
    address: list[tuple[Token, ...]] = []
    segments: list[Segment] = []
    open_address = False
    for row in layout.rows[first_row : first_row + 16]:
        if row.index in blocked or row.page != hit.segment.page:
            break
        hits = [h for h in layout.hits_of_row.get(row.index, ()) if h.start == 0]
        heads = [h for h in hits if h.segment.place == 0]
        if any(set(_ROLES) & set(h.keys("parties")) for h in heads):
            break
        values = [s for s in row.segments if s.place > 0]
        if heads and values:
            keys = set(heads[0].keys("parties"))
            open_address = "address" in keys
            if "name" in keys and not name:
                name = values[0].tokens
            segments.extend(row.segments)
        elif (
            len(row.segments) == 1
            and segments
            and abs(row.segments[0].box.x0 - segments[-1].box.x0) < row.segments[0].size
        ):
            values = list(row.segments)
            segments.extend(row.segments)
        elif not segments or row.box.y0 - segments[-1].box.y1 > 4 * row.segments[0].size:
            break
        else:
            continue
        if open_address and values:
            address.append(values[0].tokens)
    return PartyLines(name, tuple(address), tuple(segments)) if name else None
