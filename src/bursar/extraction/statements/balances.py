"""The balance chain as judge: signs, columns and order are read so that the printed balances follow from the movements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, product

from bursar.extraction.amounts import PrintedAmount
from bursar.extraction.statements.items import Item, Mark, Movement

Seen = tuple[Decimal, str | None]
"""A balance as printed: its value, and its marker `CR` or `DR`."""

_ZERO = Decimal(0)
_MAX_UNSIGNED = 14  # movements between two balances whose signs are searched for


@dataclass(frozen=True, slots=True)
class Convention:
    """One way to read amounts.

    `swapped`: what the headings call debit is credit. `amount_sign`: what a plain amount adds to the account (1, -1, or 0
    where the balances decide). `balance_sign`: -1 where balances are what the holder owes. `newest_first`: the order.
    """

    swapped: bool = False
    amount_sign: int = 1
    balance_sign: int = 1
    newest_first: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """Movements under one convention, in the document's order.

    `deltas` holds what each movement adds; `held` and `broken` count the links between balances; `assumed` the indices of
    movements whose sign nothing settles. `opening` and `closing` are the signed balances that fit (or the first choices).
    """

    convention: Convention
    deltas: tuple[Decimal, ...]
    balances: tuple[Decimal | None, ...]
    held: int
    broken: int
    assumed: frozenset[int]
    opening: Decimal | None
    closing: Decimal | None
    closes: bool | None

    @property
    def score(self) -> float:
        """How well the balances bear it out; greater is better."""
        ends = 0 if self.closes is None else 2 if self.closes else -2
        return self.held - 1.5 * self.broken + ends


def settle_chain(items: Sequence[Item], openings: Sequence[Seen], closings: Sequence[Seen], *, card: bool) -> Chain:
    """Return the reading of the movements that the balances bear out best; the likelier one where they do not tell.

    `openings` and `closings` are balances printed elsewhere, the likeliest first.
    """
    flow = [item for item in items if isinstance(item, Movement | Mark)]
    best: Chain | None = None
    for convention in _conventions(flow, card=card):
        chain = _follow(flow, convention, openings, closings)
        if best is None or chain.score > best.score:
            best = chain
    assert best is not None
    return best


def _conventions(flow: Sequence[Item], *, card: bool) -> Iterator[Convention]:
    """Yield the conventions worth trying, the likeliest first.

    Signs of all movements and balances may be turned over together and still close: then the first to close is taken,
    and on a card a balance is what is owed, elsewhere what is there.
    """
    moves = [item for item in flow if isinstance(item, Movement)]
    columns = any("debit" in move.moneys or "credit" in move.moneys for move in moves)
    plain = [move.moneys["amount"].amount for move in moves if "amount" in move.moneys]
    signed = any(amount.signed in ("-", "trailing", "parentheses") for amount in plain)
    directed = any(move.direction for move in moves)
    usual = -1 if card and not _mostly_minus(plain) else 1
    signs = [usual, -usual]
    if not plain:
        amount_signs = [1]
    elif signed or directed or _has_markers(moves):
        amount_signs = [*signs, 0]
    else:
        amount_signs = [0, *signs]
    falling = _falls([move.day.printed for move in moves if move.day])
    for newest, balance, swapped, amount in product(
        (falling, not falling), (-1, 1) if card else (1, -1), (False, True) if columns else (False,), amount_signs
    ):
        yield Convention(swapped, amount, balance, newest)


def _mostly_minus(amounts: Sequence[PrintedAmount]) -> bool:
    """Whether most amounts carry a minus: then purchases do, for they are the most on a card."""
    minus = sum(amount.signed in ("-", "trailing", "parentheses") for amount in amounts)
    return minus * 2 > len(amounts)


def _has_markers(moves: Iterable[Movement]) -> bool:
    return any(move.marker or (move.moneys.get("amount") and move.moneys["amount"].amount.marker) for move in moves)


def _falls(days: Sequence[object]) -> bool:
    keys = [(day.year or 0, day.month, day.day) for day in days]  # type: ignore[attr-defined]
    ups = sum(a < b for a, b in pairwise(keys))
    downs = sum(a > b for a, b in pairwise(keys))
    return downs > ups


def _follow(flow: Sequence[Item], convention: Convention, openings: Sequence[Seen], closings: Sequence[Seen]) -> Chain:
    order = list(reversed(flow)) if convention.newest_first else list(flow)
    moves = [item for item in order if isinstance(item, Movement)]
    marked = _only_marker(moves)
    deltas: dict[int, Decimal | None] = {id(move): delta_of(move, convention, marked) for move in moves}
    sign = convention.balance_sign
    firsts = [sign_balance(value, marker, sign) for value, marker in openings]
    held = broken = 0
    assumed: set[int] = set()
    known: Decimal | None = None
    group: list[Movement] = []
    has_marks = any(isinstance(item, Mark) for item in order)
    has_running = any("balance" in move.moneys for move in moves)
    if firsts and not _starts_with_balance(order):
        known = _fitting_first(order, firsts, deltas, convention) if has_running else firsts[0]
    opening = known
    last: Decimal | None = None
    for item in order:
        if isinstance(item, Movement):
            group.append(item)
        balance = balance_of(item, convention)
        if balance is None:
            continue
        if known is None and isinstance(item, Mark) and not group:
            opening = balance
        elif known is not None:
            fits = _close_group(group, deltas, known, balance, assumed)
            held, broken = held + fits, broken + (not fits)
        else:
            _assume(group, deltas, assumed)
            opening = balance - sum((deltas[id(move)] or _ZERO for move in group), _ZERO)
        known, last, group = balance, balance, []
    lasts = [sign_balance(value, marker, sign) for value, marker in closings]
    closing, closes = _close_last(group, deltas, known, last, lasts, assumed)
    if closes is False and not has_running and not has_marks and len(firsts) > 1:
        opening, closing, closes = _best_pair(firsts, lasts, deltas, opening, closing)
    values = {id(move): deltas[id(move)] or _ZERO for move in moves}
    in_order = [item for item in flow if isinstance(item, Movement)]
    places = {id(move): index for index, move in enumerate(in_order)}
    return Chain(
        convention,
        tuple(values[id(move)] for move in in_order),
        tuple(balance_of(move, convention) for move in in_order),
        held,
        broken,
        frozenset(places[key] for key in assumed),
        opening,
        closing,
        closes,
    )


def _starts_with_balance(order: Sequence[Item]) -> bool:
    return bool(order) and isinstance(order[0], Mark)


def _fitting_first(
    order: Sequence[Item], firsts: Sequence[Decimal], deltas: dict[int, Decimal | None], convention: Convention
) -> Decimal:
    """Return the opening balance that leads to the first running balance; the likeliest when none does."""
    total = _ZERO
    for item in order:
        if isinstance(item, Movement):
            delta = deltas[id(item)]
            if delta is None:
                break
            total += delta
        balance = balance_of(item, convention)
        if balance is not None:
            return next((first for first in firsts if first + total == balance), firsts[0])
    return firsts[0]


def _close_last(
    group: Sequence[Movement],
    deltas: dict[int, Decimal | None],
    known: Decimal | None,
    last: Decimal | None,
    lasts: Sequence[Decimal],
    assumed: set[int],
) -> tuple[Decimal | None, bool | None]:
    """Return the closing balance and whether the movements since the last balance lead to it (None: nothing to compare)."""
    if known is None:
        _assume(group, deltas, assumed)
        return (lasts[0] if lasts else None), None
    if not group and last is not None:
        return last, (True if last in lasts else None)
    for closing in lasts:
        trial = dict(deltas)
        if _close_group(group, trial, known, closing, set()):
            deltas.update(trial)
            return closing, True
    _assume(group, deltas, assumed)
    return (lasts[0], False) if lasts else (None, None)


def _best_pair(
    firsts: Sequence[Decimal],
    lasts: Sequence[Decimal],
    deltas: dict[int, Decimal | None],
    opening: Decimal | None,
    closing: Decimal | None,
) -> tuple[Decimal | None, Decimal | None, bool | None]:
    total = sum((delta or _ZERO for delta in deltas.values()), _ZERO)
    for first in firsts:
        for final in lasts:
            if first + total == final:
                return first, final, True
    return opening, closing, False


def _close_group(
    group: Sequence[Movement], deltas: dict[int, Decimal | None], known: Decimal, balance: Decimal, assumed: set[int]
) -> bool:
    """Whether the movements lead from one balance to the next; signs that were open are settled by it."""
    fixed = sum((deltas[id(move)] or _ZERO for move in group), _ZERO)
    unsigned = [move for move in group if deltas[id(move)] is None]
    if not unsigned:
        return known + fixed == balance
    signs = _find_signs([plain_of(move) for move in unsigned], balance - known - fixed)
    for index, move in enumerate(unsigned):
        value = plain_of(move)
        deltas[id(move)] = -value if signs is None else value * signs[index]
    if signs is None:
        assumed.update(id(move) for move in unsigned)
    return signs is not None


def _find_signs(values: Sequence[Decimal], wanted: Decimal) -> tuple[int, ...] | None:
    """Return the only signs under which the values make up what is wanted; None when none or several do."""
    if len(values) > _MAX_UNSIGNED:
        return None
    total = sum(values, _ZERO)
    found = []
    for signs in product((-1, 1), repeat=len(values)) if abs(wanted) <= total else ():
        if sum((value * sign for value, sign in zip(values, signs, strict=True)), _ZERO) == wanted:
            found.append(signs)
            if len(found) > 1:
                return None
    return found[0] if found else None


def _assume(group: Sequence[Movement], deltas: dict[int, Decimal | None], assumed: set[int]) -> None:
    for move in group:
        if deltas[id(move)] is None:
            deltas[id(move)] = -plain_of(move)
            assumed.add(id(move))


def plain_of(move: Movement) -> Decimal:
    """Return the movement's amount as printed in its column, sign included."""
    for role in ("amount", "debit", "credit"):
        if role in move.moneys:
            return move.moneys[role].amount.value
    return _ZERO


def delta_of(move: Movement, convention: Convention, only_marker: str | None) -> Decimal | None:
    """Return what the movement adds to the account; None where only the balances can tell."""
    if "debit" in move.moneys or "credit" in move.moneys:
        debit = move.moneys["debit"].amount if "debit" in move.moneys else None
        credit = move.moneys["credit"].amount if "credit" in move.moneys else None
        out = abs(debit.value) if debit and debit.signed != "+" else debit.value if debit else _ZERO
        delta = (credit.value if credit else _ZERO) - out
        return -delta if convention.swapped else delta
    amount = move.moneys["amount"].amount
    marker = move.marker or amount.marker
    if marker is not None:
        return abs(amount.value) if marker == "CR" else -abs(amount.value)
    if only_marker is not None:
        return -abs(amount.value) if only_marker == "CR" else abs(amount.value)
    if amount.signed == "+":
        return amount.value * (convention.amount_sign or 1)
    if convention.amount_sign == 0:
        return None
    if move.direction is not None and amount.signed is None:
        return amount.value if move.direction == "credit" else -amount.value
    if move.direction is not None:
        return -abs(amount.value) if move.direction == "debit" else amount.value
    return amount.value * convention.amount_sign


def _only_marker(moves: Sequence[Movement]) -> str | None:
    """Return the one marker in use where movements without any are the other direction; None otherwise."""
    plain = [move for move in moves if "amount" in move.moneys]
    markers = {move.marker or move.moneys["amount"].amount.marker for move in plain}
    named = markers - {None}
    if None in markers and len(named) == 1 and not any(move.moneys["amount"].amount.signed for move in plain):
        return named.pop()
    return None


def balance_of(item: Item, convention: Convention) -> Decimal | None:
    """Return the signed balance that a line prints, None when it prints none."""
    if isinstance(item, Mark):
        amount, marker = item.money.amount, item.marker or item.money.amount.marker
        if item.role == "debit" and amount.signed is None and marker is None:
            return -amount.value
        if item.role == "credit" and marker is None:
            return amount.value
    elif isinstance(item, Movement) and "balance" in item.moneys:
        amount = item.moneys["balance"].amount
        marker = amount.marker
    else:
        return None
    return sign_balance(amount.value, marker, convention.balance_sign)


def sign_balance(value: Decimal, marker: str | None, sign: int) -> Decimal:
    """Return a balance as the holder sees it: what is owed is negative."""
    if marker is not None:
        return abs(value) if marker == "CR" else -abs(value)
    return value * sign
