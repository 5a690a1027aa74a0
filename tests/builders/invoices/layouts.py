"""All invoice layouts by name, what each is good for, and the one function that draws a document."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from builders.drawn import Drawn, finish
from builders.invoices import forms, letters, rolls
from builders.invoices.draft import Draft, open_draft
from builders.invoices.facts import InvoiceFacts, Wish, make_invoice
from builders.invoices.parts import draw_extras
from builders.invoices.truth import tell_truth
from builders.places import COUNTRIES
from builders.sheet import monospaced, typefaces

EURO = ("DE", "AT", "CH", "NL", "SE", "PL", "FR", "BE", "ES", "IT", "PT", "IE")
ENGLISH = ("US", "GB", "AU", "SG", "IE")
LATIN = ("FR", "BE", "ES", "IT", "PT", "PL")


@dataclass(frozen=True)
class Layout:
    """A way to draw invoices. `holdout` layouts are kept for testing only: nothing is tuned on them."""

    name: str
    draw: Callable[[Draft], None]
    countries: tuple[str, ...]
    kinds: tuple[str, ...] = ("invoice", "invoice", "invoice", "credit_note")
    most_items: int = 12
    holdout: bool = False
    paper_has_room: bool = True  # for payment slips and stamps


LAYOUTS = (
    Layout(
        "window-letter", letters.draw_window_letter, ("DE", "DE", "DE", "AT", "CH", "NL", "SE", "PL"), most_items=60
    ),
    Layout(
        "freelancer-letter",
        letters.draw_freelancer_letter,
        ("DE", "AT", "CH", "NL", "FR", "ES", "IT", "GB"),
        most_items=5,
    ),
    Layout("letterhead-top", letters.draw_letterhead_top, (*EURO, *ENGLISH, "IN"), most_items=70),
    Layout("bill-to-ship-to", forms.draw_bill_to_ship_to, ("US", "US", *ENGLISH, "NL"), most_items=40),
    Layout("two-parties", forms.draw_two_parties, (*LATIN, *LATIN, "DE", "NL", "SE", "GB"), most_items=45),
    Layout("gst-tax-invoice", forms.draw_gst_tax_invoice, ("IN",), most_items=20),
    Layout(
        "receipt-roll",
        rolls.draw_receipt_roll,
        ("GB", "US", "DE", "FR", "NL", "ES", "IT", "PT", "SE", "SG", "PL"),
        kinds=("receipt",),
        most_items=10,
        paper_has_room=False,
    ),
    Layout("monospaced", rolls.draw_monospaced, ("DE", "US", "GB", "FR", "NL", "SE"), most_items=60),
    Layout("boxed-form", forms.draw_boxed_form, (*EURO, *ENGLISH), most_items=14, holdout=True),
    Layout("side-column", forms.draw_side_column, (*EURO, *ENGLISH), most_items=9, holdout=True),
    Layout("minimal", forms.draw_minimal, (*EURO, *ENGLISH), most_items=9, holdout=True),
    Layout("centred-strip", forms.draw_centred_strip, (*EURO, *ENGLISH), most_items=30, holdout=True),
)


def get_layout(name: str) -> Layout:
    return next(layout for layout in LAYOUTS if layout.name == name)


def random_wish(layout: Layout, rng: random.Random) -> Wish:
    """What such documents are about, most of them ordinary, some with every difficulty."""
    country = rng.choice(layout.countries)
    kind = rng.choice(layout.kinds)
    basis = "gross" if kind == "receipt" and country != "US" else rng.choice(["net"] * 8 + ["gross", "none"])
    count = rng.randint(1, min(8, layout.most_items)) if rng.random() < 0.85 else rng.randint(1, layout.most_items)
    return Wish(
        country=country,
        kind=kind,
        basis=basis,
        item_count=count,
        with_discount=kind != "receipt" and rng.random() < 0.15,
        with_shipping=kind == "invoice" and rng.random() < 0.2,
        with_prepayment=kind == "invoice" and rng.random() < 0.12,
        long_texts=rng.random() < 0.12,
        fine_prices=kind != "receipt" and rng.random() < 0.07,
        line_discounts=kind != "receipt" and basis == "net" and rng.random() < 0.12,
        mixed_rates=basis != "none" and country not in {"US", "SG", "AU"} and rng.random() < 0.3,
        reverse_charge=kind == "invoice" and basis == "net" and country in EURO and rng.random() < 0.06,
        negative=kind == "credit_note" and rng.random() < 0.5,
    )


def draw_invoice(layout: Layout | str, seed: int, **wishes: Any) -> Drawn:
    """Draw one document. The same layout, seed and wishes give the same bytes; `wishes` are fields of `Wish`."""
    layout = get_layout(layout) if isinstance(layout, str) else layout
    rng = random.Random(f"{layout.name}/{seed}")
    wish = replace(random_wish(layout, rng), **wishes)
    wish = replace(wish, negative=wish.negative and wish.kind == "credit_note")
    facts = make_invoice(wish, rng)
    first = _draw(layout, facts, seed, 0)
    draft = _draw(layout, facts, seed, first.sheet.page)
    truth = tell_truth(facts, draft.sheet.shown, draft.columns, draft.as_printed, layout.name)
    kind = "receipt" if facts.kind == "receipt" else "invoice"
    return finish(
        draft.sheet, truth, kind=kind, language=facts.place.language, layout=layout.name, holdout=layout.holdout
    )


def _draw(layout: Layout, facts: InvoiceFacts, seed: int, pages: int) -> Draft:
    paper = (226.0, rolls.receipt_height(len(facts.items), 9.0)) if layout.name == "receipt-roll" else None
    draft = open_draft(facts, f"{layout.name}/{seed}/look", pages=pages, paper=paper)
    if layout.name == "monospaced" or (layout.name == "receipt-roll" and draft.look.face not in typefaces()[3:]):
        draft.sheet.face = monospaced()
        draft.look = replace(draft.look, face=monospaced(), size=9.0 if layout.name == "monospaced" else 8.0)
        draft.sheet.size = draft.look.size
    layout.draw(draft)
    if layout.paper_has_room:
        draw_extras(draft)
    return draft


assert set(COUNTRIES) >= {country for layout in LAYOUTS for country in layout.countries}
