"""The item table over as many pages as it takes, and the totals below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from builders.grid import Grid, lay_out
from builders.invoices.draft import Draft
from builders.invoices.facts import ItemFacts
from builders.sheet import Align
from builders.words import get_words

WEIGHTS: dict[str, tuple[float, Align]] = {
    "position": (3, "left"),
    "code": (7, "left"),
    "description": (22, "left"),
    "hsn": (6, "left"),
    "quantity": (5, "right"),
    "unit": (4, "left"),
    "quantity_unit": (7, "right"),
    "unit_price": (8, "right"),
    "discount": (6, "right"),
    "tax_rate": (6, "right"),
    "amount": (9, "right"),
}


@dataclass(frozen=True)
class ItemTable:
    """Which columns, and whether page breaks carry the sum forward."""

    keys: tuple[str, ...]
    carry: bool = False


def random_columns(draft: Draft) -> tuple[str, ...]:
    """Columns in an order that real invoices use; description and amount are always there."""
    facts, rng = draft.facts, draft.rng
    if rng.random() < 0.06 and not any(item.discount_percent for item in facts.items):
        return ("position", "description", "amount") if rng.random() < 0.5 else ("description", "amount")
    keys = ["position"] if rng.random() < 0.45 else []
    keys += ["code"] if rng.random() < 0.4 else []
    words = ["description", "hsn"] if facts.place.code == "IN" else ["description"]
    amounts = ["unit_price"] if rng.random() < 0.93 else []
    if any(item.discount_percent for item in facts.items):
        amounts.append("discount")
        amounts = amounts if "unit_price" in amounts else ["unit_price", *amounts]
    if facts.basis != "none" and facts.place.code != "US" and rng.random() < 0.5:
        amounts.append("tax_rate")
    count = rng.choice([["quantity"], ["quantity", "unit"], ["quantity_unit"], ["quantity"]])
    keys += [*count, *words] if rng.random() < 0.15 else [*words, *count]
    return (*keys, *amounts, "amount")


def item_cells(draft: Draft, item: ItemFacts, position: int) -> dict[str, str | list[str]]:
    plain = draft.look.money.numbers.plain
    quantity = ("-" if item.quantity < 0 else "") + draft.quantity(item.quantity)
    percent = plain(item.discount_percent)
    return {
        "position": str(position),
        "code": item.code,
        "description": [item.description, *item.details],
        "hsn": item.hsn,
        "quantity": quantity,
        "unit": item.unit,
        "quantity_unit": f"{quantity} {item.unit}".strip(),
        "unit_price": draft.price(item.unit_price),
        "discount": f"{percent}%" if item.discount_percent else "",
        "tax_rate": f"{draft.rate(item.tax_rate)}%" if draft.look.upper_titles else f"{draft.rate(item.tax_rate)} %",
        "amount": draft.line_money(item.amount),
    }


def draw_items(
    draft: Draft,
    top: float,
    table: ItemTable,
    *,
    bottom: float,
    next_page: Callable[[], float],
    left: float = 0,
    right: float = 0,
) -> float:
    """Draw the table from `top`; rows never go below `bottom`. `next_page` breaks and returns the new top."""
    left, right = left or draft.left, right or draft.right
    titles = [(key, _title(draft, key), *WEIGHTS[key]) for key in table.keys]
    grid = Grid(draft.sheet, lay_out(titles, left, right), draft.look.grid, draft.look.size)
    draft.columns.update(table.keys)
    draft.sheet.shown.add("line_items")
    y = grid.header(top)
    carried = Decimal(0)
    words = get_words(draft.facts.place.language)["invoice"]["comment"]
    comments = [text.format(date=draft.date(draft.facts.delivery_date)) for text in words]
    for number, item in enumerate(draft.facts.items):
        cells = item_cells(draft, item, number + 1)
        if y + grid.height_of(cells) > bottom - (20 if table.carry else 0):
            if table.carry:
                grid.row(y, {"description": draft.say("carried"), "amount": draft.line_money(carried)}, bold=True)
            y = grid.header(next_page())
            if table.carry:
                brought = draft.say("brought", page=draft.sheet.page - 1)
                y = grid.row(y, {"description": brought, "amount": draft.line_money(carried)}, bold=True)
        if draft.has("comments") and draft.rng.random() < 0.3:
            y = grid.row(y, {"description": draft.rng.choice(comments)}, number=number)
            if y + grid.height_of(cells) > bottom:
                y = grid.header(next_page())
        y = grid.row(y, cells, number=number)
        carried += item.amount
    if draft.look.grid.ruling in {"header", "none"} and draft.rng.random() < 0.6:
        draft.sheet.rule(left, y, right, y, color="#555555")
    return y


def _title(draft: Draft, key: str) -> str:
    word = draft.say("quantity" if key == "quantity_unit" else key)
    return word.upper() if draft.look.upper_titles else word


Total = tuple[str, str, str]  # label, amount, fact shown


def total_rows(draft: Draft) -> list[Total]:
    """The rows below the items, the last the most important."""
    facts = draft.facts
    rows: list[Total] = []
    if facts.discount:
        rows.append((draft.say("discount_total"), draft.money(-facts.discount), ""))
    if facts.shipping:
        rows.append((draft.say("shipping"), draft.money(facts.shipping), ""))
    rows = _tax_rows(draft, rows)
    label = draft.say("total")
    if draft.has("currency_in_label"):
        label = f"{label} {facts.place.currency}"
        draft.sheet.shown.add("currency")
    rows.append((label, draft.money(facts.total), "total"))
    if facts.paid:
        rows.append((draft.say("paid"), draft.money(-facts.paid), ""))
        rows.append((draft.say("amount_due"), draft.money(facts.amount_due), "amount_due"))
    elif draft.rng.random() < 0.15 and draft.say("amount_due") != draft.say("total"):
        rows.append((draft.say("amount_due"), draft.money(facts.amount_due), "amount_due"))
    return rows


def _tax_rows(draft: Draft, charges: list[Total]) -> list[Total]:
    facts = draft.facts
    taxes = [
        (tax_label(draft, tax.kind, tax.rate), draft.money(tax.amount), "tax_total" if len(facts.taxes) == 1 else "")
        for tax in facts.taxes
    ]
    if facts.basis == "gross":
        included = [(draft.say("subtotal"), draft.money(facts.subtotal), "subtotal"), *taxes]
        return charges + (included if draft.rng.random() < 0.6 else taxes)
    if facts.basis == "none" and not charges and draft.rng.random() < 0.6:
        return charges
    rows = [(draft.say("subtotal"), draft.money(facts.subtotal), "subtotal")]
    if charges:
        # The first sum is that of the lines; the tax basis then stands below the charges or is not printed.
        rows = [(draft.say("subtotal"), draft.money(facts.lines_total), ""), *charges]
        if draft.rng.random() < 0.5 and draft.say("base") != draft.say("subtotal"):
            rows.append((draft.say("base"), draft.money(facts.subtotal), "subtotal"))
    if not facts.taxes and facts.reverse_charge:
        taxes = [(tax_label(draft, "VAT", Decimal(0)), draft.money(Decimal(0)), "tax_total")]
    if len(facts.taxes) > 1 and draft.rng.random() < 0.4:
        taxes.append((draft.say("tax_total"), draft.money(facts.tax_total), "tax_total"))
    return rows + taxes


def tax_label(draft: Draft, kind: str, rate: Decimal) -> str:
    """`VAT 20%`, or the tax's own name where VAT is not it."""
    written = draft.rate(rate)
    if kind == "VAT":
        return draft.say("tax", rate=written)
    word = {"sales_tax": "Sales Tax"}.get(kind, kind)
    return f"{word} ({written}%)" if draft.look.show_country else f"{word} {written}%"


def draw_totals(
    draft: Draft,
    top: float,
    *,
    x0: float,
    x1: float,
    boxed: bool,
    widest: float | None = None,
    rows: Sequence[Total] | None = None,
) -> float:
    """Labels at `x0`, amounts flush with `x1`; the total in bold. Returns the bottom edge."""
    step = draft.step * 1.25
    y = top
    x0 = (
        (draft.left if widest is None else widest)
        if draft.has("wide_totals") and not boxed and x1 == draft.right
        else x0
    )
    for name, amount, shows in rows or total_rows(draft):
        main = shows == "total"
        if boxed:
            draft.sheet.frame(x0, y, x1, y + step, color="#666666")
        elif main:
            draft.sheet.rule(x0, y + 1, x1, y + 1)
        pad, label = (4 if boxed else 0), name + draft.look.colon
        room = x1 - x0 - 2 * pad - 6 - draft.sheet.text_width(amount, bold=main)
        size = draft.look.size * min(1.0, room / draft.sheet.text_width(label, bold=main))
        draft.sheet.text(x0 + pad, y + step * 0.72, label, bold=main, size=size)
        draft.sheet.text(x1 - pad, y + step * 0.72, amount, bold=main, align="right", shows=shows or ())
        y += step
    return y


def draw_tax_table(draft: Draft, top: float, *, x0: float, x1: float) -> float:
    """Rate, basis and tax side by side, one row a rate."""
    columns = [
        ("rate", draft.say("tax_rate"), 2.0, "right"),
        ("base", draft.say("base"), 3.0, "right"),
        ("tax", draft.say("tax_total"), 3.0, "right"),
    ]
    grid = Grid(draft.sheet, lay_out(columns, x0, x1), draft.look.grid, draft.look.size - 0.5)
    y = grid.header(top)
    for tax in draft.facts.taxes:
        y = grid.row(
            y,
            {
                "rate": f"{draft.rate(tax.rate)} %",
                "base": draft.line_money(tax.base),
                "tax": draft.line_money(tax.amount),
            },
        )
    return y
