"""The review of one document: its result as fields, grids, equations and doubts, each with its place on the page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from bursar.dashboard.charts import BalanceLine, CategorySum, draw_balances, sum_categories
from bursar.dashboard.repairs import Repair, propose_repair
from bursar.exports.formats import FORMATS

_APART = frozenset(
    {
        "metadata",
        "evidence",
        "checks",
        "conventions",
        "unparsed_lines",
        "attachments",
        "documents",
        "accounts",
    }
)
_AMOUNTS = frozenset(
    [
        "amount",
        "base",
        "rate",
        "subtotal",
        "discount_total",
        "shipping",
        "tax_total",
        "tip",
        "rounding",
        "total",
        "amount_paid",
        "amount_due",
        "quantity",
        "unit_price",
        "discount",
        "tax_rate",
        "tax_amount",
        "balance",
        "original_amount",
        "opening_balance",
        "closing_balance",
        "total_credits",
        "total_debits",
        "credit_limit",
        "minimum_due",
    ]
)
_T = TypeVar("_T")
_NAMES = {"iban": "IBAN", "bic": "BIC", "irn": "IRN", "ifsc": "IFSC", "line number": "Line"}
_CODES = frozenset({"document_type", "category"})  # our own words, written with underscores
_FIRST_ACCOUNT = "accounts.0."  # says again what stands at the top
_ORDER = ("summary", "invoice_info", "account_info", "statement_period", "vendor", "customer", "custom", "payment")
_GLANCES = {
    "invoice_info": (
        ("From", "vendor.name"),
        ("To", "customer.name"),
        ("Number", "invoice_info.invoice_number"),
        ("Date", "invoice_info.invoice_date"),
        ("Due", "invoice_info.due_date"),
        ("Total", "summary.total"),
    ),
    "account_info": (
        ("Bank", "account_info.bank_name"),
        ("Holder", "account_info.account_holder"),
        ("First day", "statement_period.start_date"),
        ("Last day", "statement_period.end_date"),
        ("Opening balance", "summary.opening_balance"),
        ("Closing balance", "summary.closing_balance"),
    ),
}
_LONG = 300  # rows: of longer tables, a page at a time is enough for any browser
_UNSURE = Decimal("0.8")
_A4 = (Decimal(595), Decimal(842))
_OF_KIND = {"ofx": "statement", "qif": "statement", "camt053": "statement", "ubl": "invoice", "cii": "invoice"}


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of one value: its status, and the box in which it stands on its page."""

    path: str
    status: str = "unchecked"
    unsure: bool = False
    page: int | None = None
    box: tuple[Decimal, Decimal, Decimal, Decimal] | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One value with its name; where it is not there, None. `is_part`: another value beside it says the same whole."""

    label: str
    value: Any
    mark: Mark
    is_part: bool = False

    @property
    def is_rest(self) -> bool:
        """Whether it is shown only to who asks for all: what is empty, and parts of what is shown that are in no doubt."""
        in_doubt = self.mark.status == "contradicted" or self.mark.unsure
        return self.value is None or (self.is_part and not in_doubt)

    @property
    def shown(self) -> Any:
        """The value as people write it: words of ours without underscores, an IBAN in groups of four (ISO 13616)."""
        name = self.mark.path.rpartition(".")[2]
        if not isinstance(self.value, str):
            is_whole = isinstance(self.value, int) and not isinstance(self.value, bool) and name in _AMOUNTS
            return Decimal(self.value) if is_whole else self.value
        if name == "iban":
            return " ".join(self.value[place : place + 4] for place in range(0, len(self.value), 4))
        return self.value.replace("_", " ") if name in _CODES else self.value

    @property
    def form(self) -> str:
        """What kind of value it is: `number`, `date` or `text`."""
        name = self.mark.path.rpartition(".")[2]
        if name in _AMOUNTS or (isinstance(self.value, int | Decimal) and not isinstance(self.value, bool)):
            return "number"
        return "date" if name == "date" or name.endswith("_date") else "text"


@dataclass(frozen=True, slots=True)
class Group:
    """Values that belong together, as a list of fields."""

    label: str
    fields: list[Field]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one list of the result, and the names of those of their values that any row has."""

    label: str
    path: str
    names: list[str]
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Grid:
    """Values that belong together, as a table; an empty cell has the value None. `path` leads to its rows.

    Of a long table, only the rows of the page that is open are there, by their place in the whole of `count`.
    """

    label: str
    path: str
    columns: list[str]
    rows: dict[int, list[Field]]
    count: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """An issue, the value that it is about, and the correction that would mend it."""

    severity: str
    message: str
    path: str | None
    repair: Repair | None


@dataclass(frozen=True, slots=True)
class Glance:
    """One of the few values that say what the document is; `currency` where the value is an amount."""

    label: str
    value: Any
    mark: Mark
    currency: str | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of the document: its size in the boxes' own unit, and the marks that stand on it.

    `skew` is by how many degrees its picture is askew, clockwise; the boxes are those of the level page.
    """

    number: int
    count: int
    width: Decimal
    height: Decimal
    skew: Decimal
    marks: list[Mark]


@dataclass(frozen=True, slots=True)
class Findings:
    """What a result says, whichever page is open: read once, it serves for all of them."""

    kind: str
    result: dict[str, Any]
    glances: list[Glance]
    groups: list[Group]
    tables: list[Table]
    unread: list[Mark]
    equations: list[dict[str, Any]]
    doubts: list[Doubt]
    verdict: str | None
    balances: BalanceLine | None
    categories: list[CategorySum]
    exports: list[str]
    marks: dict[str, Mark]
    placed: dict[int, list[Mark]]

    @property
    def failing(self) -> int:
        """How many equations do not hold."""
        return sum(not equation["holds"] for equation in self.equations)

    @property
    def is_long(self) -> bool:
        """Whether a table shows only a part of its rows, so that it changes with the page."""
        return any(len(table.rows) > _LONG for table in self.tables)

    def page_of(self, path: str | None) -> int | None:
        """Return the page on which a value stands."""
        seen = self.marks.get(path or "")
        return None if seen is None else seen.page

    @property
    def decimal_mark(self) -> str:
        """What the document writes before the cents."""
        return ((self.result.get("conventions") or {}).get("decimal") or {}).get("value") or "."


@dataclass(frozen=True, slots=True)
class Review:
    """All that the page shows: what was found, and what changes with the page that is open and with every correction."""

    job: dict[str, Any]
    document: dict[str, Any]
    found: Findings
    grids: list[Grid]
    sheet: Sheet
    history: list[dict[str, Any]]

    @property
    def can_undo(self) -> bool:
        """Whether a correction counts that could be taken back."""
        return any(correction["undone_at"] is None for correction in self.history)


def read_findings(job: dict[str, Any]) -> Findings:
    """Return what the result of a job says, as the service finds it; of one that has not ended, nothing.

    Takes most of a second for a statement of two hundred pages.
    """
    result = _read_json(job["result"]) or {}
    evidence = result.get("evidence") or _read_json(job.get("evidence")) or {}
    marks = {path: _read_mark(path, seen) for path, seen in evidence.items() if not path.startswith(_FIRST_ACCOUNT)}
    unread = [
        _read_mark(f"unparsed_lines.{place}", {**line, "status": "unread"})
        for place, line in enumerate(result.get("unparsed_lines") or [])
    ]
    checks = result.get("checks") or {}
    kind = job["detected_kind"] or job["kind"] or ""
    is_standard = "checks" in result
    return Findings(
        kind=kind,
        result=result,
        glances=list(_list_glances(result, marks)),
        groups=list(_list_groups(result, marks))
        + _list_accounts(result, lambda part, at: _list_groups(part, marks, at)),
        tables=list(_list_tables(result)) + _list_accounts(result, _list_tables),
        unread=unread,
        equations=sorted(checks.get("equations", []), key=lambda equation: equation["holds"]),
        doubts=[_read_doubt(issue, result) for issue in checks.get("issues", [])],
        verdict=checks.get("verdict"),
        balances=draw_balances(result),
        categories=sum_categories(result),
        marks=marks,
        placed=_place_marks([*marks.values(), *unread]),
        exports=[name for name in FORMATS if _OF_KIND.get(name, kind) == kind] if is_standard else ["json"],
    )


def build_review(
    job: dict[str, Any], document: dict[str, Any], found: Findings, page: int, history: list[dict[str, Any]]
) -> Review:
    """Return the review of a job and what was found in its result, open at a page."""
    return Review(
        job=job,
        document=document,
        found=found,
        grids=[_open_table(table, found.marks, page) for table in found.tables],
        sheet=_open_sheet(found, page, max(document["page_count"], 1)),
        history=[
            {**one, "fields": _read_fields(one["fields"]), "replaced": _read_json(one["replaced"])} for one in history
        ],
    )


def name_of(key: str) -> str:
    """Return a key of the result as people write it: `invoice_number` becomes `Invoice number`."""
    words = key.replace("_", " ")
    return _NAMES.get(words, words[:1].upper() + words[1:])


def name_place(path: str) -> str:
    """Return a path of the result as people write it: `items.0.unit_price` becomes `Items, row 1: Unit price`."""
    words: list[str] = []
    for key in path.split("."):
        if key.isdecimal() and words:
            words[-1] += f", row {int(key) + 1}"
        else:
            words.append(name_of(key))
    return ": ".join(words)


def _read_json(stored: Any) -> Any:
    return json.loads(stored, parse_float=Decimal) if isinstance(stored, bytes | str) else stored


def _read_fields(stored: Any) -> dict[str, Any]:
    """Return a correction with its amounts as such: people may have sent them as text."""
    correction: dict[str, Any] = _read_json(stored)
    typed = {path: _read_amount(path, value) for path, value in correction.get("fields", {}).items()}
    return correction | {"fields": typed}


def _read_amount(path: str, value: Any) -> Any:
    try:
        return Decimal(value) if isinstance(value, str) and path.rpartition(".")[2] in _AMOUNTS else value
    except InvalidOperation:
        return value


def _read_mark(path: str, seen: dict[str, Any]) -> Mark:
    box = seen.get("box")
    return Mark(
        path,
        seen.get("status") or "unchecked",
        Decimal(str(seen.get("confidence", 1))) < _UNSURE,
        seen.get("page"),
        tuple(Decimal(str(edge)) for edge in box) if box else None,  # type: ignore[arg-type]
        seen.get("text") or "",
    )


def _list_glances(result: dict[str, Any], marks: dict[str, Mark]) -> Iterator[Glance]:
    """Yield the values by which a person recognises the document, also those that were not found."""
    for part, wanted in _GLANCES.items():
        for label, path in wanted if isinstance(result.get(part), dict) else ():
            group, name = path.split(".")
            value = (result.get(group) or {}).get(name)
            currency = result[part].get("currency") if isinstance(value, Decimal | int) else None
            yield Glance(label, value, _mark(path, marks), currency)


def _list_accounts(result: dict[str, Any], read: Callable[[dict[str, Any], str], Iterable[_T]]) -> list[_T]:
    """Return what `read` finds in each account but the first, which stands at the top already."""
    accounts = result.get("accounts") or []
    return [one for place, account in enumerate(accounts[1:], 1) for one in read(account, f"accounts.{place}.")]


def _list_groups(result: dict[str, Any], marks: dict[str, Mark], above: str = "") -> Iterator[Group]:
    """Yield what is no table: objects of the result, those that matter most first, then values that stand alone."""
    names = [key for key, value in result.items() if key not in _APART and isinstance(value, dict)]
    for key in sorted(names, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER)):
        fields = list(_list_fields(result[key], above + key, marks))
        if fields:
            yield Group(_title(key, above), fields)
    alone = [
        Field(name_of(key), value, _mark(above + key, marks))
        for key, value in result.items()
        if key not in _APART and key != "custom" and value is not False and not isinstance(value, dict | list)
    ]
    if alone:
        yield Group(_title("document", above), alone)


def _title(key: str, above: str) -> str:
    """Return the heading of a part; of a further account, with its number."""
    if not above.startswith("accounts."):
        return {"custom": "Your schema"}.get(key, name_of(key))
    return f"Account {int(above.split('.')[1]) + 1}: {name_of(key)}"


def _list_fields(values: dict[str, Any], path: str, marks: dict[str, Mark]) -> Iterator[Field]:
    has_whole = path.endswith(".address") and values.get("text") is not None
    for key, value in values.items():
        below = f"{path}.{key}"
        if isinstance(value, dict):
            yield from _list_fields(value, below, marks)
        elif not isinstance(value, list):
            label = "Address" if key == "text" else name_of(key)
            yield Field(label, value, _mark(below, marks), is_part=has_whole and key != "text")


def _list_tables(result: dict[str, Any], above: str = "") -> Iterator[Table]:
    """Yield the tables with the columns in which anything stands; last the tables of a schema's own."""
    for key, rows in result.items():
        if key in _APART or not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
            continue
        names = [name for name in rows[0] if name != "page" and any(_is_plain(row.get(name)) for row in rows)]
        yield Table(_title(key, above), above + key, names, rows)
    if isinstance(result.get("custom"), dict):
        yield from _list_tables(result["custom"], "custom.")


def _open_table(table: Table, marks: dict[str, Mark], page: int) -> Grid:
    shown = {
        index: [
            Field(name_of(name), row.get(name), _mark(f"{table.path}.{index}.{name}", marks)) for name in table.names
        ]
        for index, row in enumerate(table.rows)
        if len(table.rows) <= _LONG or row.get("page") == page
    }
    return Grid(table.label, table.path, [name_of(name) for name in table.names], shown, len(table.rows))


def _is_plain(value: Any) -> bool:
    return value is not None and not isinstance(value, dict | list)


def _read_doubt(issue: dict[str, Any], result: dict[str, Any]) -> Doubt:
    fields = issue.get("fields") or []
    return Doubt(issue["severity"], issue["message"], fields[0] if fields else None, propose_repair(issue, result))


def _mark(path: str, marks: dict[str, Mark]) -> Mark:
    return marks.get(path) or Mark(path)


def _place_marks(marks: Iterable[Mark]) -> dict[int, list[Mark]]:
    """Return by page those that stand on one."""
    placed: dict[int, list[Mark]] = {}
    for mark in marks:
        if mark.page is not None and mark.box is not None:
            placed.setdefault(mark.page, []).append(mark)
    return placed


def _open_sheet(found: Findings, number: int, count: int) -> Sheet:
    number = min(max(number, 1), count)
    pages = (found.result.get("metadata") or {}).get("pages") or []
    page: dict[str, Any] = next((page for page in pages if page["page"] == number), {})
    width, height = Decimal(page.get("width", 0)) or _A4[0], Decimal(page.get("height", 0)) or _A4[1]
    skew = Decimal(page.get("skew", 0))  # results of before have none
    return Sheet(number, count, width, height, skew, found.placed.get(number, []))
