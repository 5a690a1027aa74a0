"""Invoice layouts that are letters: a window address, a letterhead, small print at the foot."""

from __future__ import annotations

from builders.invoices.body import ItemTable, draw_items, draw_tax_table, draw_totals, random_columns
from builders.invoices.draft import Draft
from builders.invoices.parts import (
    draw_lines,
    footer_columns,
    meta_pairs,
    notes,
    page_number,
    pairs_beside,
    pairs_joined,
    party_block,
    party_lines,
    payment_lines,
    shows_tax_id,
    tax_id_label,
    tax_id_text,
    terms_text,
)


def draw_window_letter(draft: Draft) -> None:
    """The German business letter: return address in small print, window, references at the right, columns at the foot."""
    facts, look, sheet = draft.facts, draft.look, draft.sheet
    x = 57.0
    seller = facts.seller
    if look.logo:
        sheet.logo(draft.right - 46, 36, 46, look.accent)
    else:
        sheet.text(
            draft.right,
            60,
            seller.name,
            size=look.size + 7,
            bold=True,
            align="right",
            color=look.accent,
            shows="seller_name",
        )
    back = f"{seller.name} · {' · '.join(seller.address.lines)}"
    sheet.text(x, 128, back, size=6.5, color="#555555", shows=("seller_name", "seller_address"))
    draw_lines(draft, x, 148, party_lines(draft, facts.buyer, "buyer"), bold_first=False)
    y = pairs_beside(draft, 350, 140, meta_pairs(draft, buyer_tax_id=True), gap=100)
    top = max(y, 250.0) + 18
    title = draft.say(draft.title_key())
    if draft.rng.random() < 0.4:
        title = f"{title} {facts.number}"
    sheet.text(x, top, title, size=look.size + 5, bold=True, shows="invoice_number" if facts.number in title else ())
    if draft.rng.random() < 0.5:
        top += draft.step * 1.8
        sheet.text(x, top, draft.say("intro"))
    foot = sheet.height - 96

    def next_page() -> float:
        footer_columns(draft, sheet.height - 70)
        sheet.next_page()
        sheet.text(x, 50, seller.name, bold=True, shows="seller_name")
        page_number(draft, 50)
        return 74.0

    table = ItemTable(random_columns(draft), carry=draft.rng.random() < 0.5)
    y = draw_items(draft, top + 14, table, bottom=foot - 6, next_page=next_page, left=x, right=draft.right)
    if y + 150 > foot:
        y = next_page()
    y = draw_totals(draft, y + 6, x0=draft.right - 190, x1=draft.right, boxed=False)
    draw_lines(
        draft,
        x,
        y + 28,
        [(line, "due_date_text" if line == terms_text(draft) else "") for line in notes(draft)],
        bold_first=False,
    )
    footer_columns(draft, sheet.height - 70)
    if sheet.page > 1 or draft.rng.random() < 0.3:
        page_number(draft, sheet.height - 22)


def draw_freelancer_letter(draft: Draft) -> None:
    """A private-looking letter: the references in one sentence or line, no ruled table, the account in a sentence."""
    facts, look, sheet = draft.facts, draft.look, draft.sheet
    x = draft.left + 10
    sender = party_lines(draft, facts.seller, "seller", contact=True)
    widest = max(sheet.text_width(text, bold=True) for text, _ in sender)
    draw_lines(draft, draft.right - max(170, widest), 60, sender)
    draw_lines(draft, x, 140, party_lines(draft, facts.buyer, "buyer"), bold_first=False)
    date_text = draft.date(facts.date)
    city = facts.seller.address.lines[-1].split()[-1]
    sheet.text(draft.right, 230, f"{city}, {date_text}", align="right", shows="invoice_date")
    sheet.text(
        x,
        262,
        f"{draft.say(draft.number_key())}{look.colon or ''} {facts.number}",
        size=look.size + 3,
        bold=True,
        shows="invoice_number",
    )
    y = 286.0
    if shows_tax_id(draft, "seller"):
        sheet.text(x, y, f"{tax_id_label(draft, 'seller')} {tax_id_text(draft, facts.seller)}", shows="seller_tax_id")
        y += draft.step
    elif facts.seller.second_tax_id:
        sheet.text(x, y, f"Steuernummer: {facts.seller.second_tax_id}")
        y += draft.step
    sheet.text(x, y + 6, draft.say("intro"))

    def next_page() -> float:
        sheet.next_page()
        page_number(draft, 40)
        return 60.0

    keys = tuple(key for key in random_columns(draft) if key not in {"code", "position"})
    y = draw_items(
        draft, y + 22, ItemTable(keys), bottom=sheet.height - 170, next_page=next_page, left=x, right=draft.right
    )
    y = draw_totals(draft, y + 6, x0=draft.right - 200, x1=draft.right, boxed=False)
    y = draw_lines(draft, x, y + 30, [(line, "") for line in notes(draft)], bold_first=False)
    draw_lines(draft, x, y + 14, payment_lines(draft), bold_first=False)
    draw_lines(draft, x, y + 90, [(facts.seller.name if not facts.seller.name.isupper() else "", "")], bold_first=False)


def draw_letterhead_top(draft: Draft) -> None:
    """The firm's name big at the top, all references in one block under the title, totals at the right, bank below."""
    facts, look, sheet = draft.facts, draft.look, draft.sheet
    center = draft.rng.random() < 0.4
    x = (draft.left + draft.right) / 2 if center else draft.left
    align = "center" if center else "left"
    sheet.text(
        x, 58, facts.seller.name, size=look.size + 9, bold=True, align=align, color=look.accent, shows="seller_name"
    )
    one_line = facts.seller.address.one_line
    sheet.text(x, 74, one_line, size=look.size - 0.5, align=align, shows="seller_address")
    contact = f"{draft.label('phone')} {facts.seller.phone}  {draft.label('email')} {facts.seller.email}  {facts.seller.website}"
    sheet.text(x, 74 + draft.step, contact, size=look.size - 1, align=align, shows="seller_email")
    top = 74 + draft.step * 2
    if shows_tax_id(draft, "seller"):
        sheet.text(
            x,
            top,
            f"{tax_id_label(draft, 'seller')} {tax_id_text(draft, facts.seller)}",
            size=look.size - 1,
            align=align,
            shows="seller_tax_id",
        )
    sheet.rule(draft.left, top + 8, draft.right, top + 8, thickness=1.2, color=look.accent)
    sheet.text(draft.left, top + 40, draft.say(draft.title_key()), size=look.size + 7, bold=True)
    left_low = party_block(
        draft, draft.left, top + 64, facts.buyer, "buyer", title="bill_to", tax_id=draft.rng.random() < 0.6
    )
    middle = (draft.left + draft.right) / 2 + 30
    style = pairs_beside if draft.rng.random() < 0.6 else pairs_joined
    right_low = style(draft, middle, top + 64, meta_pairs(draft))
    y = max(left_low, right_low) + 14

    def next_page() -> float:
        page_number(draft, sheet.height - 30, align="center")
        sheet.next_page()
        sheet.text(
            draft.left, 46, f"{facts.seller.name} – {draft.say(draft.title_key())} {facts.number}", size=look.size - 1
        )
        return 64.0

    table = ItemTable(random_columns(draft), carry=draft.rng.random() < 0.3)
    y = draw_items(draft, y, table, bottom=sheet.height - 60, next_page=next_page)
    if y + 190 > sheet.height - 40:
        y = next_page()
    if len(facts.taxes) > 1 and draft.rng.random() < 0.5:
        draw_tax_table(draft, y + 14, x0=draft.left, x1=draft.left + 200)
    y = draw_totals(draft, y + 10, x0=draft.right - 200, x1=draft.right, boxed=draft.rng.random() < 0.5)
    y = max(y + 26, y + 26)
    sheet.text(draft.left, y, draft.label("payment"), bold=True)
    y = draw_lines(draft, draft.left, y + draft.step, payment_lines(draft), bold_first=False)
    draw_lines(draft, draft.left, y + 10, [(line, "") for line in notes(draft)], bold_first=False)
    if draft.pages > 1:
        page_number(draft, sheet.height - 30, align="center")
