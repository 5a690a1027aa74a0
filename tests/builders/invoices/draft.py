"""One invoice on its way to paper: facts, the document's looks, and the words it chose."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from builders.grid import GridLook, random_grid_look
from builders.identifiers import spaced
from builders.invoices.facts import InvoiceFacts
from builders.notation import MoneyStyle, NumberStyle, write_date
from builders.sheet import A4, LETTER, Sheet, Typeface, typefaces
from builders.words import Voice

# What some documents do, each with its share of them.
HABITS = {
    "comments": 0.18,  # rows of the item table that are no items
    "early": 0.15,  # a discount for early payment: one more amount, one more date
    "bilingual": 0.06,  # labels in two languages
    "currency_in_label": 0.12,  # `Total EUR` and bare amounts
    "wide_totals": 0.12,  # labels at the left margin, amounts at the right one
    "slip": 0.1,  # the payment slip repeats number, amount and account
    "stamp": 0.07,  # PAID and the like across the page
}
_BILINGUAL = {
    "number", "date", "due", "description", "quantity", "unit_price", "amount", "subtotal", "total",
    "title_invoice", "title_credit_note", "customer_number", "bill_to",
}  # fmt: skip

ACCENTS = ("#1f4e79", "#7a1f2b", "#2e6b3e", "#333333", "#b45309", "#4b3b8f", "#0f766e")


@dataclass(frozen=True)
class Look:
    """What one document does everywhere in the same way."""

    paper: tuple[float, float]
    face: Typeface
    size: float
    margin: float
    accent: str
    grid: GridLook
    money: MoneyStyle  # totals
    line_money: MoneyStyle  # lines
    date_pattern: str
    colon: str  # after labels
    upper_titles: bool
    show_country: bool
    ids_spaced: bool
    logo: bool
    quantity_places: bool
    habits: frozenset[str]


def random_look(facts: InvoiceFacts, rng: random.Random) -> Look:
    place = facts.place
    numbers = NumberStyle(place.pick("numbers", rng))
    symbol = place.pick("symbols", rng)
    faces = typefaces()
    if place.language == "pl" or "\u202f" in numbers.example:
        faces = tuple(face for face in faces if face.wide)
    if symbol == "₹":
        faces = tuple(face for face in faces if face.rupee)
    euro_after = place.currency in {"EUR", "SEK", "PLN"} and place.language not in {"nl", "en"}
    money = MoneyStyle(
        numbers,
        mark=symbol,
        after=euro_after if rng.random() < 0.85 else not euro_after and symbol.isalpha(),
        space=symbol.isalpha() or euro_after or rng.random() < 0.2,
        minus=rng.choice(["-x", "-x", "-x", "x-", "(x)"]) if place.code != "US" else rng.choice(["-x", "(x)"]),
    )
    accent = rng.choice(ACCENTS)
    habits = frozenset(name for name, share in HABITS.items() if rng.random() < share)
    if "currency_in_label" in habits:
        money = replace(money, mark="")
    return Look(
        paper=LETTER if place.code == "US" else A4,
        face=rng.choice(faces),
        size=rng.choice([8.0, 8.5, 9.0, 9.0, 9.5, 10.0]),
        margin=rng.choice([36.0, 42.0, 50.0, 57.0]),
        accent=accent,
        grid=random_grid_look(rng, accent),
        money=money,
        line_money=money if rng.random() < 0.4 else MoneyStyle(numbers, minus=money.minus),
        date_pattern=place.pick("dates", rng),
        colon=rng.choice([":", ":", "", " :"]),
        upper_titles=rng.random() < 0.15,
        show_country=rng.random() < 0.3,
        ids_spaced=rng.random() < 0.4,
        logo=rng.random() < 0.6,
        quantity_places=rng.random() < 0.25,
        habits=habits,
    )


@dataclass
class Draft:
    """What layouts draw with. `columns` collects the keys of the item columns that were drawn."""

    facts: InvoiceFacts
    look: Look
    voice: Voice
    sheet: Sheet
    rng: random.Random
    pages: int = 0  # known on the second pass
    columns: set[str] = field(default_factory=set)
    english: Voice = field(init=False)  # the other language of bilingual documents
    as_printed: dict[str, str] = field(default_factory=dict)  # truth where the page says it otherwise than the facts

    def __post_init__(self) -> None:
        self.english = Voice("en", "invoice", self.rng)

    @property
    def left(self) -> float:
        return self.look.margin

    @property
    def right(self) -> float:
        return self.sheet.width - self.look.margin

    @property
    def step(self) -> float:
        """From one baseline to the next."""
        return self.look.size * 1.32

    def has(self, habit: str) -> bool:
        return habit in self.look.habits

    def say(self, key: str, **values: object) -> str:
        own = self.voice.say(key, **values)
        if self.has("bilingual") and key in _BILINGUAL and self.facts.place.language != "en":
            return f"{own} / {self.english.say(key, **values)}"
        return own

    def label(self, key: str) -> str:
        return self.say(key) + self.look.colon

    def money(self, value: Decimal) -> str:
        return self._write(self.look.money, value)

    def line_money(self, value: Decimal) -> str:
        return self._write(self.look.line_money, value)

    def _write(self, style: MoneyStyle, value: Decimal) -> str:
        if style.mark:
            self.sheet.shown.add("currency")
        return style.write(value)

    def price(self, price: Decimal) -> str:
        """Of one unit: with its four decimals where it has them."""
        fine = price != price.quantize(Decimal("0.01"))
        style = self.look.line_money
        if style.mark:
            self.sheet.shown.add("currency")
        return style.write(price, 4 if fine else 2)

    def quantity(self, quantity: Decimal) -> str:
        """Without its sign; `2` or `2,00`, the same way for all lines."""
        numbers = self.look.money.numbers
        return numbers.write(quantity) if self.look.quantity_places else numbers.plain(abs(quantity))

    def date(self, day: date) -> str:
        return write_date(day, self.look.date_pattern, self.facts.place.locale)

    def rate(self, rate: Decimal) -> str:
        return self.look.money.numbers.plain(rate)

    def iban(self) -> str:
        return (
            spaced(self.facts.bank.iban)
            if self.look.ids_spaced or self.facts.place.code != "SE"
            else self.facts.bank.iban
        )

    def title_key(self) -> str:
        return f"title_{self.facts.kind}"

    def number_key(self) -> str:
        return {"credit_note": "credit_number", "receipt": "receipt_number"}.get(self.facts.kind, "number")


def open_draft(facts: InvoiceFacts, seed: str, *, pages: int = 0, paper: tuple[float, float] | None = None) -> Draft:
    rng = random.Random(seed)
    look = random_look(facts, rng)
    width, height = paper or look.paper
    sheet = Sheet(width, height, look.face, look.size, compress=rng.random() < 0.8)
    return Draft(facts, look, Voice(facts.place.language, "invoice", rng), sheet, rng, pages)
