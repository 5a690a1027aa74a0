"""Slips of recognition that the balance chain shows beyond doubt: a lost sign, one digit misread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bursar.extraction.statements.balances import Chain
from bursar.extraction.statements.items import Movement
from bursar.facts.evidence import Source
from bursar.facts.money import is_one_digit_apart


@dataclass(frozen=True, slots=True)
class Mended:
    """A value of the movement at `index` that was read otherwise than printed words say: `name` is `amount` or `balance`."""

    index: int
    name: str
    printed: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True)
class _Link:
    """The movements (by index) that lead to the running balance of the last of them."""

    indices: tuple[int, ...]

    @property
    def end(self) -> int:
        """The movement whose balance is printed."""
        return self.indices[-1]


def mend_chain(moves: Sequence[Movement], chain: Chain) -> tuple[Chain, tuple[Mended, ...]]:
    """Return the chain with misread values replaced where the neighbouring balances leave no other choice.

    Only values recognised from pixels are touched, and only where the balance before and the one after agree.
    """
    if not chain.broken or not any(word.source is Source.OCR for move in moves for word in move.words[:1]):
        return chain, ()
    deltas, balances = list(chain.deltas), list(chain.balances)
    links = list(_links(balances, newest_first=chain.convention.newest_first))
    known = chain.opening if chain.opening is not None and links else None
    found: list[Mended] = []
    for place, link in enumerate(links):
        printed = balances[link.end]
        if known is not None and printed is not None:
            expected = known + sum((deltas[i] for i in link.indices), Decimal(0))
            if expected != printed:
                after = links[place + 1] if place + 1 < len(links) else None
                mended = _mend_balance(link, after, expected, deltas, balances) or _mend_amount(
                    link, after, printed - expected, deltas, balances
                )
                found.extend(mended)
                for slip in mended:
                    (balances if slip.name == "balance" else deltas)[slip.index] = slip.value
        known = balances[link.end]
    if not found:
        return chain, ()
    fewer = max(0, chain.broken - len(found))
    return replace(chain, deltas=tuple(deltas), balances=tuple(balances), broken=fewer), tuple(found)


def _links(balances: Sequence[Decimal | None], *, newest_first: bool) -> Iterator[_Link]:
    order = range(len(balances) - 1, -1, -1) if newest_first else range(len(balances))
    group: list[int] = []
    for index in order:
        group.append(index)
        if balances[index] is not None:
            yield _Link(tuple(group))
            group = []


def _leads_on(
    start: Decimal | None, after: _Link | None, deltas: Sequence[Decimal], balances: Sequence[Decimal | None]
) -> bool:
    """Whether the following link follows from this balance; with none to follow, nothing speaks for it."""
    if after is None or start is None:
        return False
    return start + sum((deltas[i] for i in after.indices), Decimal(0)) == balances[after.end]


def _mend_balance(
    link: _Link,
    after: _Link | None,
    expected: Decimal,
    deltas: Sequence[Decimal],
    balances: Sequence[Decimal | None],
) -> list[Mended]:
    printed = balances[link.end]
    if printed is None or not _leads_on(expected, after, deltas, balances):
        return []
    if printed == -expected or is_one_digit_apart(printed, expected) or _has_digits_of(printed, expected):
        return [Mended(link.end, "balance", printed, expected)]
    return []


def _has_digits_of(left: Decimal, right: Decimal) -> bool:
    """Whether both are written with the same digits, the decimal mark aside."""
    a, b = (format(abs(amount), "f").replace(".", "").rstrip("0") for amount in (left, right))
    return a == b and (left < 0) == (right < 0)


def _mend_amount(
    link: _Link,
    after: _Link | None,
    difference: Decimal,
    deltas: Sequence[Decimal],
    balances: Sequence[Decimal | None],
) -> list[Mended]:
    if after is not None and not _leads_on(balances[link.end], after, deltas, balances):
        return []
    flips = [i for i in link.indices if deltas[i] and -2 * deltas[i] == difference]
    digits = [i for i in link.indices if is_one_digit_apart(deltas[i], deltas[i] + difference)]
    if len(flips) + len(digits) != 1:
        return []
    index = (flips or digits)[0]
    return [Mended(index, "amount", deltas[index], deltas[index] + difference)]
