"""Tax ids, registration numbers, mail, telephone and web addresses, each given to the party that it stands with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from bursar.extraction.dates import find_dates
from bursar.extraction.identifiers import (
    find_emails,
    find_pans,
    find_phones,
    find_spaced_number,
    find_tax_ids,
    find_websites,
    is_nip_valid,
    is_spanish_id,
)
from bursar.extraction.invoices.addresses import find_country, fold, words
from bursar.extraction.invoices.blocks import PartyLines
from bursar.extraction.invoices.layout import Found, Hit, Layout, Segment, Token, join
from bursar.extraction.invoices.regions import Region, find_regions
from bursar.extraction.invoices.values import tokens_at
from bursar.extraction.labels.vocabulary import compact, phrases_of
from bursar.facts.box import Box, enclose
from bursar.facts.evidence import Source

_REACHED = re.compile(r"[@./+☎✆📞]")  # one of them is in every mail and web address and at the head of every number
_DIALLED = re.compile(r"\s*[☎✆📞+]")
_PLAIN_ID = re.compile(r"\(?((?:[A-Z]{2}\s)?[A-Z]{0,4}\d[\w./-]*(?:\s[\dA-Z./-]*\d[\w./-]*)*)\)?")
_REGISTERED = re.compile(r"\W*((?:HR[AB]|H\s?A|H\s?B|[A-Z]{1,4})?\s?[\w-]*\d[\w./-]*)")
_NIP = re.compile(r"\d{3}-\d{3}-\d{2}-\d{2}|\d{3}-\d{2}-\d{2}-\d{3}")
_FITTING = 0.4
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[A-Z]")
_FOOT = 0.75
_HEAD = 0.6
_ANYBODY = "999999990"  # whom a Portuguese till calls a customer that gave no number
_NATIONAL = 1.0
_DOUBT = 0.25
_SECOND = 0.65  # how sure a tax id is the buyer's because it is not the seller's
_LONG_NUMBER = re.compile(r"[:\s]*\d{9,15}")
_NUMBERS = {"tax_id", "registration_number", "extra_tax_id", "tax_number"}
_WORDS_BETWEEN = 5
_OF_ACCOUNT = ("iban", "bic", "account_number")
_OF_FIRM = (*_OF_ACCOUNT, "registration_number", "tax_id", "phone", "email", "website")
_SEVERAL = 3  # particulars on a line
_SAME_EDGE = 0.5  # of the height of type
_OTHER_PLACE = 0.25  # of a page's height: what stands further from a party than this is not of it

People = dict[str, PartyLines | None]


class Contacts(Struct, frozen=True):
    """How one party is reached."""

    email: Found[str] | None = None
    phone: Found[str] | None = None
    website: Found[str] | None = None


class TaxIds(Struct, frozen=True):
    """One party's numbers; `extra` with the name of their kind."""

    tax_id: Found[str] | None = None
    registration: Found[str] | None = None
    extra: tuple[tuple[str, Found[str]], ...] = ()


class _Claim(Struct, frozen=True):
    """A number, the party it belongs to and how sure both are."""

    role: str
    found: Found[str]
    score: float
    segment: Segment


def find_contacts(layout: Layout, people: People) -> dict[str, Contacts]:
    """Return each party's mail address, telephone and web address: its own host's before others, then the nearest."""
    best: dict[tuple[str, str], tuple[float, Found[str]]] = {}
    announced: dict[tuple[int, int], int] = {}
    for hit in layout.hits_of_field("phone"):
        announced.setdefault((hit.segment.row, hit.segment.place), _begin_behind(hit))
    for segment in layout.segments:
        called = announced.get((segment.row, segment.place))
        if called is None and not _REACHED.search(segment.text):
            continue
        for kind, (found, start, end) in _contacts_in(segment, called=called):
            where = _role_at(layout, segment, people)
            used = tokens_at(segment.tokens, start, end)
            value = _without_label(found) if kind == "email" and used[0].source is Source.OCR else found
            for role in ("seller", "buyer"):
                score = _affinity(role, where, value, people)
                if score > best.get((role, kind), (0.0, None))[0]:
                    best[role, kind] = (score, Found(value, used, min(0.9, 0.5 + 0.25 * score)))
    chosen = {key: pair[1] for key, pair in best.items()}
    return {
        role: Contacts(chosen.get((role, "email")), chosen.get((role, "phone")), chosen.get((role, "website")))
        for role in ("seller", "buyer")
    }


def _without_label(address: str) -> str:
    """Return a mail address without the word for one that recognition ran into it: «E-mail.info@firm.example».

    A small «email.» may be the name of a box.
    """
    word, _, rest = address.partition(".")
    is_label = compact(word) in phrases_of("fields", "email") and (word[:1].isupper() or "-" in word)
    return rest if is_label and not rest.startswith("@") else address


def _affinity(role: str, where: str | None, value: str, people: People) -> float:
    """Return how likely a contact is a party's: by where it stands and by the name in its host."""
    points = {role: 1.0, None: 0.5 if role == "seller" else 0.0}.get(where, -0.7)
    host = re.sub(r"[^a-z0-9]", "", value.casefold().split("@")[-1]) if "@" in value or "." in value else ""
    for other, party in people.items():
        name = re.sub(r"[^a-z0-9]", "", fold(party.name_text)) if party else ""
        if host and len(name) >= 4 and (name[:7] in host or host.rsplit(".", 1)[0][:7] in name):
            points += 1.5 if other == role or (role == "buyer" and other == "consignee") else -1.5
    return points


def find_hosts(layout: Layout) -> str:
    """Return the hosts of all mail addresses and all web addresses of a document, in small letters."""
    hosts = []
    for row in layout.rows:
        hosts += [found.value.split("@")[-1] for found in find_emails(row.text)]
        hosts += [found.value for found in find_websites(row.text)]
    return " ".join(hosts).casefold()


def _begin_behind(hit: Hit) -> int:
    """Return where in its line's text the value of a label begins; 0 where the label closes the line."""
    if hit.end >= len(hit.segment.tokens):
        return 0
    return len(join(hit.segment.tokens[: hit.end])) + 1


def _contacts_in(segment: Segment, *, called: int | None) -> Iterator[tuple[str, tuple[str, int, int]]]:
    """Give a line's mail and web addresses, and a telephone number: the first behind where it is `called` one, or that begins as one."""
    text = segment.text
    for found in find_emails(text, misread=segment.tokens[0].source is Source.OCR):
        yield "email", (found.value, found.start, found.end)
    for found in find_websites(text):
        yield "website", (found.value, found.start, found.end)
    phones = find_phones(text) if called is not None or _DIALLED.match(text) else ()
    for found in sorted(phones, key=lambda phone: phone.start < (called or 0)):
        yield "phone", (found.value, found.start, found.end)
        return


def find_party_tax_ids(layout: Layout, people: People) -> dict[str, TaxIds]:
    """Return each party's tax id, registration number and further numbers."""
    claims = sorted(_told_apart(layout, people, list(_tax_claims(layout, people))), key=lambda claim: -claim.score)
    chosen: dict[str, Found[str]] = {}
    used: set[str] = set()
    for claim in claims:
        if claim.role not in chosen and claim.found.value not in used:
            chosen[claim.role] = claim.found
            used.add(claim.found.value)
    if "buyer" not in chosen and (second := _second_id(layout, people, claims, chosen.get("seller"))):
        chosen["buyer"] = second
    if "seller" not in chosen and (stray := _stray_id(layout, people, chosen.get("buyer"))):
        chosen = {"seller": stray}
    registration = _labelled(layout, people, "registration_number")
    extra = _extra_ids(layout, people, chosen)
    return {
        role: TaxIds(chosen.get(role), registration.get(role), tuple(extra.get(role, ())))
        for role in ("seller", "buyer")
    }


def _told_apart(layout: Layout, people: People, claims: list[_Claim]) -> list[_Claim]:
    """Return claims where nobody else than the seller is named: of two numbers that right below his lines is his.

    On a Portuguese receipt the other one is the customer's, who is named by nothing else: «Contribuinte: 501 234 560».
    """
    seller = people.get("seller")
    if seller is None or not seller.segments or people.get("buyer") is not None:
        return claims
    last = max(segment.row for segment in seller.segments)
    own = {claim.found.value for claim in claims if claim.segment.row in (last, last + 1) and claim.role == "seller"}
    others = {claim.found.value for claim in claims if claim.role == "seller"} - own
    if len(own) != 1 or len(others) != 1 or _is_same_id(*own, *others):
        return claims
    alike = _form_of(next(iter(own))) == _form_of(next(iter(others)))
    customers = alike and layout.languages[:1] == ("pt",)
    told = []
    for claim in claims:
        if claim.found.value not in others or not alike:
            told.append(claim)
        elif customers and _is_of_head(layout, claim):
            told.append(_Claim("buyer", claim.found, claim.score, claim.segment))
        else:
            told.append(_Claim(claim.role, claim.found, claim.score - _DOUBT, claim.segment))
    return [claim for claim in told if claim.role != "buyer" or claim.found.value != _ANYBODY]


def _is_of_head(layout: Layout, claim: _Claim) -> bool:
    """Whether a number stands in the upper part of its page behind nothing but its label."""
    height = layout.page_size(claim.segment.page)[1]
    return claim.segment.box.center_y < _HEAD * height and _opens_with_label(layout, claim)


def _stray_id(layout: Layout, people: People, found: Found[str] | None) -> Found[str] | None:
    """Return the buyer's tax id if it is so by nearness alone: the law asks for the seller's, and only it stands unnamed."""
    buyer = people.get("buyer")
    if found is None or buyer is None:
        return None
    within = {id(token) for segment in buyer.segments for token in segment.tokens}
    named = {
        id(token)
        for hit in layout.hits_of_field("buyer_tax_id")
        for region in find_regions(layout, hit)
        for token in region.tokens
    }
    beside = any(token.box.y0 < max(segment.box.y1 for segment in buyer.segments) for token in found.tokens)
    beside = beside and not _is_among_particulars(layout, found.tokens[0])
    return None if beside or any(id(token) in within | named for token in found.tokens) else found


def _is_among_particulars(layout: Layout, token: Token) -> bool:
    """Whether a value stands in one column with the invoice's number or date, each below its label."""
    reach = _OTHER_PLACE * layout.page_size(token.page)[1]
    return any(
        hit.segment.page == token.page
        and abs(hit.segment.box.x0 - token.box.x0) <= _SAME_EDGE * token.size
        and 0 < token.box.y0 - hit.segment.box.y0 < reach
        for key in ("invoice_number", "invoice_date")
        for hit in layout.hits_of_field(key)
        if hit.end >= len(hit.segment.tokens)
    )


def _second_id(
    layout: Layout, people: People, claims: Sequence[_Claim], sellers: Found[str] | None
) -> Found[str] | None:
    """Return the one other tax id of a document that states the seller's in its block or the foot of the page.

    Among the invoice's own particulars «VAT ID» is either's: who has named its own means the buyer's. It must be adrift, be called
    nothing more, and have the form of the seller's or the country of the buyer: other numbers are the seller's own for other ends.
    """
    buyer = people.get("buyer")
    if sellers is None or buyer is None:
        return None
    others = [claim for claim in claims if claim.score > 0 and not _is_same_id(claim.found.value, sellers.value)]
    if len({claim.found.value for claim in others}) != 1:
        return None
    if any(not _is_adrift(layout, claim.segment, people) or not _opens_with_label(layout, claim) for claim in others):
        return None
    if any(_is_adrift(layout, claim.segment, people) for claim in claims if claim.found is sellers):
        return None
    found = others[0].found
    country = next((code for line in reversed(buyer.address_lines) if (code := find_country(line))), None)
    if _form_of(found.value) != _form_of(sellers.value) and found.value[:2] != country:
        return None
    return Found(found.value, found.tokens, _SECOND)


def _opens_with_label(layout: Layout, claim: _Claim) -> bool:
    """Whether nothing but a label for tax ids stands before a number on its line: «Carrier VAT no.» is of somebody else."""
    tokens, first = claim.segment.tokens, claim.found.tokens[0]
    before = tokens[: next((place for place, token in enumerate(tokens) if token is first), len(tokens))]
    labels = (hit for hit in layout.hits_in(claim.segment) if "tax_id" in hit.keys("fields"))
    said = {id(token) for hit in labels for token in hit.tokens}
    return all(id(token) in said or not any(map(str.isalnum, token.text)) for token in before)


def _form_of(number: str) -> str:
    """Return the form of a number: its digits alike, and its letters but those of its country."""
    return (
        number[:2] + _LETTER.sub("A", _DIGIT.sub("0", number[2:])) if number[:2].isalpha() else _DIGIT.sub("0", number)
    )


def _is_same_id(one: str, other: str) -> bool:
    """Whether two tax ids differ at most in that one names its country."""
    return one.endswith(other) or other.endswith(one)


def _tax_claims(layout: Layout, people: People) -> Iterator[_Claim]:
    for hit in layout.hits:
        keys = hit.keys("fields")
        role = next((r for r in ("buyer", "seller") if f"{r}_tax_id" in keys), None)
        national = "tax_number" in keys  # of the tax office at home: it stands in where there is no VAT id
        if role is None and "tax_id" not in keys and not national and not _states_number_for_tax(layout, hit):
            continue
        for region in find_regions(layout, hit):
            found = _read_id(region.tokens) or _read_behind_labels(layout, hit, region)
            if found is not None:
                where = role or _role_at(layout, hit.segment, people) or "seller"
                score = found.confidence * region.fit + (0.2 if role else 0.0) + (0.1 if hit.has_colon else 0.0)
                score -= 0.02 * hit.segment.page + (_NATIONAL if national else 0.0)
                if role is None and _is_adrift(layout, hit.segment, people):
                    if _is_of_customer(layout, hit, people):
                        yield _Claim("buyer", found, score - 2 * _DOUBT, hit.segment)
                    score -= _DOUBT  # the seller's, unless another is, that stands in its place
                yield _Claim(where, found, score, hit.segment)
                break
    for segment in layout.segments:
        for identifier in find_tax_ids(segment.text):
            at_home = not identifier.value.startswith("NO") or "nb" in layout.languages  # «no» is a word as well
            if identifier.kind in ("VAT", "GSTIN", "BN") and identifier.valid and at_home:
                used = tokens_at(segment.tokens, identifier.start, identifier.end)
                role = _role_at(layout, segment, people) or "seller"
                yield _Claim(role, Found(identifier.value, used, 0.7), 0.55, segment)
        spanish = "es" in layout.languages and is_spanish_id(segment.text)
        if spanish and (owner := _block_owner(segment, people)) is not None:
            yield _Claim(owner, Found(segment.text.strip().upper(), segment.tokens, 0.7), 0.55, segment)


def _states_number_for_tax(layout: Layout, hit: Hit) -> bool:
    """Whether nothing but a long run of digits stands behind the name of a tax: «GST: 001234567890» is no amount."""
    if not hit.opens or hit.keys("totals") != ("tax",):
        return False
    behind = [join(hit.segment.tokens[hit.end :]), *(segment.text for segment in layout.right_of(hit.segment)[:1])]
    return _LONG_NUMBER.fullmatch(next(filter(None, behind), "")) is not None


def _is_adrift(layout: Layout, segment: Segment, people: People) -> bool:
    """Whether a line is in nobody's block, and not in the foot of its page, which is the seller's."""
    in_foot = segment.box.center_y > _FOOT * layout.page_size(segment.page)[1]
    return not in_foot and _block_owner(segment, people) is None


def _is_of_customer(layout: Layout, hit: Hit, people: People) -> bool:
    """Whether a label that is adrift stands right above or below that of the buyer's number with the seller."""
    return people.get("buyer") is not None and any(
        "customer_id" in other.keys("fields") and other.segment.row != hit.segment.row
        for other in layout.labels_beside(hit)
    )


def _read_id(tokens: tuple[Token, ...]) -> Found[str] | None:
    """Return the tax id at the head of the tokens: by its form, else a plain run of digits and letters."""
    text = join(tokens)
    for identifier in find_tax_ids(text):
        if identifier.start <= 12:
            sure = 0.97 if identifier.valid else 0.85
            return Found(identifier.value, tokens_at(tokens, identifier.start, identifier.end), sure)
    match = _PLAIN_ID.match(text.lstrip(" :#.-").upper())
    offset = len(text) - len(text.lstrip(" :#.-"))
    if match is None:
        return None
    value = match[1].strip(" .,-")
    if _NIP.fullmatch(value) and is_nip_valid(value):
        value = value.replace("-", "")
    if sum(c.isdigit() for c in value) < 5 or len(value.replace(" ", "")) > 20 or find_dates(value):
        return None
    return Found(value.replace(" ", ""), tokens_at(tokens, offset + match.start(1), offset + match.end(1)), 0.8)


def _read_behind_labels(layout: Layout, hit: Hit, region: Region) -> Found[str] | None:
    """Return the number that two labels share which a word joins: «NIPC e matrícula CRC Lisboa 504417738»."""
    if region.place != "inline" or fold(region.tokens[0].text) not in words("joining"):
        return None
    tokens = hit.segment.tokens[hit.end :]
    place = next((place for place, token in enumerate(tokens) if any(map(str.isdigit, token.text))), 0)
    between = tokens[1:place]
    others = (other for other in layout.hits_in(hit.segment) if other.means("fields", _NUMBERS))
    said = {id(token) for other in others for token in other.tokens}
    if not 0 < len(between) <= _WORDS_BETWEEN or not any(id(token) in said for token in between):
        return None
    parted = any(token.text.endswith((",", ";")) or not any(map(str.isalnum, token.text)) for token in between)
    return None if parted else _read_id(tokens[place:])


def _labelled(layout: Layout, people: People, key: str) -> dict[str, Found[str]]:
    found: dict[str, Found[str]] = {}
    for hit in layout.hits_of_field(key):
        for region in find_regions(layout, hit):
            number = _read_registration(region) if region.fit > _FITTING else None
            if number is not None:
                found.setdefault(_role_at(layout, hit.segment, people) or "seller", number)
                break
    return found


def _read_registration(region: Region) -> Found[str] | None:
    """Return the number at the head of a region, whole where its digits stand in groups: «552 100 554 00021»."""
    match = _REGISTERED.match(region.text)
    if match is None:
        return None
    value, end = match[1].strip(), match.end(1)
    start = end - len(value)
    spaced = find_spaced_number(region.text[start:]) if value.isdigit() else None
    if spaced is not None:
        value, end = spaced.value, start + spaced.end
    return Found(value, tokens_at(region.tokens, start, end), 0.75 * region.fit)


def _extra_ids(
    layout: Layout, people: People, chosen: Mapping[str, Found[str]]
) -> dict[str, list[tuple[str, Found[str]]]]:
    """Return further numbers: what a label such as «Steuernummer» names, and PANs, which are part of their owner's GSTIN."""
    extra: dict[str, list[tuple[str, Found[str]]]] = {}
    for hit in layout.hits_of_field("extra_tax_id"):
        for region in find_regions(layout, hit):
            found = _read_extra(hit, region.tokens)
            if found is not None:
                within = [role for role, number in chosen.items() if found[1].value == number.value[2:-3]]
                owner = within[0] if len(within) == 1 else _role_at(layout, hit.segment, people) or "seller"
                kept = extra.setdefault(owner, [])
                if all(found[1].value != other.value for _, other in kept):
                    kept.append(found)
                break
    return extra


def _read_extra(hit: Hit, tokens: tuple[Token, ...]) -> tuple[str, Found[str]] | None:
    kind = join(hit.tokens).strip(" :.#")
    for identifier in find_pans(join(tokens)):
        return "PAN", Found(identifier.value, tokens_at(tokens, identifier.start, identifier.end), 0.9)
    match = re.match(r"\W*(\d[\d/ .-]{3,20}\d[A-Z]?|[A-Z0-9]{11,16})", join(tokens))
    if match is None:
        return None
    return kind, Found(match[1].strip(), tokens_at(tokens, match.start(1), match.end(1)), 0.8)


def _block_owner(segment: Segment, people: People) -> str | None:
    """Return whose block a line is in."""
    first = segment.tokens[0]
    for role, party in people.items():
        for other in party.segments if party else ():
            if segment is other or (other.box.y0 <= first.box.y0 <= other.box.y1 and first in other.tokens):
                return role
    return None


def _role_at(layout: Layout, segment: Segment, people: People) -> str | None:
    """Return whose a line is: that of the block it is in, or of the nearest party; the foot of a page is the seller's."""
    if (owner := _block_owner(segment, people)) is not None:
        return owner
    _, height = layout.page_size(segment.page)
    if segment.box.center_y > _FOOT * height or _is_imprint(layout, segment):
        return "seller"
    near = {
        role: _distance(segment.box, enclose(s.box for s in party.segments if s.page == segment.page))
        for role, party in people.items()
        if party and any(s.page == segment.page for s in party.segments)
    }
    best = min(near, key=lambda role: near[role], default=None)
    return best if best is not None and near[best] < _OTHER_PLACE * height else None


def _is_imprint(layout: Layout, segment: Segment) -> bool:
    """Whether a line states the account to pay to among other particulars of a firm: it is the seller's, wherever it stands."""
    stated = [hit.keys("fields") for hit in layout.hits_in(segment) if hit.end < len(segment.tokens)]
    kinds = {next((key for key in keys if key in _OF_FIRM), None) for keys in stated} - {None}
    return len(kinds) >= _SEVERAL and not kinds.isdisjoint(_OF_ACCOUNT)


def _distance(box: Box, other: Box) -> float:
    """Return how far two boxes lie apart; sideways counts twice, as blocks stand side by side."""
    across = max(0.0, -box.overlap_x(other))
    down = max(0.0, -box.overlap_y(other))
    above = 1.5 if box.y1 <= other.y0 else 1.0
    return 2 * across + down * above
