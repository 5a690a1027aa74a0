"""The parts of a postal address: street, town, state, postal code and country, each as printed or none.

The order of the parts is the country's (`address_regions.toml`): a code before its town, or behind it; a state's name or sign
beside the town. Where the lines do not say which part a word is, it is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from msgspec import Struct

from bursar.extraction.invoices.address_pieces import (
    Piece,
    cut_way,
    has_district,
    is_box,
    is_town,
    is_way,
    is_within,
    may_be_street,
    regions,
    split_lines,
)
from bursar.extraction.invoices.address_streets import find_street
from bursar.extraction.invoices.addresses import country_names, find_country, fold, is_sure_street, match_postal, words
from bursar.extraction.invoices.eastern_addresses import parse_eastern
from bursar.facts.document import Address

_YEAR = re.compile(r"(?:19|20)\d\d")
_FIRST = r"(?:(?P<before>.*\S)\s+)?(?<!\S)(?:(?P<prefix>[A-Z]{{1,3}})[-–]\s?)?(?P<code>{code})(?:[\s-]+(?P<town>\D{{2,50}}?(?:\s\d{{1,2}}(?:\s?[-–]\s\D+)?)?))?"
_LAST = r"(?:(?P<before>.*?)\s*[\s\-–.]\s*)?(?<!\d)(?P<code>{code})"
_ANY_FIRST = r"\d{3}\s\d{2}|\d{4}|\d{5}|\d{6}"
_ANY_LAST = r"\d{3}\s\d{3}|\d{5}|\d{6}"
_BRACKETS = re.compile(r"^(?P<town>[^()]+?)\s*\((?P<inner>[^()]+)\)$")
_LONGEST_NAME = 5  # words of a state or country
_DISTRICT = 2  # digits
_TELLING_STATES = {"IN", "MY"}  # whose states' names beside a postal code are of no other country


class _Form(Struct, frozen=True):
    """How a country writes its postal code (any country where it is empty)."""

    country: str
    pattern: re.Pattern[str]
    order: str  # first, last
    needs_state: bool = False
    telling: bool = False
    named: bool = False


class _Town(Struct, frozen=True):
    """What the town's pieces say, and which these are; `left` is what stands before the town in its piece."""

    city: str | None
    state: str | None
    code: str | None
    country: str | None
    pieces: frozenset[int]
    left: Piece | None = None


def parse_address(lines: Sequence[str]) -> Address:
    """Return the address whose text is the lines, with the parts that can be told."""
    kept = [line.strip(" ,;|·•") for line in lines if line.strip(" ,;|·•")]
    if not kept:
        return Address()
    joined = "\n".join(kept)
    country = next((code for line in reversed(kept) if (code := find_country(line))), None)
    if (eastern := parse_eastern(kept, country)) is not None:
        return eastern
    pieces = split_lines(kept)
    town = _find_town(pieces, country) or _find_town_alone(pieces, country) or _find_loosely(kept, pieces)
    street = find_street(kept, pieces, town.pieces, town.left) if town else find_street(kept, pieces, frozenset())
    if town is None:
        return Address(joined, street, country=country)
    code = re.sub(r"\s+", " ", town.code) if town.code else None
    return Address(joined, street, town.city, town.state, code, country or town.country)


def _find_town(pieces: Sequence[Piece], country: str | None) -> _Town | None:
    """Return the town that a postal code tells, by the country's form, else by those that need no country."""
    for forms in _forms_for(country):
        for index in range(len(pieces) - 1, -1, -1):
            for form in forms:
                match = form.pattern.fullmatch(pieces[index].text)
                town = _read_town(pieces, index, form, match, country) if match else None
                if town is not None:
                    return town
    return None


def _read_town(
    pieces: Sequence[Piece], index: int, form: _Form, match: re.Match[str], country: str | None
) -> _Town | None:
    prefix = regions()["prefixes"].get(match.groupdict().get("prefix") or "")
    told = country or prefix or (form.country if form.telling else None)
    found = (
        _read_first(pieces, index, match, told)
        if form.order == "first"
        else _read_last(pieces, index, form, match, told)
    )
    if found is None:
        return None
    if found.country is None and found.city is not None and fold(found.city) in regions()["towns"]:
        return _Town(
            found.city, found.state, found.code, told or country_names().get(fold(found.city)), found.pieces, found.left
        )
    return found


def _read_first(pieces: Sequence[Piece], index: int, match: re.Match[str], country: str | None) -> _Town | None:
    """Read «12345 Town», with the street before it or without; the town may be the next piece where the code is alone."""
    town, code, before, used = match["town"], match["code"], match["before"], {index}
    if before and not may_be_street(before):
        return None
    if town is None:
        following = pieces[index + 1] if index + 1 < len(pieces) else None
        if before or following is None or not is_town(following.text):
            return None
        town = following.text
        used.add(index + 1)
    elif is_way(town):
        return None
    if (
        _YEAR.fullmatch(code)
        and country is None
        and not before
        and not (index and is_sure_street(pieces[index - 1].text))
    ):
        return None
    city, state = _split_town(town, code, country, pieces)
    if state is None:
        state = _state_behind(pieces, max(used), _countries_of_code(code, country), used)
    country = country or _country_of_state(state)
    return _Town(city, state, code, country, frozenset(used), _cut(pieces[index], before))


def _read_last(
    pieces: Sequence[Piece], index: int, form: _Form, match: re.Match[str], country: str | None
) -> _Town | None:
    """Read «Town State 12345», whose town and state may be pieces of their own before it."""
    code, before, used = match["code"], (match["before"] or "").strip(" -–"), {index}
    of = (form.country,) if form.country else _countries_of_code(code, country)
    left: Piece | None = None
    head, state = _cut_state(before, of)
    if fold(head) in country_names() and fold(head) not in regions()["towns"]:
        head = ""  # «ON, Canada M5H 2H7»
    place = index - 1
    if not head and place >= 0:
        if state is None:
            rest, named = _cut_state(pieces[place].text, of)
            if named is not None and not rest:
                state = named
                used.add(place)
                place -= 1
        if place >= 0 and is_town(pieces[place].text):
            head, own = _cut_state(pieces[place].text, of)
            head, state = head or pieces[place].text, state or own
            used.add(place)
        elif state is not None and before:
            head, state = before, None  # «New York 10001»: the town has the name of its state
    elif head and any(map(str.isdigit, head)) and not has_district(head):
        way, town = cut_way(head)
        head = town or ""
        left = _cut(pieces[index], way)
    if form.needs_state and state is None:
        return None
    if not form.country and head and (is_way(head) or not any(map(str.isalpha, head))):
        return None
    if (not form.country and not head) or (head and is_box(f"{head} {code}")):
        return None
    if state is None:
        state = _state_behind(pieces, index, of, used)
    return _Town(head or None, state, code, country or _country_of_state(state), frozenset(used), left)


def _find_town_alone(pieces: Sequence[Piece], country: str | None) -> _Town | None:
    """Return the town of an address without a postal code, whose country is named: what stands last behind the street."""
    if country is None:
        return None
    streets = [index for index, piece in enumerate(pieces) if may_be_street(piece.text)]
    used: set[int] = set()
    state: str | None = None
    for index in range(len(pieces) - 1, (streets[0] if streets else len(pieces)), -1):
        text = pieces[index].text
        rest, named = _cut_state(text, (country,))
        if named is not None and not rest and state is None and index - 1 > streets[0]:
            state = named
            used.add(index)
        elif is_town(text):
            return _Town(rest or text, state or (named if rest else None), None, country, frozenset({*used, index}))
        elif not is_box(text):
            return None
    return None


def _find_loosely(lines: Sequence[str], pieces: Sequence[Piece]) -> _Town | None:
    """Return what the looser forms of codes find on a line, or by its place below a street."""
    matched = match_postal(lines)
    if matched is None:
        return None
    origin, match = matched
    parts = match.groupdict()
    if any(parts["code"] in piece.text and (is_within(piece.text) or is_box(piece.text)) for piece in pieces):
        return None
    code, city = parts["code"], (parts.get("city") or "").strip(" ,.-") or None
    used = frozenset(
        index for index, piece in enumerate(pieces) if code in piece.text or (city is not None and piece.text == city)
    )
    state = parts.get("state")
    if city is not None:
        city, own = _split_town(city, code, None, pieces)
        state = state or own
    country = origin if state in words("us_states") else None
    return _Town(city, state, code, country, used)


def _cut(piece: Piece, text: str | None) -> Piece | None:
    return Piece(text, piece.line, piece.start, piece.start + len(text)) if text else None


def _cut_state(text: str, of: Sequence[str]) -> tuple[str, str | None]:
    """Return what stands before the state that closes a text, and the state as printed."""
    parts = text.split()
    for size in range(min(_LONGEST_NAME, len(parts)), 0, -1):
        printed = " ".join(parts[-size:]).strip("(),. ")
        rest = " ".join(parts[:-size]).rstrip(" ,-–")
        if any(fold(printed) in regions()["states"].get(country, ()) for country in of) or (
            size == 1 and any(printed in _signs(country) for country in of)
        ):
            return rest, printed
    return text, None


def _signs(country: str) -> frozenset[str]:
    signs: frozenset[str] = regions()["signs"].get(country, frozenset())
    return signs | words("us_states") if country == "US" else signs


def _state_behind(pieces: Sequence[Piece], index: int, of: Sequence[str], used: set[int]) -> str | None:
    """Return the state that the next piece is."""
    if index + 1 >= len(pieces):
        return None
    rest, state = _cut_state(pieces[index + 1].text, of)
    if rest or state is None:
        return None
    used.add(index + 1)
    return state


def _split_town(town: str, code: str, country: str | None, pieces: Sequence[Piece]) -> tuple[str, str | None]:
    """Return the town and the province that stands behind it, in brackets («Bologna (BO)») or bare where the country is known."""
    town = town.strip(" ,.-–")
    bare, _, last = town.rpartition(" ")
    if country and bare and country_names().get(fold(last)) == country and (len(last) > _DISTRICT or last.isupper()):
        town = bare
    digits = sum(map(str.isdigit, code))
    if (match := _BRACKETS.match(town)) is not None:
        inner, bare = match["inner"].strip(), match["town"]
        if fold(inner) in country_names() and len(inner) > _DISTRICT:
            return bare, None
        if fold(inner) in regions()["states"]["ES"] and country in (None, "ES") and digits == len("28001"):
            return bare, inner
        if inner in _signs("IT") and country in (None, "IT") and digits == len("00100"):
            return bare, inner if country or _is_italian(pieces) or inner not in regions()["prefixes"] else None
        return town, None
    bare, _, sign = town.rpartition(" ")
    of_it = sign in _signs("IT") and (country == "IT" or (country is None and _is_italian(pieces)))
    of_ch = sign in _signs("CH") and country == "CH"
    if bare and (of_it or of_ch):
        return bare.rstrip(" ,-–"), sign
    return town, None


def _is_italian(pieces: Sequence[Piece]) -> bool:
    return any(
        fold(piece.text).split()[:1] and fold(piece.text).split()[0] in regions()["italian_streets"] for piece in pieces
    )


def _countries_of_code(code: str, country: str | None) -> tuple[str, ...]:
    """Return the countries whose states may stand beside a code: the one that is named, else those that write such codes."""
    if country is not None:
        return (country,)
    digits = sum(map(str.isdigit, code))
    return {5: ("MY", "ES"), 6: ("IN",)}.get(digits, ())


def _country_of_state(state: str | None) -> str | None:
    if state is None:
        return None
    return next((country for country in sorted(_TELLING_STATES) if fold(state) in regions()["states"][country]), None)


@cache
def _forms_for(country: str | None) -> tuple[tuple[_Form, ...], ...]:
    """Return the forms to try, in order: the country's own or those that need no name, then digits before or behind a town."""
    forms = _read_forms()
    own = [form for form in forms if form.country == country]
    general = (
        _Form("", re.compile(_FIRST.format(code=_ANY_FIRST)), "first"),
        _Form("", re.compile(_LAST.format(code=_ANY_LAST)), "last"),
    )
    tried = own or [form for form in forms if not form.named and (country is None or not form.telling)]
    return (*((form,) for form in tried), general)


@cache
def _read_forms() -> tuple[_Form, ...]:
    found = []
    for country, form in regions()["codes"].items():
        needs, telling, named = form.get("needs") == "state", bool(form.get("telling")), bool(form.get("named"))
        orders = [form["order"], *(["first"] if form["order"] == "last" and telling and not needs else [])]
        for order in orders:
            pattern = re.compile((_FIRST if order == "first" else _LAST).format(code=form["code"]))
            found.append(_Form(country, pattern, order, needs, telling, named))
    return tuple(found)
