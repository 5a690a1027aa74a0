"""Totals: of all readings of the labelled amounts, the set that the document's arithmetic supports best."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, islice, takewhile

from msgspec import Struct, structs

from bursar.extraction.invoices.account_dues import owes_earlier_invoices
from bursar.extraction.invoices.layout import Found, Layout, Token
from bursar.extraction.invoices.money_cells import Cell, cells_of_row
from bursar.extraction.invoices.tax_table import TaxFind, sum_of
from bursar.extraction.invoices.total_lines import TotalLine
from bursar.extraction.invoices.withheld import settle_withheld
from bursar.facts.money import is_close, round_to, total_of

_SEVERAL = 2
_TRIED = 7  # candidates of one kind that are tried together
_CLOSE = Decimal("0.011")
_HOLDS = 1.2  # what a relation that holds is worth, beside label scores of about 1
_BREAKS = 0.5
_ITEMS_HOLD = 0.9
_MOST_TAX = Decimal("0.4")  # no tax is a larger share of a total
_MOST_OFF = Decimal("0.5")  # of a total, that a discount takes off which no relation needs
_ADJUSTMENTS = ("discount", "shipping", "rounding", "tip", "service_charge", "withholding")
_MOST_TOGETHER = 3  # adjustments of any kind; more only where all discounts and charges together fit
_TAXES = {"tax", "tax_total"}
_NEGATIVE = {"discount", "withholding"}


class Choice(Struct, frozen=True):
    """One candidate for a total: its value, where it stands and how well its label suits."""

    value: Decimal
    tokens: tuple[Token, ...]
    score: float
    kind: str
    is_money: bool = True  # printed as money is


class Totals(Struct, frozen=True):
    """The totals chosen. `support` counts the relations that hold; `bare_tax` is a kind and rate printed without an amount."""

    values: dict[str, Found[Decimal]]
    support: int
    bare_tax: tuple[str, Found[Decimal]] | None = None


class _Adjustments:
    """The printed discounts, charges and roundings, and all sums that up to three of them, or all, may make.

    Discounts take from what is charged, and from what is credited.
    """

    def __init__(self, pool: dict[str, list[Choice]], *, is_credit: bool) -> None:
        self._sign = -1 if is_credit else 1
        whole = [choice for kind in ("discount", "shipping") for choice in _top(pool.get(kind, [])) if choice.value]
        parts = [choice for kind in _ADJUSTMENTS for choice in _top(pool.get(kind, []))[:4] if choice.value][:8]
        self._groups = [group for count in (1, 2, 3) for group in combinations(parts, count)]
        if len(whole) > _MOST_TOGETHER:
            self._groups.append(tuple(whole))
        self._sums = sorted((value, rank) for rank, group in enumerate(self._groups) for value in self.sums(group))

    def sums(self, group: Sequence[Choice]) -> Iterator[Decimal]:
        """Give the sums that adjustments may make: discounts take away however printed; a rounding goes as printed."""
        added = sum((choice.value for choice in group if choice.kind not in _NEGATIVE), Decimal(0))
        taken = sum((abs(choice.value) for choice in group if choice.kind in _NEGATIVE), Decimal(0))
        yield added - taken * self._sign
        if self._sign < 0 and taken:
            yield added - taken  # printed as what is charged
        if len(group) == 1 and group[0].kind == "rounding":
            yield -added

    def explain(self, gap: Decimal) -> tuple[Choice, ...] | None:
        """Return the first and smallest group that makes a gap, none for no gap; None when nothing explains it."""
        if abs(gap) <= _CLOSE:
            return ()
        first = bisect_left(self._sums, (gap - _CLOSE, 0))
        fitting = takewhile(lambda entry: entry[0] <= gap + _CLOSE, islice(self._sums, first, None))
        rank = min((rank for _, rank in fitting), default=None)
        return None if rank is None else self._groups[rank]


class _Evidence(Struct, frozen=True):
    """What a set of totals is weighed by: all candidates, what explains gaps, the sums of the lines and the rates printed."""

    pool: dict[str, list[Choice]]
    adjustments: _Adjustments
    item_sums: Sequence[Decimal]
    rates: Sequence[Decimal]
    taxes: Sequence[TaxFind] = ()  # those whose base and rate make them


def choose_totals(
    layout: Layout, lines: Sequence[TotalLine], taxes: Sequence[TaxFind], item_sums: Sequence[Decimal]
) -> Totals:
    """Return the best set: labels propose, relations between the amounts decide.

    `item_sums` are the sums that the lines of the item table may have (net, gross).
    """
    largest = max((abs(cell.value) for line in lines for cell, _ in line.cells if cell.is_money), default=Decimal(1))
    pool = {kind: _choices(layout, lines, kind, largest) for kind in _kinds(lines)}
    totals = [*pool.get("total", []), *(_demote(choice, 0.8) for choice in pool.get("amount_due", []))]
    totals += [*_after_rounding(pool), *_after_tip(pool)]
    totals = _without_counts(totals, pool, item_sums)
    if not totals:
        totals = [_demote(choice, 0.55) for choice in (*_subtotals_as_totals(pool, lines), *_paid_in_cash(pool))]
    totals = _distinct(totals)
    rates = sorted({rate for line in lines if line.kind in ("tax", "tax_total", "not_total") for rate, _ in line.rates})
    subtotals = [*pool.get("subtotal", []), *(_demote(choice, 0.45) for choice in pool.get("items_total", []))]
    subtotals += _totals_of_lines(totals, item_sums)
    whole = [*item_sums, *(choice.value for choice in (*_top(pool.get("subtotal", [])), *_top(totals)))]
    is_credit = any(value < 0 for value in whole[:1])
    evidence = _Evidence(
        pool, _Adjustments(pool, is_credit=is_credit), item_sums, rates, [tax for tax in taxes if tax.proven]
    )
    best: tuple[float, int, dict[str, Choice | None], tuple[Choice, ...]] | None = None
    tried_subtotals, tried_taxes = [*_top(subtotals), None], [*_tax_choices(pool, taxes), None]
    for total in _top(totals):
        of_payment = _weigh_payment(pool, total)
        for subtotal in tried_subtotals:
            if subtotal is not None and subtotal.kind == "total" and subtotal.value == total.value:
                continue
            for tax in tried_taxes:
                points, support, adjustments = _weigh(evidence, total, subtotal, tax)
                points, support = points + of_payment[0], support + of_payment[1]
                if best is None or points > best[0]:
                    best = points, support, {"total": total, "subtotal": subtotal, "tax_total": tax}, adjustments
    if best is None:
        return Totals(_without_total(pool, taxes), 0)
    values = {kind: _found(choice, best[1]) for kind, choice in best[2].items() if choice is not None}
    basis = _find_basis(layout, values, best[3], evidence.adjustments)
    if basis is not None:
        values["subtotal"] = basis
    bridges = _find_bridges(evidence, values)
    values = settle_withheld(values | _add_up((*best[3], *(bridges or ())), best[1]), pool)
    pool["amount_due"] = [
        due
        for due in pool.get("amount_due", [])
        if not owes_earlier_invoices(layout, due.value, due.tokens, values["total"])
    ]
    pool["shipping"] = [choice for choice in pool.get("shipping", []) if choice.value not in item_sums]
    _add_rest(values, pool, best[1], settled=bridges is not None)
    return Totals(values, best[1])


def _without_counts(totals: list[Choice], pool: dict[str, list[Choice]], item_sums: Sequence[Decimal]) -> list[Choice]:
    """Return the totals without bare numbers, where others are printed as money: «Total 4,820» is of weights or pieces.

    Unless what is paid leads from one to what is due, it says again what another total is, or the lines come to it.
    """
    money = [choice for choice in totals if choice.is_money]
    paid = [abs(choice.value) for choice in pool.get("amount_paid", [])]
    known = {choice.value + part for choice in money for part in (*paid, Decimal(0))} | set(item_sums)
    return [choice for choice in totals if choice.is_money or choice.value in known] if money else totals


def _subtotals_as_totals(pool: dict[str, list[Choice]], lines: Sequence[TotalLine]) -> list[Choice]:
    """Return the subtotals that may be the total: where an amount of tax is printed, those that another comes to with it."""
    found = pool.get("subtotal", [])
    taxes = [cell.value for line in lines if line.kind in _TAXES for cell, _ in line.cells if cell.is_money]
    if not any(taxes):
        return found
    whole = {choice.value + tax for choice in found for tax in taxes if tax}
    return [choice for choice in found if choice.value in whole]


def _find_basis(
    layout: Layout, values: dict[str, Found[Decimal]], parts: Sequence[Choice], adjustments: _Adjustments
) -> Found[Decimal] | None:
    """Return what the tax is reckoned from where discounts or charges stand behind the subtotal and it is printed below them.

    Whatever its label says: between the subtotal and the total stands an amount that both lead to.
    """
    above, total = values.get("subtotal"), values["total"]
    between = [part for part in parts if part.kind in ("discount", "shipping", "withholding")]
    if (
        above is None
        or not above.tokens
        or not total.tokens
        or not between
        or above.tokens[0].page != total.tokens[0].page
    ):
        return None
    wanted = above.value + next(adjustments.sums(between))
    low, high = above.tokens[0].box.y1, total.tokens[0].box.y0
    for row in layout.rows:
        if row.page != above.tokens[0].page or not low <= row.box.center_y <= high:
            continue
        for cell in cells_of_row(row, None):
            if cell.is_money and cell.value == wanted:
                return Found(cell.value, cell.tokens, above.confidence)
    return None


def _find_bridges(evidence: _Evidence, values: dict[str, Found[Decimal]]) -> tuple[Choice, ...] | None:
    """Return the printed discounts and charges between the lines and the subtotal; None where nothing explains the gap."""
    wanted = values.get("subtotal")
    if wanted is None:
        return None
    found = [evidence.adjustments.explain(wanted.value - value) for value in evidence.item_sums]
    return min((group for group in found if group is not None), key=len, default=None)


def _add_up(parts: Sequence[Choice], support: int) -> dict[str, Found[Decimal]]:
    """Return each kind of adjustment once: several discounts (or charges) added up, with the places of all."""
    found: dict[str, Found[Decimal]] = {}
    for kind in dict.fromkeys(part.kind for part in parts):
        own = list({(part.value, part.tokens): part for part in parts if part.kind == kind}.values())
        value = sum((part.value for part in own), Decimal(0))
        if len(own) > 1 and kind in _NEGATIVE:
            value = sum((abs(part.value) for part in own), Decimal(0))
        tokens = tuple(token for part in own for token in part.tokens)
        found[_FIELD_OF.get(kind, kind)] = _found(Choice(value, tokens, own[0].score, kind), support)
    return found


_FIELD_OF = {"discount": "discount_total", "service_charge": "service_charge"}


def _totals_of_lines(totals: Sequence[Choice], item_sums: Sequence[Decimal]) -> list[Choice]:
    """Return what is called a total and is what the lines come to: the subtotal where another total follows."""
    several = len({choice.value for choice in totals}) > 1
    return [
        _demote(choice, 0.6) for choice in totals if several and choice.kind == "total" and choice.value in item_sums
    ]


def _paid_in_cash(pool: dict[str, list[Choice]]) -> list[Choice]:
    """Return what was paid: a card's amount, cash where no change came back, or what is said to be paid in all."""
    changes = [choice.value for choice in pool.get("change", [])]
    paid = [*pool.get("tendered", []), *pool.get("paid_whole", [])]
    return [choice for choice in paid if choice.value > 0 and not any(changes)]


def _after_rounding(pool: dict[str, list[Choice]]) -> list[Choice]:
    """Return what a total comes to with the printed rounding where that stands as a total or a payment.

    What is only said to be due does not count: an amount due is rounded for payment and leaves the total as it is.
    """
    totals = pool.get("total", [])
    return [
        Choice(other.value, other.tokens, total.score + 0.3, "total")
        for total in totals
        for rounding in pool.get("rounding", [])
        if rounding.value and abs(rounding.value) < 1
        for other in (*totals, *pool.get("subtotal", []), *pool.get("tendered", []))
        if other.value == total.value + rounding.value
    ]


def _after_tip(pool: dict[str, list[Choice]]) -> list[Choice]:
    """Return what a total comes to with the printed tip where that is said to be paid: «Total 117.17, tip 22.00, paid 139.17»."""
    return [
        Choice(paid.value, paid.tokens, total.score + 0.3, "total")
        for total in pool.get("total", [])
        for tip in pool.get("tip", [])
        if 0 < tip.value < total.value
        for paid in (*pool.get("amount_paid", []), *pool.get("tendered", []))
        if paid.value == total.value + tip.value
    ]


def _distinct(choices: Sequence[Choice]) -> list[Choice]:
    """Return each value once, with its best label."""
    best: dict[Decimal, Choice] = {}
    for choice in choices:
        if choice.value not in best or best[choice.value].score < choice.score:
            best[choice.value] = choice
    return list(best.values())


def _kinds(lines: Sequence[TotalLine]) -> set[str]:
    return {line.kind for line in lines}


def _choices(layout: Layout, lines: Sequence[TotalLine], kind: str, largest: Decimal) -> list[Choice]:
    found: dict[Decimal, Choice] = {}
    for line in lines:
        if line.kind != kind:
            continue
        for cell, fit in line.cells:
            score = _score(layout, line, cell, fit, largest)
            old = found.get(cell.value)
            if old is None or old.score < score:
                found[cell.value] = Choice(cell.value, cell.tokens, score + (0.05 if old else 0.0), kind, cell.is_money)
            else:
                found[cell.value] = structs.replace(old, score=old.score + 0.05)
    return sorted(found.values(), key=lambda choice: -choice.score)


def _score(layout: Layout, line: TotalLine, cell: Cell, fit: float, largest: Decimal) -> float:
    _, height = layout.page_size(cell.page)
    score = fit + min(line.hit.letters, 20) / 100
    score += 0.15 * (cell.box.center_y / height) + 0.05 * (cell.page - layout.pages[0].number)
    score += 0.1 if cell.is_money else -0.25
    score += 0.1 if cell.tokens[0].bold else 0.0
    if line.kind == "total":
        score += 0.15 * float(abs(cell.value) / largest) if largest else 0.0
        score += 0.1 if max(token.size for token in cell.tokens) >= 1.2 * layout.usual_row_size else 0.0
    return score


def _demote(choice: Choice, factor: float) -> Choice:
    return structs.replace(choice, score=choice.score * factor)


def _top(choices: Sequence[Choice]) -> list[Choice]:
    return sorted(choices, key=lambda choice: -choice.score)[:_TRIED]


def _tax_choices(pool: dict[str, list[Choice]], taxes: Sequence[TaxFind]) -> list[Choice]:
    """Return what the whole tax may be: a printed sum, one tax, or several added up (then without a place)."""
    found = _top(pool.get("tax_total", []))
    single = [_demote(choice, 0.9) for choice in _top(pool.get("tax", []))]
    proven = [tax for tax in taxes if tax.proven]
    if len(taxes) > 1:
        for group in (proven, list(taxes)):
            if len(group) > 1:
                found.append(Choice(sum_of(group), (), 0.85, "taxes"))
        tried = [tax for tax in taxes if tax.amount.value][:5]
        for count in range(2, len(tried)):
            found.extend(Choice(sum_of(group), (), 0.6, "taxes") for group in combinations(tried, count))
    found += [Choice(tax.amount.value, tax.amount.tokens, 0.9, "tax") for tax in proven]
    best: dict[Decimal, Choice] = {}
    for choice in [*found, *single]:
        old = best.get(choice.value)
        if old is None or (choice.score, bool(choice.tokens)) > (old.score, bool(old.tokens)):
            best[choice.value] = choice
    return sorted(best.values(), key=lambda choice: -choice.score)[: _TRIED + 4]


def _weigh(
    evidence: _Evidence, total: Choice, subtotal: Choice | None, tax: Choice | None
) -> tuple[float, int, tuple[Choice, ...]]:
    """Return the points of a set without its payment, how many relations hold in it, and the adjustments that make them hold."""
    points = total.score + (subtotal.score if subtotal else 0.55) + (tax.score if tax else 0.55)
    support = 0
    adjustments: tuple[Choice, ...] = ()
    if subtotal is not None and _is_one_print(total, subtotal):
        points -= 0.5
    if subtotal is not None:
        gap = total.value - subtotal.value - (tax.value if tax else Decimal(0))
        explained = evidence.adjustments.explain(gap)
        if explained is not None:
            adjustments = explained
            strength = 1.0 if tax is not None or adjustments else 0.6
            points += _HOLDS * strength - 0.15 * len(adjustments)
            support += 1
        elif tax is None and any(_is_near(round_to(subtotal.value * rate / 100), gap) for rate in evidence.rates):
            points += _HOLDS
            support += 1
        else:
            points -= _BREAKS
    elif tax is not None and abs(tax.value) >= abs(total.value) != 0:
        points -= _BREAKS
    if subtotal is None and tax is not None and _is_analysed(evidence.taxes, total, tax):
        points += _HOLDS
        support += 1
    points += _support_of_items(evidence, total, subtotal, tax)
    stated = (total.value, subtotal.value if subtotal else None)
    support += any(_is_near(value, of_items) for value in stated for of_items in evidence.item_sums) or (
        subtotal is None and _is_lines_with_tax(evidence, total, tax)
    )
    if tax is not None and not adjustments and abs(tax.value) > _MOST_TAX * abs(total.value):
        points -= _BREAKS
    return points, support, adjustments


def _is_analysed(taxes: Sequence[TaxFind], total: Choice, tax: Choice) -> bool:
    """Whether the taxes of several rates come to a tax and with their bases to a total: «A 19 % 5.45 1.04, B 7 % 3.44 0.24»."""
    bases = [found.base.value for found in taxes if found.base is not None]
    if len(bases) < _SEVERAL or len(bases) < len(taxes):
        return False
    whole = sum_of(taxes)
    return whole == tax.value and _is_near(total.value, total_of(bases) + whole)


def _weigh_payment(pool: dict[str, list[Choice]], total: Choice) -> tuple[float, int]:
    """Return the points of what is paid and due for a total, and how many relations hold in it."""
    is_due = _has_due_relation(pool, total)
    return 0.5 * is_due + _support_of_payment(pool, total), int(is_due)


def _support_of_payment(pool: dict[str, list[Choice]], total: Choice) -> float:
    """Return points for a total that was paid so: by card to the cent, or in cash with the change printed."""
    tendered = [choice.value for choice in pool.get("tendered", [])]
    changes = [choice.value for choice in pool.get("change", [])]
    if any(_is_near(paid - abs(change), total.value) for paid in tendered for change in changes):
        return 0.6
    return 0.35 if any(_is_near(paid, total.value) for paid in tendered) else 0.0


def _is_one_print(one: Choice, other: Choice) -> bool:
    return bool(one.tokens) and bool(other.tokens) and {id(t) for t in one.tokens} == {id(t) for t in other.tokens}


def _support_of_items(evidence: _Evidence, total: Choice, subtotal: Choice | None, tax: Choice | None) -> float:
    sums = evidence.item_sums
    if subtotal is not None and any(_is_near(subtotal.value, value) for value in sums):
        return _ITEMS_HOLD
    if _is_lines_with_tax(evidence, total, tax):
        return _ITEMS_HOLD * 0.85
    if any(_is_near(target, value) for value in sums for target in _rounded(evidence, total)):
        return _ITEMS_HOLD * 0.8
    if subtotal is not None and any(evidence.adjustments.explain(subtotal.value - value) is not None for value in sums):
        return _ITEMS_HOLD * 0.9
    return 0.0


def _is_lines_with_tax(evidence: _Evidence, total: Choice, tax: Choice | None) -> bool:
    """Whether the lines come to the total with the tax, before or after a rounding."""
    wanted = _rounded(evidence, total)
    return tax is not None and any(
        _is_near(target, value + tax.value) for value in evidence.item_sums for target in wanted
    )


def _rounded(evidence: _Evidence, total: Choice) -> tuple[Decimal, ...]:
    return (total.value, *(total.value - choice.value for choice in evidence.pool.get("rounding", [])))


def _has_due_relation(pool: dict[str, list[Choice]], total: Choice) -> bool:
    for due in _top(pool.get("amount_due", [])):
        for paid in _top(pool.get("amount_paid", [])):
            if paid.value and _is_near(total.value - abs(paid.value), due.value):
                return True
    return False


def _is_near(one: Decimal | None, other: Decimal) -> bool:
    return one is not None and is_close(one, other, tolerance=_CLOSE)


def _found(choice: Choice, support: int) -> Found[Decimal]:
    sure = min(0.99, 0.45 + 0.25 * min(choice.score, 1.4) + 0.12 * support)
    return Found(choice.value, choice.tokens, sure)


def _without_total(pool: dict[str, list[Choice]], taxes: Sequence[TaxFind]) -> dict[str, Found[Decimal]]:
    values: dict[str, Found[Decimal]] = {}
    for kind, source in (("subtotal", pool.get("subtotal", [])), ("tax_total", _tax_choices(pool, taxes))):
        if source:
            values[kind] = _found(source[0], 0)
    return values


def _without_payments_of_before(paids: list[Choice], pool: dict[str, list[Choice]], is_due: bool) -> list[Choice]:
    """Return the payments without those of the bill before, which are as high as its balance, where the whole total `is_due`."""
    before = {abs(choice.value) for choice in pool.get("previous_balance", []) if choice.value}
    return [paid for paid in paids if abs(paid.value) not in before] if is_due and before else paids


def _add_rest(values: dict[str, Found[Decimal]], pool: dict[str, list[Choice]], support: int, *, settled: bool) -> None:
    """Add what is paid and due, and the adjustments that no relation needed.

    Where all is `settled` from the lines to the total, a discount that no relation needs is a condition or the lines' own.
    """
    total = values["total"].value
    dues, paids = _top(pool.get("amount_due", [])), _top(pool.get("amount_paid", []))
    for due in dues:
        match = next((paid for paid in paids if _is_near(total - abs(paid.value), due.value)), None)
        if match:
            values["amount_due"], values["amount_paid"] = _found(due, support), _found(match, support)
            break
    if "amount_due" not in values and dues:
        values["amount_due"] = _found(dues[0], max(0, support - 1))
    if "amount_paid" not in values and "amount_due" in values:
        paids = _without_payments_of_before(paids, pool, values["amount_due"].value == total)
    if "amount_paid" not in values and paids and paids[0].tokens != values["total"].tokens:
        values["amount_paid"] = _found(paids[0], 0)
    for kind, field in (
        ("discount", "discount_total"),
        ("shipping", "shipping"),
        ("rounding", "rounding"),
        ("tip", "tip"),
    ):
        if settled and kind in ("discount", "shipping"):
            continue
        printed = [choice for choice in pool.get(kind, []) if choice.value and choice.tokens != values["total"].tokens]
        if kind == "discount":  # «3 % off if paid by 1 May: 869.80» is what is left
            printed = [choice for choice in printed if abs(choice.value) <= _MOST_OFF * abs(total)]
        if printed and field not in values:
            values[field] = _found(printed[0], 0)
