"""The parts that invoices are put together from: parties, numbers and dates, payment, footers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from builders.invoices.draft import Draft
from builders.invoices.facts import PartyFacts, cents
from builders.places import make_person
from builders.sheet import Align

Pair = tuple[str, str, str]  # label, value, the fact that the value shows


def party_lines(
    draft: Draft, party: PartyFacts, role: str, *, contact: bool = False, tax_id: bool = False
) -> list[tuple[str, str]]:
    """(text, fact shown) for each line of a party's block."""
    address = list(party.address.lines)
    if draft.look.show_country:
        address.append(party.address.country)
        draft.sheet.shown.add(f"{role}_country")
    lines = [(party.name, f"{role}_name"), *((line, f"{role}_address") for line in address)]
    if contact:
        lines += [
            (f"{draft.label('phone')} {party.phone}", ""),
            (f"{draft.label('email')} {party.email}", f"{role}_email"),
        ]
    if tax_id and shows_tax_id(draft, role):
        lines.append((f"{tax_id_label(draft, role)} {tax_id_text(draft, party)}", f"{role}_tax_id"))
    return lines


def shows_tax_id(draft: Draft, role: str) -> bool:
    """Private buyers, American buyers and sellers outside VAT print none."""
    if role == "buyer":
        return not draft.facts.bought_by_person and draft.facts.place.code not in {"US", "SG", "AU"}
    return draft.facts.basis != "none" or draft.facts.place.code in {"US", "AU"}


def tax_id_label(draft: Draft, role: str) -> str:
    word = {"IN": "GSTIN", "US": "EIN", "AU": "ABN", "SG": "GST Reg. No."}.get(draft.facts.place.code)
    return (word + draft.look.colon) if word else draft.label("buyer_tax_id" if role == "buyer" else "tax_id")


def tax_id_text(draft: Draft, party: PartyFacts) -> str:
    """As printed: Polish and Spanish numbers often without the country, Swiss ones with stops."""
    number, code = party.tax_id, draft.facts.place.code
    role = "seller" if party is draft.facts.seller else "buyer"
    if code in {"PL", "PT", "ES", "IT"} and draft.say("tax_id") in {
        "NIP",
        "NIF",
        "CIF",
        "P. IVA",
        "Partita IVA",
        "P.IVA",
        "N.I.F.",
        "NIPC",
        "Contribuinte n.º",
    }:
        draft.as_printed[f"{role}_tax_id"] = number[2:]
        return number[2:]
    if code == "CH":
        return f"CHE-{number[3:6]}.{number[6:9]}.{number[9:]}"
    if draft.look.ids_spaced and code in {"GB", "FR", "AU"}:
        return {
            "GB": f"GB {number[2:5]} {number[5:9]} {number[9:]}",
            "FR": f"FR {number[2:4]} {number[4:7]} {number[7:10]} {number[10:]}",
            "AU": f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:]}",
        }[code]
    return number


def draw_lines(
    draft: Draft,
    x: float,
    y: float,
    lines: Sequence[tuple[str, str]],
    *,
    bold_first: bool = True,
    size: float | None = None,
    align: Align = "left",
    color: str | None = None,
) -> float:
    """Draw lines below each other; returns the next baseline."""
    size = size or draft.look.size
    for number, (text, shows) in enumerate(lines):
        draft.sheet.text(
            x, y, text, size=size, bold=bold_first and number == 0, align=align, shows=shows or (), color=color
        )
        y += size * 1.32
    return y


def party_block(
    draft: Draft,
    x: float,
    y: float,
    party: PartyFacts,
    role: str,
    *,
    title: str = "",
    contact: bool = False,
    tax_id: bool = False,
) -> float:
    if title:
        draft.sheet.text(
            x,
            y,
            draft.label(title),
            bold=draft.rng.random() < 0.7,
            color=draft.rng.choice([draft.look.accent, "#555555", "#000000"]),
        )
        y += draft.step
    return draw_lines(
        draft,
        x,
        y,
        party_lines(draft, party, role, contact=contact, tax_id=tax_id),
        bold_first=draft.rng.random() < 0.5,
    )


def meta_pairs(draft: Draft, *, buyer_tax_id: bool = False) -> list[Pair]:
    """Number, dates and references, in an order that differs from document to document."""
    facts = draft.facts
    pairs: list[Pair] = [
        (draft.say(draft.number_key()), facts.number, "invoice_number"),
        (draft.say("date"), draft.date(facts.date), "invoice_date"),
    ]
    if draft.rng.random() < 0.25:
        pairs.reverse()
    others: list[Pair] = []
    if facts.kind == "invoice" and draft.rng.random() < 0.6:
        others.append((draft.say("due"), draft.date(facts.due), "due_date"))
    if draft.rng.random() < 0.5:
        others.append((draft.say("customer_number"), facts.customer_number, ""))
    if draft.rng.random() < 0.5:
        others.append((draft.say("order"), facts.order, "purchase_order"))
    if draft.rng.random() < 0.4:
        others.append((draft.say("delivery_date"), draft.date(facts.delivery_date), ""))
    if draft.rng.random() < 0.2:
        others.append((draft.say("delivery_note"), str(draft.rng.randint(10000, 9999999)), ""))
    if draft.rng.random() < 0.2:
        others.append((draft.say("contact_person"), make_person(facts.place, draft.rng), ""))
    if facts.kind == "credit_note":
        others.append((draft.say("preceding"), facts.preceding, ""))
    if buyer_tax_id and shows_tax_id(draft, "buyer") and draft.rng.random() < 0.5:
        others.append((tax_id_label(draft, "buyer").rstrip(" :"), tax_id_text(draft, facts.buyer), "buyer_tax_id"))
    draft.rng.shuffle(others)
    if draft.rng.random() < 0.15:
        return others[:1] + pairs + others[1:]
    return pairs + others


def pairs_beside(
    draft: Draft, x: float, y: float, pairs: Sequence[Pair], *, gap: float = 95, right: float = 0
) -> float:
    """Labels at `x`, values `gap` further, or flush with `right` when that is given; smaller where they do not fit."""
    sheet, edge = draft.sheet, right or draft.right
    labels = max(sheet.text_width(label + draft.look.colon) for label, _, _ in pairs)
    values = max(sheet.text_width(value) for _, value, _ in pairs)
    shrink = min(1.0, (edge - x) / (labels + values + 9))
    gap = max(gap if gap + values < edge - x else 0, labels * shrink + 8)
    for label, value, shows in pairs:
        sheet.text(x, y, label + draft.look.colon, color="#333333", size=draft.look.size * shrink)
        at = right or x + gap
        sheet.text(at, y, value, align="right" if right else "left", shows=shows or (), size=draft.look.size * shrink)
        y += draft.step * 1.05
    return y


def pairs_joined(draft: Draft, x: float, y: float, pairs: Sequence[Pair], *, align: Align = "left") -> float:
    """Label and value as one run of text."""
    for label, value, shows in pairs:
        draft.sheet.text(x, y, f"{label}{draft.look.colon or ':'} {value}", align=align, shows=shows or ())
        y += draft.step
    return y


def pairs_above(draft: Draft, x0: float, x1: float, y: float, pairs: Sequence[Pair], *, boxed: bool = True) -> float:
    """A row of cells, the label above its value; returns the bottom edge."""
    width = (x1 - x0) / len(pairs)
    height = draft.step * 2.5
    for number, (label, value, shows) in enumerate(pairs):
        left = x0 + number * width
        if boxed:
            draft.sheet.frame(left, y, left + width, y + height, color="#555555")
        label_size = min(draft.look.size - 1.5, (width - 6) / max(1.0, draft.sheet.text_width(label, 1.0)))
        value_size = min(draft.look.size, (width - 6) / max(1.0, draft.sheet.text_width(value, 1.0, bold=True)))
        draft.sheet.text(left + 3, y + draft.step * 0.9, label, size=label_size, color="#444444")
        draft.sheet.text(left + 3, y + draft.step * 2.0, value, size=value_size, bold=True, shows=shows or ())
    return y + height


def payment_lines(draft: Draft) -> list[tuple[str, str]]:
    """The seller's account as printed for the buyer."""
    facts, bank = draft.facts, draft.facts.bank
    lines = [(f"{draft.label('bank')} {bank.bank}", "")]
    if draft.rng.random() < 0.3:
        lines.append((f"{draft.label('holder')} {facts.seller.name}", ""))
    if bank.iban:
        lines.append((f"{draft.label('iban')} {draft.iban()}", "seller_iban"))
        if draft.rng.random() < 0.8:
            lines.append((f"{draft.label('bic')} {bank.bic}", "seller_bic"))
        return lines
    lines.append((f"{draft.label('account')} {bank.account}", ""))
    word, number = {"IN": ("IFSC", bank.ifsc), "US": ("Routing No.", bank.routing), "AU": ("BSB", bank.sort_code)}.get(
        facts.place.code, ("SWIFT", bank.bic)
    )
    lines.append((f"{word}: {number}", "seller_bic" if word == "SWIFT" else ""))
    return lines


def terms_text(draft: Draft) -> str:
    return draft.say("terms", days=draft.facts.days)


def notes(draft: Draft) -> list[str]:
    """Sentences below the totals."""
    facts, lines = draft.facts, []
    if facts.kind == "invoice":
        lines.append(terms_text(draft))
        if draft.has("early"):
            percent = draft.rng.choice([2, 3])
            amount = cents(facts.total * (100 - percent) / 100)
            early = facts.date + timedelta(days=draft.rng.choice([7, 8, 10]))
            lines.append(draft.say("early", percent=percent, date=draft.date(early), amount=draft.money(amount)))
    if facts.basis == "none" and facts.place.code != "US":
        lines.append(draft.say("exempt"))
    if facts.reverse_charge:
        lines.append(draft.say("reverse_charge"))
    if facts.basis == "gross" and draft.rng.random() < 0.5:
        lines.append(draft.say("gross_note"))
    if draft.rng.random() < 0.4:
        lines.append(draft.say("reference", number=facts.number))
    if draft.rng.random() < 0.6:
        lines.append(draft.say("thanks"))
    return lines


def footer_columns(draft: Draft, top: float) -> None:
    """Three columns of small print: the seller, its registration, its bank."""
    facts, look = draft.facts, draft.look
    size = max(6.5, look.size - 2)
    seller = facts.seller
    ids = [(f"{draft.label('registration')} {seller.registration}", "")]
    if shows_tax_id(draft, "seller"):
        ids.append((f"{tax_id_label(draft, 'seller')} {tax_id_text(draft, seller)}", "seller_tax_id"))
    if seller.second_tax_id:
        ids.append((f"St.-Nr.{look.colon} {seller.second_tax_id}", ""))
    blocks = [
        party_lines(draft, seller, "seller"),
        [
            (f"{draft.label('phone')} {seller.phone}", ""),
            (f"{draft.label('email')} {seller.email}", "seller_email"),
            (seller.website, ""),
        ],
        ids,
        payment_lines(draft),
    ]
    if draft.rng.random() < 0.3:
        blocks[1:3] = [blocks[1] + blocks[2]]
    draft.sheet.rule(draft.left, top - size * 1.4, draft.right, top - size * 1.4, color="#999999")
    width = (draft.right - draft.left) / len(blocks)
    for number, block in enumerate(blocks):
        x = draft.left + number * width
        widest = max(draft.sheet.text_width(text, size) for text, _ in block)
        draw_lines(draft, x, top, block, bold_first=False, size=min(size, size * (width - 6) / widest), color="#444444")


def draw_slip(draft: Draft, y: float) -> float:
    """A payment slip below a dashed line, which says number, amount and account once more; returns its bottom."""
    facts, sheet = draft.facts, draft.sheet
    sheet.text((draft.left + draft.right) / 2, y, "- " * 60, size=6, align="center")
    y += draft.step * 1.4
    sheet.text(draft.left, y, draft.say("slip"), bold=True)
    sheet.text(draft.right, y, draft.money(facts.amount_due), bold=True, align="right")
    lines = [(f"{draft.label(draft.number_key())} {facts.number}", "invoice_number"), *payment_lines(draft)]
    return draw_lines(draft, draft.left, y + draft.step * 1.2, lines, bold_first=False)


def draw_extras(draft: Draft) -> None:
    """What stamps and slips add to the last page once everything else is there."""
    sheet = draft.sheet
    low = max(
        (spot.y1 for spot in sheet.spots if spot.page == sheet.page and spot.y1 < sheet.height - 110), default=0.0
    )
    if draft.has("slip") and draft.facts.kind == "invoice" and low < sheet.height - 260:
        draw_slip(draft, max(low + 40, sheet.height * 0.62))
    if draft.has("stamp"):
        words = {
            "de": "BEZAHLT",
            "fr": "PAYÉ",
            "es": "PAGADO",
            "it": "PAGATO",
            "nl": "BETAALD",
            "pt": "PAGO",
            "pl": "ZAPŁACONO",
        }
        sheet.stamp(sheet.width * 0.3, sheet.height * 0.62, words.get(draft.facts.place.language, "COPY"))


def page_number(draft: Draft, y: float, *, align: Align = "right") -> None:
    """`Page 1 of 3`; on the first pass the total is not known yet."""
    x = {"right": draft.right, "left": draft.left, "center": (draft.left + draft.right) / 2}[align]
    text = draft.say("page", page=draft.sheet.page, pages=draft.pages or 1)
    draft.sheet.text(x, y, text, size=max(6.5, draft.look.size - 1.5), align=align, color="#555555")
