"""Layouts of printers without proportional type: the till's paper roll and the monospaced form."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from builders.invoices.body import item_cells, tax_label, total_rows
from builders.invoices.draft import Draft
from builders.invoices.parts import (
    meta_pairs,
    notes,
    party_lines,
    payment_lines,
    shows_tax_id,
    tax_id_label,
    tax_id_text,
)


def draw_receipt_roll(draft: Draft) -> None:
    """A till receipt: 80 mm wide, as long as it takes, prices with tax."""
    facts, sheet = draft.facts, draft.sheet
    center, left, right = sheet.width / 2, 10.0, sheet.width - 10
    y = 26.0
    name = facts.seller.name
    size = min(draft.look.size + 2, (right - left) / sheet.text_width(name, 1.0, bold=True))
    sheet.text(center, y, name, bold=True, size=size, align="center", shows="seller_name")
    for line in facts.seller.address.lines:
        y += draft.step
        sheet.text(center, y, line, align="center", shows="seller_address")
    if shows_tax_id(draft, "seller"):
        y += draft.step
        sheet.text(
            center,
            y,
            f"{tax_id_label(draft, 'seller')} {tax_id_text(draft, facts.seller)}",
            align="center",
            shows="seller_tax_id",
        )
    y += draft.step * 1.6
    if draft.rng.random() < 0.5:
        sheet.text(center, y, draft.say("title_receipt"), bold=True, align="center")
        y += draft.step * 1.4
    time = f"{draft.rng.randint(8, 21):02d}:{draft.rng.randint(0, 59):02d}"
    sheet.text(left, y, f"{draft.date(facts.date)} {time}", shows="date")
    if draft.rng.random() < 0.8:
        sheet.text(
            right,
            y + draft.step,
            f"{draft.label('receipt_number')} {facts.number}",
            align="right",
            shows="receipt_number",
        )
    y += draft.step * 2.2
    y = _till_lines(draft, y, left, right)
    y = _till_totals(draft, y + 6, left, right)
    for line in notes(draft):
        for part in sheet.fit(line, right - left):
            y += draft.step
            sheet.text(center, y, part, align="center")


def receipt_height(item_count: int, size: float) -> float:
    """How long the roll must be."""
    return 300 + item_count * size * 2.9


def _till_lines(draft: Draft, y: float, left: float, right: float) -> float:
    two_lines = draft.rng.random() < 0.5
    draft.sheet.shown.add("line_items")
    draft.columns.update({"description", "amount", "quantity"} if two_lines else {"description", "amount"})
    for item in draft.facts.items:
        amount = draft.line_money(item.amount)
        if two_lines:
            draft.sheet.text(left, y, item.description)
            y += draft.step
            quantity = draft.look.money.numbers.plain(item.quantity)
            draft.sheet.text(left + 12, y, f"{quantity} x {draft.line_money(item.unit_price)}")
        else:
            draft.sheet.text(left, y, item.description)
        draft.sheet.text(right, y, amount, align="right")
        y += draft.step * 1.1
    return y


def _till_totals(draft: Draft, y: float, left: float, right: float) -> float:
    facts, sheet = draft.facts, draft.sheet
    sheet.rule(left, y, right, y)
    rows = [(draft.say("total"), draft.money(facts.total), "total")]
    if draft.rng.random() < 0.5:
        rows.insert(0, (draft.say("subtotal"), draft.money(facts.subtotal), "subtotal"))
        rows[1:1] = [
            (
                tax_label(draft, tax.kind, tax.rate),
                draft.money(tax.amount),
                "tax_total" if len(facts.taxes) == 1 else "",
            )
            for tax in facts.taxes
        ]
    if draft.rng.random() < 0.5:
        given = facts.total.quantize(Decimal(1)) + draft.rng.choice([1, 5, 10])
        rows += [
            (draft.say("cash"), draft.money(given), ""),
            (draft.say("change"), draft.money(given - facts.total), ""),
        ]
    else:
        rows.append((draft.say("card"), draft.money(facts.total), ""))
    for label, amount, shows in rows:
        y += draft.step * 1.25
        main = shows == "total"
        size = draft.look.size + 2 if main else draft.look.size
        size *= min(1.0, (right - left - 8) / sheet.text_width(label + amount, size, bold=main))
        sheet.text(left, y, label, bold=main, size=size)
        sheet.text(right, y, amount, bold=main, size=size, align="right", shows=shows or ())
    return y + draft.step


def draw_monospaced(draft: Draft) -> None:
    """A line printer's form: one font, dashes for rules, columns by counting characters."""
    facts, sheet = draft.facts, draft.sheet
    x, y = draft.left, 54.0

    def put(text: str, shows: str = "") -> None:
        nonlocal y
        if y > sheet.height - 60:
            sheet.next_page()
            y = 54.0
        sheet.text(x, y, text, shows=shows or ())
        y += draft.step

    width = int((draft.right - draft.left) / sheet.text_width("0"))
    seller = party_lines(draft, facts.seller, "seller", contact=True, tax_id=True)
    pairs = meta_pairs(draft, buyer_tax_id=True)
    for number in range(max(len(seller), len(pairs) + 1)):
        text, shows = seller[number] if number < len(seller) else ("", "")
        right = draft.say(draft.title_key()).upper() if number == 0 else ""
        if 0 < number <= len(pairs):
            label, value, pair_shows = pairs[number - 1]
            right = f"{label:<18.18}: {value}"
            sheet.shown.add(pair_shows)
        put(f"{text:<44.44}  {right}", shows)
    put("")
    for text, shows in party_lines(draft, facts.buyer, "buyer"):
        put(text, shows)
    put("")
    _monospaced_items(draft, put, width)
    for label, amount, shows in total_rows(draft):
        put(f"{label:>{width - 18}.{width - 18}}  {amount:>16}", shows)
    put("")
    for text, shows in [*[(line, "") for line in notes(draft)], *payment_lines(draft)]:
        put(text, shows)


def _monospaced_items(draft: Draft, put: Callable[[str], None], width: int) -> None:
    name = width - 46
    draft.sheet.shown.add("line_items")
    draft.columns.update({"position", "description", "quantity", "unit_price", "amount"})
    put("-" * width)
    heads = [draft.say(key) for key in ("position", "description", "quantity", "unit_price", "amount")]
    put(f"{heads[0]:<4.4} {heads[1]:<{name}.{name}} {heads[2]:>8.8} {heads[3]:>14.14} {heads[4]:>15.15}")
    put("-" * width)
    for number, item in enumerate(draft.facts.items, 1):
        cells = item_cells(draft, item, number)
        put(
            f"{number:<4} {item.description:<{name}.{name}} {cells['quantity']:>8} {cells['unit_price']:>14} {cells['amount']:>15}"
        )
        for detail in item.details:
            put(f"     {detail}")
    put("-" * width)
