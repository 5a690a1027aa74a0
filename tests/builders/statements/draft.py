"""One statement on its way to paper: facts, looks, words, and how signs and dates are written."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from builders.grid import GridLook, random_grid_look
from builders.notation import MoneyStyle, NumberStyle, has_year, write_date
from builders.sheet import A4, LETTER, Sheet, Typeface, typefaces
from builders.statements.facts import StatementFacts
from builders.words import Voice

ACCENTS = ("#003366", "#8b1a1a", "#1b5e20", "#222222", "#e65100", "#4a148c", "#00695c")

# The marks of debit and credit, by language.
MARKS = {
    "en": [("DR", "CR"), ("Dr", "Cr"), ("D", "C")],
    "de": [("S", "H")],
    "fr": [("D", "C")],
    "nl": [("Af", "Bij"), ("D", "C")],
    "es": [("D", "H")],
    "it": [("D", "A")],
    "pt": [("D", "C")],
    "pl": [("Wn", "Ma")],
    "sv": [("D", "K")],
}


@dataclass(frozen=True)
class Look:
    """What one statement does everywhere in the same way."""

    paper: tuple[float, float]
    face: Typeface
    size: float
    margin: float
    accent: str
    grid: GridLook
    money: MoneyStyle  # balances and totals outside the table
    date_pattern: str  # outside the table
    row_date_pattern: str
    colon: str
    header: str  # letter, band, centered, summary
    plus: bool  # signed amounts carry a plus
    marks: tuple[str, str]


@dataclass(frozen=True)
class Signs:
    """How a layout writes the direction of an amount: columns, leading, trailing, marks, marker, parentheses, card."""

    way: str

    def write(self, value: Decimal, look: Look) -> str:
        """The amount with whatever says its direction; columns and markers say it elsewhere."""
        text = look.money.numbers.write(value)
        debit, credit = look.marks
        if self.way == "leading":
            return f"-{text}" if value < 0 else f"+{text}" if look.plus else text
        if self.way == "trailing":
            return f"{text}-" if value < 0 else f"{text}+" if look.plus else text
        if self.way == "marks":
            return f"{text} {debit if value < 0 else credit}"
        if self.way == "parentheses":
            return f"({text})" if value < 0 else text
        if self.way == "card":
            return text if value < 0 else (f"{text} CR" if look.plus else f"-{text}")
        return text

    def write_balance(self, value: Decimal, look: Look) -> str:
        text = look.money.numbers.write(value)
        if self.way == "marks":
            return f"{text} {look.marks[0] if value < 0 else look.marks[1]}"
        if value >= 0 or self.way == "card":
            return text
        return {"trailing": f"{text}-", "parentheses": f"({text})"}.get(self.way, f"-{text}")


@dataclass
class Draft:
    """What statement layouts draw with."""

    facts: StatementFacts
    look: Look
    voice: Voice
    sheet: Sheet
    rng: random.Random
    pages: int = 0
    printed_balances: set[int] = field(default_factory=set)  # ids of entries whose balance was drawn
    shown_by_account: list[set[str]] = field(default_factory=list)  # the facts drawn within each account's part

    @property
    def left(self) -> float:
        return self.look.margin

    @property
    def right(self) -> float:
        return self.sheet.width - self.look.margin

    @property
    def step(self) -> float:
        return self.look.size * 1.34

    def say(self, key: str, **values: object) -> str:
        return self.voice.say(key, start=self.date(self.facts.start), end=self.date(self.facts.end), **values)

    def label(self, key: str) -> str:
        return self.say(key, page=self.sheet.page - 1, next=self.sheet.page + 1) + self.look.colon

    def date(self, day: date) -> str:
        return write_date(day, self.look.date_pattern, self.facts.place.locale)

    def row_date(self, day: date) -> str:
        return write_date(day, self.look.row_date_pattern, self.facts.place.locale)

    @property
    def years_known(self) -> bool:
        """Whether a reader can tell each row's year: from the row itself or from a printed period."""
        return has_year(self.look.row_date_pattern) or "period_start" in self.sheet.shown

    def balance(self, value: Decimal) -> str:
        """A balance or total outside the table."""
        if self.look.money.mark:
            self.sheet.shown.add("currency")
        return self.look.money.write(value)


def open_draft(
    facts: StatementFacts, seed: str, *, dates: tuple[str, ...] = (), header: str = "", pages: int = 0
) -> Draft:
    """A new sheet with the looks that the seed gives; `dates` and `header` when the layout insists."""
    rng = random.Random(seed)
    place = facts.place
    numbers = NumberStyle(place.pick("numbers", rng))
    symbol = rng.choice(["", "", place.pick("symbols", rng), place.currency])
    faces = typefaces()
    if place.language == "pl" or "\u202f" in numbers.example:
        faces = tuple(face for face in faces if face.wide)
    if symbol == "₹":
        faces = tuple(face for face in faces if face.rupee)
    after = place.currency in {"EUR", "SEK", "PLN"} and place.language not in {"nl", "en"}
    accent = rng.choice(ACCENTS)
    look = Look(
        paper=LETTER if place.code == "US" else A4,
        face=rng.choice(faces),
        size=rng.choice([7.5, 8.0, 8.5, 9.0, 9.0]),
        margin=rng.choice([32.0, 40.0, 48.0]),
        accent=accent,
        grid=random_grid_look(rng, accent),
        money=MoneyStyle(numbers, symbol, after, symbol.isalpha() or after, rng.choice(["-x", "-x", "x-"])),
        date_pattern=place.pick("dates", rng),
        row_date_pattern=rng.choice(dates or tuple(place.entries["statement_dates"])),
        colon=rng.choice([":", ":", "", " :"]),
        header=header or rng.choice(["letter", "band", "centered", "summary"]),
        plus=rng.random() < 0.5,
        marks=rng.choice(MARKS[place.language]),
    )
    sheet = Sheet(*look.paper, look.face, look.size, compress=rng.random() < 0.8)
    return Draft(facts, look, Voice(place.language, "statement", rng), sheet, rng, pages)
