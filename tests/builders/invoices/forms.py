"""Invoice layouts that are forms: blocks, boxes and coloured bars."""

from __future__ import annotations

from builders.grid import Grid, lay_out
from builders.invoices.body import ItemTable, draw_items, draw_tax_table, draw_totals, random_columns, total_rows
from builders.invoices.draft import Draft
from builders.invoices.parts import (
    draw_lines,
    meta_pairs,
    notes,
    page_number,
    pairs_above,
    pairs_beside,
    party_block,
    party_lines,
    payment_lines,
    shows_tax_id,
    tax_id_label,
    tax_id_text,
)


def _plain_break(draft: Draft, top: float = 50.0) -> float:
    page_number(draft, draft.sheet.height - 28)
    draft.sheet.next_page()
    return top


def draw_bill_to_ship_to(draft: Draft) -> None:
    """American: the company at the left, INVOICE at the right, bill-to and ship-to blocks, boxed totals."""
    facts, look, sheet = draft.facts, draft.look, draft.sheet
    sheet.text(
        draft.right, 64, draft.say(draft.title_key()).upper(), size=22, bold=True, align="right", color=look.accent
    )
    x = draft.left + (58 if look.logo else 0)
    if look.logo:
        sheet.logo(draft.left, 44, 46, look.accent)
    tax_id = draft.rng.random() < 0.7
    y = draw_lines(draft, x, 58, party_lines(draft, facts.seller, "seller", contact=True, tax_id=tax_id))
    pairs = meta_pairs(draft)
    y = max(
        y,
        pairs_beside(draft, draft.right - 190, 88, pairs, right=draft.right)
        if len(pairs) > 4 or draft.rng.random() < 0.6
        else y,
    )
    top = y + 16
    half = (draft.right - draft.left) / 2
    with_ship_to = draft.rng.random() < 0.6
    blocks = [("bill_to", facts.buyer, "buyer")] + ([("ship_to", facts.ship_to, "ship_to")] if with_ship_to else [])
    low = top
    for number, (title, party, role) in enumerate(blocks):
        left = draft.left + number * half
        sheet.fill(left, top, left + half - 12, top + draft.step * 1.3, look.accent)
        sheet.text(left + 4, top + draft.step, draft.say(title), bold=True, color="#ffffff")
        low = max(
            low, draw_lines(draft, left + 4, top + draft.step * 2.4, party_lines(draft, party, role), bold_first=False)
        )
    if "invoice_number" not in sheet.shown:
        low = pairs_above(draft, draft.left, draft.right, low, pairs) + 6
    table = ItemTable(random_columns(draft))
    y = draw_items(draft, low + 8, table, bottom=sheet.height - 70, next_page=lambda: _plain_break(draft))
    if y + 170 > sheet.height - 40:
        y = _plain_break(draft)
    bottom = draw_totals(draft, y + 8, x0=draft.right - 180, x1=draft.right, boxed=True)
    lines = [(line, "") for line in notes(draft)]
    if draft.rng.random() < 0.7:
        lines += [("", ""), (draft.label("payment"), ""), *payment_lines(draft)]
    if bottom + len(lines) * draft.step > sheet.height - 40:
        bottom = _plain_break(draft)
    draw_lines(draft, draft.left, bottom + 20, lines, bold_first=False)
    if draft.pages > 1:
        page_number(draft, sheet.height - 28)


def draw_two_parties(draft: Draft) -> None:
    """Romance and Slavic: seller left, buyer right in a box, references in cells, a tax table beside the totals."""
    facts, look, sheet = draft.facts, draft.look, draft.sheet
    middle = (draft.left + draft.right) / 2 + 10
    sheet.text(draft.left, 52, draft.say(draft.title_key()), size=look.size + 7, bold=True, color=look.accent)
    low = party_block(
        draft,
        draft.left,
        78,
        facts.seller,
        "seller",
        title="seller" if draft.rng.random() < 0.5 else "",
        contact=draft.rng.random() < 0.7,
        tax_id=True,
    )
    sheet.frame(middle - 8, 62, draft.right, low + 4, color="#777777", round_by=draft.rng.choice([0.0, 6.0]))
    right_low = party_block(draft, middle, 78, facts.buyer, "buyer", title="bill_to", tax_id=draft.rng.random() < 0.7)
    y = max(low, right_low) + 12
    pairs = meta_pairs(draft)
    y = (
        pairs_above(draft, draft.left, draft.right, y, pairs[:5])
        if draft.rng.random() < 0.7
        else pairs_beside(draft, draft.left, y + 10, pairs)
    )
    table = ItemTable(random_columns(draft), carry=draft.rng.random() < 0.3)
    y = draw_items(draft, y + 12, table, bottom=sheet.height - 80, next_page=lambda: _plain_break(draft))
    if y + 180 > sheet.height - 40:
        y = _plain_break(draft)
    tax_low = y + 12
    if facts.taxes and draft.rng.random() < 0.7:
        tax_low = draw_tax_table(draft, y + 12, x0=draft.left, x1=middle - 40)
    total_low = draw_totals(draft, y + 12, x0=middle, x1=draft.right, boxed=draft.rng.random() < 0.6)
    y = max(tax_low, total_low) + 24
    if draft.rng.random() < 0.85:
        sheet.text(draft.left, y, draft.label("payment"), bold=True)
        y = draw_lines(draft, draft.left, y + draft.step, payment_lines(draft), bold_first=False)
    draw_lines(draft, draft.left, y + 8, [(line, "") for line in notes(draft)], bold_first=False)
    foot = f"{facts.seller.name} - {draft.say('registration')} {facts.seller.registration} - {facts.seller.website}"
    sheet.text(
        (draft.left + draft.right) / 2,
        sheet.height - 42,
        foot,
        size=6.5,
        align="center",
        color="#666666",
        shows="seller_name",
    )
    if draft.pages > 1:
        page_number(draft, sheet.height - 28)


def draw_gst_tax_invoice(draft: Draft) -> None:
    """Indian tax invoice: one big ruled form with GSTIN, place of supply, HSN and the tax split below."""
    facts, look, sheet = draft.facts, draft.look, draft.sheet
    left, right = draft.left, draft.right
    middle = (left + right) / 2
    sheet.text(
        middle,
        46,
        "TAX INVOICE" if facts.kind == "invoice" else "CREDIT NOTE",
        size=look.size + 4,
        bold=True,
        align="center",
    )
    low = draw_lines(
        draft, left + 4, 74, party_lines(draft, facts.seller, "seller", contact=draft.rng.random() < 0.6, tax_id=True)
    )
    meta_low = pairs_beside(draft, middle + 6, 74, meta_pairs(draft), gap=85)
    bottom = max(low, meta_low) + 2
    sheet.frame(left, 58, right, bottom)
    sheet.rule(middle, 58, middle, bottom)
    party_low = party_block(draft, left + 4, bottom + 14, facts.buyer, "buyer", title="bill_to", tax_id=True)
    sheet.text(middle + 6, bottom + 14, f"Place of Supply: {facts.buyer.address.region}")
    if draft.rng.random() < 0.5:
        party_low = max(
            party_low, party_block(draft, middle + 6, bottom + 32, facts.ship_to, "ship_to", title="ship_to")
        )
    sheet.frame(left, bottom, right, party_low + 2)
    y = draw_items(
        draft,
        party_low + 2,
        ItemTable(random_columns(draft)),
        bottom=sheet.height - 90,
        next_page=lambda: _plain_break(draft),
    )
    if y + 180 > sheet.height - 40:
        y = _plain_break(draft)
    y = draw_totals(draft, y, x0=middle + 20, x1=right, boxed=True)
    lines = [(draft.label("payment"), ""), *payment_lines(draft), *[(line, "") for line in notes(draft)]]
    draw_lines(draft, left + 4, y + 20, lines)
    sheet.text(
        right - 4, min(y + 90, sheet.height - 50), f"For {facts.seller.name}", align="right", shows="seller_name"
    )
    sheet.text(right - 4, min(y + 130, sheet.height - 34), "Authorised Signatory", align="right")


def draw_boxed_form(draft: Draft) -> None:
    """Everything in boxes with the label above its value, the totals as the last rows of the item table."""
    facts, look, sheet = draft.facts, draft.look, draft.sheet
    left, right = draft.left, draft.right
    sheet.fill(left, 36, right, 62, look.accent)
    sheet.text(left + 8, 54, facts.seller.name, size=look.size + 4, bold=True, color="#ffffff", shows="seller_name")
    sheet.text(
        right - 8, 54, draft.say(draft.title_key()), size=look.size + 4, bold=True, align="right", color="#ffffff"
    )
    y = draw_lines(
        draft, left, 78, party_lines(draft, facts.seller, "seller", contact=True, tax_id=True)[1:], bold_first=False
    )
    pairs = meta_pairs(draft, buyer_tax_id=True)
    for start in range(0, len(pairs), 3):
        y = pairs_above(draft, left, right, y, pairs[start : start + 3])
    top = y + 16
    y = party_block(draft, left + 6, top, facts.buyer, "buyer", title="bill_to")
    sheet.frame(left, top - 12, right, y)
    y = draw_items(
        draft,
        y + 10,
        ItemTable(random_columns(draft)),
        bottom=sheet.height - 120,
        next_page=lambda: _plain_break(draft),
    )
    columns = [("label", "", 6.0, "right"), ("amount", "", 2.0, "right")]
    grid = Grid(sheet, lay_out(columns, left, right), look.grid, look.size)
    for label, amount, shows in total_rows(draft):
        y = grid.row(y, {"label": label, "amount": amount}, bold=shows == "total")
        sheet.shown.add(shows)
    lines = [*payment_lines(draft), *[(line, "") for line in notes(draft)]]
    if y + 24 + len(lines) * draft.step > sheet.height - 30:
        y = _plain_break(draft)
    draw_lines(draft, left, y + 24, lines, bold_first=False)


def draw_side_column(draft: Draft) -> None:
    """A coloured column at the left with the seller, the references and the account; the rest beside it."""
    facts, look, sheet = draft.facts, draft.look, draft.sheet
    width = 165.0
    small = look.size - 1

    def side() -> None:
        sheet.fill(0, 0, width, sheet.height, "#eef1f5")

    def next_page() -> float:
        sheet.next_page()
        side()
        return 60.0

    side()
    lines = party_lines(draft, facts.seller, "seller", contact=True, tax_id=True)
    y = draw_lines(
        draft,
        18,
        60,
        lines,
        size=min(small, small * (width - 30) / max(sheet.text_width(text, small) for text, _ in lines)),
    )
    for label, value, shows in meta_pairs(draft):
        y += 8
        sheet.text(18, y, label, size=small - 1, color="#666666")
        sheet.text(18, y + small * 1.3, value, size=small, bold=True, shows=shows or ())
        y += small * 2.4
    account = payment_lines(draft)
    widest = max(sheet.text_width(text, small) for text, _ in account)
    draw_lines(draft, 18, y + 26, account, bold_first=False, size=min(small, small * (width - 30) / widest))
    x = width + 24
    sheet.text(x, 70, draft.say(draft.title_key()), size=look.size + 12, bold=True, color=look.accent)
    y = party_block(draft, x, 108, facts.buyer, "buyer", title="bill_to" if draft.rng.random() < 0.6 else "")
    keys = tuple(key for key in random_columns(draft) if key not in {"code", "hsn"})
    y = draw_items(
        draft, y + 20, ItemTable(keys), bottom=sheet.height - 150, next_page=next_page, left=x, right=draft.right
    )
    y = draw_totals(draft, y + 10, x0=x + 120, x1=draft.right, boxed=False, widest=x)
    draw_lines(draft, x, y + 30, [(line, "") for line in notes(draft)], bold_first=False)


def draw_minimal(draft: Draft) -> None:
    """Much white space: number as the title, parties side by side, the amount due in large type at the top."""
    facts, _look, sheet = draft.facts, draft.look, draft.sheet
    left, right = draft.left + 12, draft.right - 12
    sheet.text(left, 66, f"{draft.say(draft.title_key())} {facts.number}", size=16, shows="invoice_number")
    sheet.text(right, 66, draft.money(facts.amount_due), size=18, bold=True, align="right", shows="amount_due")
    under = f"{draft.say('date')} {draft.date(facts.date)}"
    if facts.kind == "invoice":
        under += f"   ·   {draft.say('due')} {draft.date(facts.due)}"
        sheet.shown.add("due_date")
    sheet.text(left, 84, under, color="#666666", shows="invoice_date")
    middle = (left + right) / 2
    low = party_block(draft, left, 124, facts.seller, "seller", title="seller", contact=True)
    low = max(low, party_block(draft, middle, 124, facts.buyer, "buyer", title="bill_to"))
    keys = tuple(key for key in random_columns(draft) if key not in {"position", "code"})
    y = draw_items(
        draft,
        low + 24,
        ItemTable(keys),
        bottom=sheet.height - 160,
        next_page=lambda: _plain_break(draft, 60),
        left=left,
        right=right,
    )
    y = draw_totals(draft, y + 16, x0=middle + 30, x1=right, boxed=False)
    lines = [(line, "") for line in notes(draft)] + payment_lines(draft)
    if shows_tax_id(draft, "seller"):
        lines.append((f"{tax_id_label(draft, 'seller')} {tax_id_text(draft, facts.seller)}", "seller_tax_id"))
    draw_lines(draft, left, y + 40, lines, bold_first=False, color="#555555")


def draw_centred_strip(draft: Draft) -> None:
    """A centred letterhead, numbers and dates in one strip without boxes, totals at the left beside the account."""
    facts, look, sheet = draft.facts, draft.look, draft.sheet
    centre = (draft.left + draft.right) / 2
    sheet.text(
        centre, 56, facts.seller.name, size=15, bold=True, align="center", color=look.accent, shows="seller_name"
    )
    lines = party_lines(draft, facts.seller, "seller", contact=True, tax_id=True)[1:]
    y = draw_lines(draft, centre, 72, lines, bold_first=False, align="center", size=look.size - 1)
    sheet.rule(draft.left, y, draft.right, y, color="#999999")
    y += 30
    sheet.text(centre, y, draft.say(draft.title_key()), size=look.size + 7, align="center")
    y = pairs_above(draft, draft.left, draft.right, y + 14, meta_pairs(draft), boxed=False)
    y = party_block(draft, draft.left, y + 24, facts.buyer, "buyer", title="bill_to")
    y = draw_items(
        draft,
        y + 18,
        ItemTable(random_columns(draft)),
        bottom=sheet.height - 170,
        next_page=lambda: _plain_break(draft),
    )
    bottom = draw_totals(draft, y + 12, x0=draft.left, x1=centre - 20, boxed=False)
    account = payment_lines(draft)
    widest = max(sheet.text_width(text) for text, _ in account)
    size = min(look.size, look.size * (draft.right - centre - 10) / widest)
    low = draw_lines(draft, centre + 10, y + 24, account, bold_first=False, size=size)
    draw_lines(draft, draft.left, max(bottom, low) + 28, [(line, "") for line in notes(draft)], bold_first=False)
