"""What stands in a table of transactions, in the document's order: movements, balances between them, totals, sections."""

from __future__ import annotations

from dataclasses import dataclass, field

from bursar.extraction.statements.cells import Day, Money
from bursar.facts.box import Box
from bursar.reading.page import Word


@dataclass(slots=True)
class Movement:
    """A transaction as printed. It grows while its rows are read; nothing changes it afterwards.

    `moneys` maps a role (`debit`, `credit`, `amount`, `balance`, `original`, `rate`, `fee`) to the amount in that column.
    `inherits` says that no date of its own is printed, `marker` (`CR`, `DR`) what a column or suffix of its own says,
    `direction` (`credit`, `debit`) what the section that it stands in says. `words` are the description's; `reference`,
    `counterparty` and `currency` what stands in columns of their own (names are part of the description too).
    """

    page: int
    box: Box
    day: Day | None
    value_day: Day | None
    moneys: dict[str, Money]
    marker: str | None = None
    direction: str | None = None
    inherits: bool = False
    words: list[Word] = field(default_factory=list)
    reference: list[Word] = field(default_factory=list)
    counterparty: list[Word] = field(default_factory=list)
    currency: list[Word] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mark:
    """A balance on a line of its own: `kind` is `opening`, `closing` or `balance`; `role` the column that it stands in."""

    page: int
    kind: str
    money: Money
    role: str | None
    marker: str | None = None
    day: Day | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """A sum: `kind` is `debit`, `credit` or `any`; `partial` when it is of a page or day."""

    page: int
    kind: str
    money: Money
    partial: bool


@dataclass(frozen=True, slots=True)
class Loose:
    """A row inside the table that became nothing."""

    page: int
    text: str
    box: Box
    has_money: bool


Item = Movement | Mark | Total | Loose
