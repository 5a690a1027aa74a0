"""Who sells on a receipt: the first lines, as they stand above the receipt's own facts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from operator import ne

from msgspec.structs import replace

from bursar.extraction.dates import find_dates
from bursar.extraction.invoices.addresses import (
    fold,
    has_legal_form,
    is_company,
    is_numberless_street,
    is_postal,
    is_street,
    word_list,
    words,
)
from bursar.extraction.invoices.blocks import PartyLines, is_value
from bursar.extraction.invoices.layout import Hit, Layout, Row, Segment, Token, join
from bursar.extraction.invoices.legal_names import is_name_of_firm
from bursar.extraction.invoices.letter_blocks import Scored, is_title
from bursar.extraction.invoices.line_kinds import is_contact, is_mail_head, is_shop_number
from bursar.facts.evidence import Source

_REGISTERED = re.compile(r"(?:[A-Z]{2,4}\s){1,2}(?:No|Nr|ID)?[\s.:#]*\(?[\d-]{5,}(?:-?[A-Z])?\)?", re.IGNORECASE)
_RECEIPT_LINES = 14
_ROWS_TO_TOWN = 3
_NAME_WORDS = 8  # of a firm that keeps a shop
_NAME_LINES = 5  # the name is among so many first lines
_TOWN = re.compile(r"^(?:[A-Z]{1,3}-)?\d{4,6}\s[^\W\d_]")
_HOUSE_FIRST = re.compile(r"^(?:(?:no|lot|unit|blk)\b[.:]?\s*)?\w{0,3}[\d/-]+\w?\s?,", re.IGNORECASE)
_NUMBER_BEHIND = re.compile(r"\(?\w{0,3}\d{4,}[\w.-]*\)?,?|\(\d.*")
_STATES = re.compile(r"[^\W\d_]{4,}: ")  # «Ticket: Table 7»
_GLUED_NUMBER = re.compile(r"^(\D*[^\W\d])\((?:[A-Z]{0,3})?\d{4,}[\w-]*\)?$")


def find_receipt_seller(layout: Layout, blocked: frozenset[int], taken: set[int]) -> Scored | None:
    """Return a receipt's merchant: the first lines, up to the address, which ends before the first fact or contact."""
    lines: list[tuple[Token, ...]] = []
    segments: list[Segment] = []
    for row in layout.rows[:_RECEIPT_LINES]:
        if row.index in blocked or not taken.isdisjoint(map(id, row.segments[0].tokens)):
            break
        tokens = _merchant_tokens(layout, row, taken)
        text = join(tokens)
        if is_mail_head(text):
            continue
        if fold(text) in words("not_names") or sum(c.isalpha() for c in text) < 2 or _is_rule(text):
            if lines and len(lines) > 2 and fold(text) in words("not_names"):
                break
            if _is_fact(layout, row.index) and _is_whole_address(layout, lines, row.index):
                break
            continue
        if _is_fact(layout, row.index):
            if any(_is_of_address(join(line)) for line in lines):
                break
            continue
        lines.append(tokens)
        segments.append(row.segments[0])
    found = _merchant(lines, segments)
    if found is None or (has_legal_form(found[0].name_text) and _end_of_operator(found[0].name) is None):
        return found
    return _with_operator(layout, found, taken)


def _with_operator(layout: Layout, found: Scored, taken: AbstractSet[int]) -> Scored:
    """Return a shop by the name of the firm that keeps it, where a line says which: «operated by Fern Foods Ltd»."""
    for row in layout.rows:
        start = _end_of_operator(row.tokens)
        if start is None:
            continue
        named, below = row.tokens[start:], layout.rows_below(row.index, 1)
        if not any(token.text.strip("()") for token in named):
            named = below[0].segments[0].tokens if below else ()
        name = _name_of_firm(named)
        if name and taken.isdisjoint(map(id, name)):
            party = PartyLines(name, found[0].address, (*found[0].segments, row.segments[0]))
            return party, 0.8
    return found


def _end_of_operator(tokens: tuple[Token, ...]) -> int | None:
    """Return where the words that name who keeps a shop end: «operated by»."""
    if not any(phrase in fold(join(tokens)) for phrase in words("operators")):
        return None
    return next((end for end in range(2, len(tokens) + 1) if _ends_with_operator(tokens[:end])), None)


def _ends_with_operator(tokens: Sequence[Token]) -> bool:
    text = fold(join(tokens).replace("(", " ").replace(")", " "))
    return any(text == phrase or text.endswith(f" {phrase}") for phrase in words("operators"))


def _name_of_firm(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return the words up to the form of a firm; none where there is no such form, or where they are a sentence."""
    end = next((size for size in range(len(tokens), 1, -1) if _ends_with_form(tokens[:size])), 0)
    name = tokens[:end]
    return name if name and len(name) <= _NAME_WORDS and is_name_of_firm(name) else ()


def _ends_with_form(tokens: tuple[Token, ...]) -> bool:
    return has_legal_form(join(tokens)) and not has_legal_form(join(tokens[:-1]))


def _is_rule(text: str) -> bool:
    """Whether most of a line is neither letter nor digit: a row of asterisks, some of which were recognised as signs."""
    return 2 * sum(map(str.isalnum, text)) < len(text.replace(" ", ""))


def _is_whole_address(layout: Layout, lines: Sequence[tuple[Token, ...]], row: int) -> bool:
    """Whether lines hold an address that does not go on below a row: the town may stand under a tax number."""
    texts = [join(line) for line in lines]
    if any(map(is_postal, texts)):
        return True
    below = layout.rows[row + 1 : row + 1 + _ROWS_TO_TOWN]
    return any(map(_is_of_address, texts)) and not any(is_postal(each.text) for each in below)


def _is_of_address(text: str) -> bool:
    return is_postal(text) or is_street(text) or bool(_HOUSE_FIRST.match(text))


def _merchant_tokens(layout: Layout, row: Row, taken: set[int]) -> tuple[Token, ...]:
    """Return a row's words without titles and without what is of another party or stands far to the right."""
    kept: list[Segment] = []
    for segment in row.segments:
        if not taken.isdisjoint(map(id, segment.tokens)):
            break
        if is_title(layout, segment) or is_value(layout, segment):
            continue
        gap = segment.box.x0 - kept[-1].box.x1 if kept else 0.0
        if gap > 8 * segment.size or (gap > 2 * segment.size and is_company(kept[-1].text)):
            break
        kept.append(segment)
    return tuple(token for segment in kept for token in segment.tokens)


def _is_fact(layout: Layout, row: int) -> bool:
    text = layout.rows[row].text
    of_party = any(hit.keys("parties") for hit in layout.hits_of_row.get(row, ()))
    if is_contact(text) or (_STATES.match(text) and not of_party):
        return True
    return any(
        hit.start == 0
        and (hit.keys("fields") or hit.keys("totals"))
        and (hit.has_colon or hit.letters > 5 or _states_number(layout.rows[row], hit))
        and not is_company(text)
        and not is_street(text)
        for hit in layout.hits_of_row.get(row, ())
        if hit.segment.place == 0
    )


def _states_number(row: Row, hit: Hit) -> bool:
    """Whether nothing but a number follows the label that opens a row, or a date: «MID 354», «DATE 7/07/14 TIME 8:20»."""
    following = row.tokens[hit.end :]
    return bool(following) and (all(token.text.isdigit() for token in following) or bool(find_dates(join(following))))


def is_bare_form(text: str) -> bool:
    """Whether a line has little more than a firm's form, so that its name stands on the line above."""
    parts = [part for part in fold(text).split() if part not in words("company_forms")]
    return len(parts) <= 1 and (not parts or parts[0] in words("generic_names"))


def _part_name(line: tuple[Token, ...]) -> tuple[tuple[Token, ...], tuple[Token, ...]]:
    """Part a name from the registration number, or the address, behind it."""
    for index, token in enumerate(line):
        rest = line[index:]
        is_of_shop = index > 0 and line[index - 1].text == "#"  # «QUICK STOP # 0417»
        if index and _NUMBER_BEHIND.fullmatch(token.text) and not is_of_shop:
            return line[:index], ()
        if (
            index > 1
            and re.match(r"(?i)^(no|lot|blk|unit|company|co|reg|tel)\b[.:]?$", token.text.strip(":.,"))
            and (any(c.isdigit() for c in join(rest)))
        ):
            return line[:index], rest if is_street(join(rest)) else ()
        if index and fold(token.text) in words("trading_as") and has_legal_form(join(line[:index])):
            return line[:index], ()  # «Fern Foods Ltd t/a The Blue Kiosk»
        if index > 1 and token.text.endswith(",") and re.fullmatch(r"\w?\d+\w?,", token.text):
            return line[:index], rest
    return line, ()


def _merchant(lines: list[tuple[Token, ...]], segments: list[Segment]) -> Scored | None:
    if not lines:
        return None
    start = _find_name(lines)
    name, behind = _part_name(lines[start])
    rest = ([behind] if behind else []) + lines[start + 1 :]
    if start and start < 3 and is_bare_form(join(name)):
        name = (*lines[start - 1], *name)
    if rest and name[-1].text in {"&", "+"}:  # the name goes on in the line below
        name, rest = (*name, *rest[0]), rest[1:]
    below = join(rest[0]) if rest else ""
    if is_company(below) and not (is_company(join(name)) or is_street(below) or below.startswith("(")):
        name, rest = name if _is_shop_of(join(name), below) else (*name, *rest[0]), rest[1:]
    party = PartyLines(_mend_name(name), tuple(_address_of(rest)), tuple(segments))
    return party, 0.8 if is_company(party.name_text) else 0.6


def _find_name(lines: list[tuple[Token, ...]]) -> int:
    """Return which of the first lines names the merchant: a firm's before a shop's, and the topmost where none has a form.

    A firm that is called after its owner, below what kind of shop it is, keeps that shop.
    """
    texts = [join(line) for line in lines[:_NAME_LINES]]
    named = [index for index, text in enumerate(texts) if not text.startswith("(")]  # an aside of the name above
    named = [index for index in named if not _goes_on_address(texts, index)]
    firms = [index for index in named if has_legal_form(texts[index]) and not _is_of_address(texts[index])]
    if firms and firms[0] and _is_shop_of(texts[firms[0] - 1], texts[firms[0]]):
        return firms[0] - 1
    shops = [index for index in named if is_company(texts[index]) and not is_shop_number(texts[index])]
    return next(iter([*firms, *shops, *named]), 0)


def _goes_on_address(texts: list[str], index: int) -> bool:
    """Whether a line with a comma at its end stands below one of an address: a building or a quarter, however it is called."""
    return texts[index].endswith(",") and any(map(_is_of_address, texts[:index]))


def _is_shop_of(shop: str, firm: str) -> bool:
    """Whether a line says what kind of shop a firm keeps that is called after a person with a title: a doctor's pharmacy."""
    kind = fold(shop).split()
    titled = fold(firm).split()[0] in word_list("person_words", "titles")
    return titled and len(kind) > 1 and not {kind[0], kind[-1]}.isdisjoint(word_list("person_words", "shop_kinds"))


def _mend_name(name: tuple[Token, ...]) -> tuple[Token, ...]:
    """Give a recognised name its letters back: a zero within a word without other digits is an O, «SON BHD» a firm's form.

    The number of registration that recognition ran into the last word goes.
    """
    mended = []
    for index, token in enumerate(name):
        text = token.text
        if token.source is Source.OCR and len(text) > 1 and "0" in text and _has_letters_and_zeros_only(text):
            text = text.replace("0", "o" if text.islower() else "O")
        if (glued := _GLUED_NUMBER.match(text)) is not None:
            text = glued[1]
        following = fold(name[index + 1].text) if index + 1 < len(name) else ""
        if token.source is Source.OCR and index and name[index - 1].text != "&":
            text = _mend_form(text, following)
        mended.append(token if text == token.text else replace(token, text=text))
    return tuple(mended)


def _mend_form(text: str, following: str) -> str:
    """Return the first word of a firm's form of two words, where one letter of it was misread and the second follows."""
    for form in words("forms_of_two_words"):
        first, second = form.split()
        if following == second and len(text) == len(fold(text)) == len(first) and sum(map(ne, fold(text), first)) == 1:
            return first.upper() if text.isupper() else first.capitalize()
    return text


def _has_letters_and_zeros_only(text: str) -> bool:
    return any(c.isalpha() for c in text) and not any(c.isdigit() and c != "0" for c in text)


def _address_of(rest: list[tuple[Token, ...]]) -> list[tuple[Token, ...]]:
    """Return the lines of the address: from the first with a number or a comma down to the postal code and what ends it."""
    address: list[tuple[Token, ...]] = []
    above: tuple[Token, ...] = ()
    for place, line in enumerate(rest):
        text, following = join(line), join(rest[place + 1]) if place + 1 < len(rest) else ""
        begins = is_street(text) or is_postal(text) or any(c.isdigit() for c in text) or "," in text
        if not address and not begins:
            above = line if len(line) > 1 and not is_company(text) and not text.startswith("(") else ()
            continue
        if re.fullmatch(r"[\s(]*[\dA-Z-]{5,14}[\s)]*", text) or _REGISTERED.fullmatch(text):
            continue
        if find_dates(text):
            break
        if not address and above and is_postal(text) and (_TOWN.match(text) or is_numberless_street(join(above))):
            address.append(above)  # the place with its code needs a street: it may have no number
        address.append(line)
        if is_street(text) and is_postal(following) and not is_street(following):
            continue  # «LOT 4417, JALAN IPOH» has a number that looks like a code
        if is_postal(" ".join(join(part) for part in address)) and not text.rstrip().endswith(","):
            address.extend(_last_line(rest, line))
            break
        if len(address) >= 6:
            break
    return address if any(_is_of_address(join(line)) for line in address) else []


def _is_numbered_street(text: str) -> bool:
    """Whether what looks like the postal code of a town is the number of a house: «4402 N HWY 281»."""
    return text.split(maxsplit=1)[0].isdigit() and not words("street_words").isdisjoint(fold(text).split())


def _last_line(rest: list[tuple[Token, ...]], line: tuple[Token, ...]) -> list[tuple[Token, ...]]:
    """Return the line behind the postal code when it names the state or country."""
    position = next(index for index, other in enumerate(rest) if other is line)
    for following in rest[position + 1 : position + 2]:
        text = join(following)
        if is_postal(text) and (re.match(r"\d{5}\s\D", text) or _is_numbered_street(join(line))):
            return [following]
        if len(text.split()) <= 3 and not any(c.isdigit() for c in text) and ":" not in text:
            return [following]
    return []
