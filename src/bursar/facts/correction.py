"""What a person puts right in a fact: values by their paths, rows put in, rows taken out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from msgspec import structs

from bursar.errors import InvalidRequest
from bursar.facts.box import read_box
from bursar.facts.codec import from_wire, to_wire
from bursar.facts.evidence import Evidence, Issue, Source
from bursar.facts.invoice import Invoice
from bursar.facts.statement import Statement

MAX_CHANGES = 2_000
_MAX_TEXT = 10_000
_MAX_DIGITS = 30
_OURS = frozenset({"metadata", "evidence", "checks", "conventions", "unparsed_lines"})
_CHOICES = {
    "type": ("credit", "debit"),
    "kind": ("VAT", "GST", "CGST", "SGST", "IGST", "CESS", "sales_tax", "service_charge", "withholding"),
}
_TYPES = {
    Invoice: ("invoice", "credit_note", "receipt", "proforma", "utility_bill", "purchase_order", "other"),
    Statement: ("bank_statement", "credit_card_statement", "passbook"),
}
_COUNTED = {"transactions": "row", "items": "line_number"}
_FIRST_ACCOUNT = "accounts.0."
_MIRRORED = ("account_info", "statement_period", "summary", "transactions")
_INDEX = re.compile(r"0|[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class Correction:
    """One change. All paths (`summary.total`, `items.0.amount`) are those of the fact before it.

    `values` are JSON-ready, with `Decimal` for numbers; None says that the document does not tell. `insert` holds rows
    to be put in before the row of that path (one past the last: at the end), `remove` paths of rows to be taken out.
    `places` says where a new value stands: `{"page", "box", "text"}`; without, it is where the old one stood.
    """

    values: dict[str, Any] = field(default_factory=dict)
    insert: dict[str, dict[str, Any]] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    places: dict[str, dict[str, Any]] = field(default_factory=dict)


def correct(fact: Invoice | Statement, correction: Correction) -> tuple[Invoice | Statement, dict[str, Any]]:
    """Return the fact as corrected, its checks not made anew, and what stood there before, JSON-ready by path.

    Raises `InvalidRequest` for a path that there is not, and for a value that cannot stand there.
    """
    count = len(correction.values) + len(correction.insert) + len(correction.remove)
    if not 0 < count <= MAX_CHANGES:
        raise _refuse("fields", f"between 1 and {MAX_CHANGES} changes are possible at once")
    plain = to_wire(fact)
    if plain.get("accounts"):
        correction = _address_first_account(correction)
    replaced: dict[str, Any] = {}
    evidence, issues = dict(fact.evidence), fact.checks.issues
    for path, value in correction.values.items():
        replaced[path] = _set(plain, type(fact), path, value)
        _place(evidence, path, value, correction.places.get(path))
    _let_follow(plain, evidence, correction, replaced)
    for path in correction.places:
        if path not in correction.values:
            raise _refuse(path, "has a place and no value")
    for lists in sorted({_list_of(path) for path in (*correction.insert, *correction.remove)}):
        numbers, seen = _move_rows(plain, type(fact), lists, correction, replaced)
        evidence = _renumber_evidence(evidence, lists, numbers) | seen
        issues = tuple(_renumber_issues(issues, lists, numbers))
    if plain.get("accounts"):
        evidence = _mirror_first_account(plain, evidence)
    corrected = from_wire({**plain, "evidence": {}})
    return replace(corrected, evidence=evidence, checks=replace(fact.checks, issues=issues)), replaced


def _address_first_account(correction: Correction) -> Correction:
    """Return the correction of the first of several accounts, which stands at the top as well, by its own paths."""

    def address(path: str) -> str:
        return _FIRST_ACCOUNT + path if path.partition(".")[0] in _MIRRORED else path

    return Correction(
        {address(path): value for path, value in correction.values.items()},
        {address(path): row for path, row in correction.insert.items()},
        tuple(map(address, correction.remove)),
        {address(path): place for path, place in correction.places.items()},
    )


def _mirror_first_account(plain: Any, evidence: Mapping[str, Evidence]) -> dict[str, Evidence]:
    """Let the top say what the first account says; return the evidence likewise."""
    plain.update({name: plain["accounts"][0][name] for name in _MIRRORED})
    kept = {path: seen for path, seen in evidence.items() if path.partition(".")[0] not in _MIRRORED}
    first = {path.removeprefix(_FIRST_ACCOUNT): kept[path] for path in kept if path.startswith(_FIRST_ACCOUNT)}
    return first | kept


def _set(plain: Any, kind: Any, path: str, value: Any) -> Any:
    """Put the value where the path leads; return what was there."""
    names = path.split(".")
    if names[0] in _OURS or "checks" in names:
        raise _refuse(path, "is not for people to change")
    if names[0] == "custom":
        return _set_custom(plain, names, path, value)
    wanted: Any = kind
    target: Any = plain
    for name in names[:-1]:
        wanted, target = _step(wanted, target, name, path)
    last = names[-1]
    leaf = _type_of(wanted, last, path)
    if is_dataclass(_bare(leaf)) or get_origin(_bare(leaf)) is tuple:
        raise _refuse(path, "is not a single value")
    checked = _check(leaf, last, value, path)
    if names == ["document_type"] and checked not in _TYPES[kind]:
        raise _refuse(path, f"must be one of {', '.join(_TYPES[kind])}")
    before, target[last] = target.get(last), checked
    return before


def _set_custom(plain: Any, names: list[str], path: str, value: Any) -> Any:
    """A caller's own field takes any single value."""
    target = plain
    for name in names[:-1]:
        target = _inside(target, name, path)
    before = _inside(target, names[-1], path)
    if isinstance(value, dict | list) or isinstance(before, dict | list):
        raise _refuse(path, "is not a single value")
    target[int(names[-1]) if isinstance(target, list) else names[-1]] = value
    return before


def _let_follow(plain: Any, evidence: Mapping[str, Evidence], correction: Correction, replaced: dict[str, Any]) -> None:
    """Let what was not printed but taken over from one other value (the amount due, from the total) go with that value."""
    for path, seen in evidence.items():
        if seen.source is Source.DERIVED and len(seen.derived_from) == 1 and seen.derived_from[0] in correction.values:
            *names, last = path.split(".")
            target, source = plain, seen.derived_from[0]
            for name in names:
                target = _inside(target, name, path)
            if isinstance(target, dict) and target.get(last) is not None and target[last] == replaced[source]:
                target[last] = _inside_path(plain, source)


def _inside_path(plain: Any, path: str) -> Any:
    for name in path.split("."):
        plain = _inside(plain, name, path)
    return plain


def _inside(target: Any, name: str, path: str) -> Any:
    if isinstance(target, dict) and name in target:
        return target[name]
    if isinstance(target, list) and _INDEX.fullmatch(name) and int(name) < len(target):
        return target[int(name)]
    raise _refuse(path, "there is no such field")


def _step(wanted: Any, target: Any, name: str, path: str) -> tuple[Any, Any]:
    """Go one step down both the types and the values; what is empty so far is made on the way."""
    wanted = _bare(wanted)
    if get_origin(wanted) is tuple:
        if not _INDEX.fullmatch(name) or int(name) >= len(target):
            raise _refuse(path, "there is no such row")
        return get_args(wanted)[0], target[int(name)]
    below = _type_of(wanted, name, path)
    if target.get(name) is None and is_dataclass(_bare(below)):
        target[name] = {}
    return below, target[name]


def _type_of(wanted: Any, name: str, path: str) -> Any:
    wanted = _bare(wanted)
    hints = get_type_hints(wanted) if is_dataclass(wanted) else {}
    if name not in hints:
        raise _refuse(path, "there is no such field")
    return hints[name]


def _check(wanted: Any, name: str, value: Any, path: str) -> Any:
    """Return the value in its JSON-ready form, amounts as `Decimal`."""
    bare = _bare(wanted)
    if value is None:
        if bare is wanted:
            raise _refuse(path, "cannot be empty")
        return None
    if bare is Decimal:
        return _read_amount(value, path)
    if bare is date and isinstance(value, str):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            raise _refuse(path, "must be a day of the form 2024-01-31") from None
    if bare is str and isinstance(value, str) and len(value) <= _MAX_TEXT and "\x00" not in value:
        if name in _CHOICES and value not in _CHOICES[name]:
            raise _refuse(path, f"must be one of {', '.join(_CHOICES[name])}")
        return value
    if bare in (int, bool) and type(value) is bare and abs(value) < 10**9:
        return value
    names = {str: "text", date: "a day of the form 2024-01-31", int: "a whole number", bool: "true or false"}
    raise _refuse(path, f"must be {names.get(bare, 'of another type')}")


def _read_amount(value: Any, path: str) -> Decimal:
    if isinstance(value, int | str | Decimal) and not isinstance(value, bool):
        try:
            amount = Decimal(value)
        except InvalidOperation:
            amount = Decimal("NaN")
        exponent = amount.as_tuple().exponent
        if isinstance(exponent, int) and abs(exponent) <= _MAX_DIGITS and len(amount.as_tuple().digits) <= _MAX_DIGITS:
            return amount
    raise _refuse(path, "must be a number")


def _place(evidence: dict[str, Evidence], path: str, value: Any, place: Mapping[str, Any] | None) -> None:
    """Note that a person said so, and where it stands; nothing is said of a value that is not there."""
    old = evidence.pop(path, None)
    if value is None:
        return
    if place is None:
        page, box, text = (old.page, old.box, old.text) if old else (None, None, None)
    else:
        page, text = place.get("page"), place.get("text")
        box = read_box(place["box"]) if place.get("box") else None
    evidence[path] = Evidence(page, box, text, 1.0, Source.PERSON)


def _list_of(path: str) -> str:
    """Return the path of the list that the row of this path stands in."""
    lists, _, index = path.rpartition(".")
    if not lists or not _INDEX.fullmatch(index):
        raise _refuse(path, "is not a row")
    return lists


def _move_rows(
    plain: Any, kind: Any, lists: str, correction: Correction, replaced: dict[str, Any]
) -> tuple[dict[int, int], dict[str, Evidence]]:
    """Put rows in and take rows out of one list; return the new numbers of the old rows, and who saw the new ones."""
    row_type, rows = _find_rows(plain, kind, lists)
    removed = {int(path.rpartition(".")[2]) for path in correction.remove if _list_of(path) == lists}
    inserted = {int(path.rpartition(".")[2]): row for path, row in correction.insert.items() if _list_of(path) == lists}
    if max(removed, default=-1) >= len(rows) or max(inserted, default=-1) > len(rows):
        raise _refuse(lists, "there is no such row")
    replaced.update({f"{lists}.{index}": rows[index] for index in removed})
    arranged: list[dict[str, Any]] = []
    numbers: dict[int, int] = {}
    seen: dict[str, Evidence] = {}
    for index in range(len(rows) + 1):
        if index in inserted:
            path = f"{lists}.{len(arranged)}"
            arranged.append(_read_row(row_type, inserted[index], path, lists.rpartition(".")[2], len(arranged)))
            seen.update(_witness(path, inserted[index]))
        if index < len(rows) and index not in removed:
            numbers[index] = len(arranged)
            arranged.append(rows[index])
    if lists.endswith("transactions"):
        arranged = [{**row, "row": number} for number, row in enumerate(arranged, 1)]
    rows[:] = arranged
    return numbers, seen


def _find_rows(plain: Any, kind: Any, lists: str) -> tuple[Any, list[dict[str, Any]]]:
    """Return the type of the rows and the rows."""
    if lists.split(".", maxsplit=1)[0] in (*_OURS, "custom", "accounts") and not lists.endswith(".transactions"):
        raise _refuse(lists, "is not a list of rows")
    wanted, rows = kind, plain
    for name in lists.split("."):
        wanted, rows = _step(wanted, rows, name, lists)
    if get_origin(_bare(wanted)) is not tuple:
        raise _refuse(lists, "is not a list of rows")
    return get_args(_bare(wanted))[0], rows


def _renumber_evidence(evidence: Mapping[str, Evidence], lists: str, numbers: Mapping[int, int]) -> dict[str, Evidence]:
    """Return the evidence under the rows' new numbers, without that of rows that are gone."""
    moved = {}
    for path, seen in evidence.items():
        new_path = _renumber(path, lists, numbers)
        if new_path is not None:
            sources = (_renumber(source, lists, numbers) for source in seen.derived_from)
            kept = tuple(source for source in sources if source is not None)
            moved[new_path] = seen if kept == seen.derived_from else structs.replace(seen, derived_from=kept)
    return moved


def _renumber_issues(issues: Iterable[Issue], lists: str, numbers: Mapping[int, int]) -> Iterator[Issue]:
    for issue in issues:
        paths = [_renumber(path, lists, numbers) for path in issue.fields]
        yield replace(issue, fields=tuple(path for path in paths if path is not None))


def _renumber(path: str, lists: str, numbers: Mapping[int, int]) -> str | None:
    """Return the path with its row's new number; None where the row is gone."""
    if not path.startswith(f"{lists}."):
        return path
    index, dot, rest = path.removeprefix(f"{lists}.").partition(".")
    number = numbers.get(int(index))
    return None if number is None else f"{lists}.{number}{dot}{rest}"


def _read_row(row_type: Any, given: Mapping[str, Any], path: str, lists: str, index: int) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, value in given.items():
        row[name] = _check(_type_of(row_type, name, f"{path}.{name}"), name, value, f"{path}.{name}")
    if lists in _COUNTED:
        row.setdefault(_COUNTED[lists], index + 1)
    for known in fields(row_type):
        if known.default is MISSING and known.default_factory is MISSING and known.name not in row:
            raise _refuse(f"{path}.{known.name}", "is needed in a new row")
    return row


def _witness(path: str, row: Mapping[str, Any]) -> Iterator[tuple[str, Evidence]]:
    page = row.get("page") if isinstance(row.get("page"), int) else None
    for name, value in row.items():
        if value is not None and name != "page":
            yield f"{path}.{name}", Evidence(page, None, None, 1.0, Source.PERSON)


def _bare(wanted: Any) -> Any:
    """Return the type without its None."""
    if get_origin(wanted) in (Union, UnionType):
        return next(option for option in get_args(wanted) if option is not NoneType)
    return wanted


def _refuse(path: str, reason: str) -> InvalidRequest:
    return InvalidRequest(f"{path[:200]}: {reason}", {"field": path[:200], "reason": reason})
