"""Draws statements straight as readings, in every combination of conventions, with what they say."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from bursar.facts.box import Box
from bursar.reading.lines import lines_of
from bursar.reading.page import Format, Page, Reading, Rule, Word

SIZE = 9.0
WIDTH, HEIGHT = 595.0, 842.0
HEADINGS = {
    "en": ("Date", "Description", "Paid out", "Paid in", "Amount", "Balance"),
    "de": ("Buchungstag", "Verwendungszweck", "Soll", "Haben", "Betrag", "Saldo"),
    "fr": ("Date", "Libellé", "Débit", "Crédit", "Montant", "Solde"),
    "nl": ("Datum", "Omschrijving", "Af", "Bij", "Bedrag", "Saldo"),
    "es": ("Fecha", "Concepto", "Cargos", "Abonos", "Importe", "Saldo"),
    "it": ("Data", "Descrizione", "Addebiti", "Accrediti", "Importo", "Saldo"),
    "pt": ("Data", "Descrição", "Débitos", "Créditos", "Valor", "Saldo"),
    "pl": ("Data", "Opis operacji", "Obciążenia", "Uznania", "Kwota", "Saldo"),
    "sv": ("Datum", "Beskrivning", "Uttag", "Insättningar", "Belopp", "Saldo"),
    "da": ("Dato", "Tekst", "Ud", "Ind", "Beløb", "Saldo"),
    "nb": ("Dato", "Beskrivelse", "Ut av konto", "Inn på konto", "Beløp", "Saldo"),
    "fi": ("Päivä", "Selite", "Otot", "Panot", "Määrä", "Saldo"),
}
VALUE_DATES = {
    "en": "Value date",
    "de": "Valuta",
    "fr": "Valeur",
    "nl": "Rentedatum",
    "es": "F. Valor",
    "it": "Valuta",
    "pt": "Data valor",
    "pl": "Data waluty",
    "sv": "Valutadag",
    "da": "Rentedato",
    "nb": "Rentedato",
    "fi": "Arvopäivä",
}
BALANCES = {
    "en": ("Opening balance", "Closing balance", "Balance carried forward", "Balance brought forward", "Total"),
    "de": ("Alter Saldo", "Neuer Saldo", "Übertrag auf Seite", "Übertrag von Seite", "Summe"),
    "fr": ("Ancien solde", "Nouveau solde", "À reporter", "Report", "Total des opérations"),
    "nl": ("Beginsaldo", "Eindsaldo", "Nieuw saldo", "Vorig saldo", "Totaal"),
    "es": ("Saldo anterior", "Saldo final", "Suma y sigue", "Suma anterior", "Totales"),
    "it": ("Saldo iniziale", "Saldo finale", "Da riportare", "Riporto", "Totali"),
    "pt": ("Saldo inicial", "Saldo final", "A transportar", "Transporte", "Total"),
    "pl": ("Saldo początkowe", "Saldo końcowe", "Do przeniesienia", "Z przeniesienia", "Razem"),
    "sv": ("Ingående saldo", "Utgående saldo", "Nytt saldo", "Föregående saldo", "Summa"),
    "da": ("Primo saldo", "Ultimo saldo", "Ny saldo", "Overført saldo", "I alt"),
    "nb": ("Inngående saldo", "Utgående saldo", "Overført til", "Overført fra", "Sum"),
    "fi": ("Alkusaldo", "Loppusaldo", "Uusi saldo", "Edellinen saldo", "Yhteensä"),
}
CARD_BALANCES = ("Previous balance", "New balance")
WORDS = [
    "Harbour",
    "Fuel",
    "Market",
    "Rent",
    "Salary",
    "Transfer",
    "Insurance",
    "Cafe",
    "Bakery",
    "Pharmacy",
    "Tram",
    "Water",
    "Power",
    "Library",
    "Garage",
    "Books",
]
SIGNS = ("columns", "signed", "trailing", "parentheses", "plus", "suffix", "column")
DATES = ("%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d", "%d %b %Y", "%d.%m.%y", "%d/%m", "%d.%m.", "%d %b", "%m/%d/%Y", "%b %d")


@dataclass
class Plan:
    """Everything about one layout."""

    seed: int = 0
    language: str = "en"
    order: tuple[str, ...] = ("date", "description", "debit", "credit", "balance")
    signs: str = "columns"
    date_form: str = "%d/%m/%Y"
    decimal: str = "."
    rows: int = 24
    rows_a_page: int = 14
    more_lines: int = 0  # of description, at most
    text: str = "after"  # where further lines of description stand: after, before
    once_a_day: bool = False
    balance: str = "row"  # row, day, none
    ends: str = "table"  # where opening and closing balance stand: table, header, both, none
    carried: bool = False
    totals: bool = False
    headings: str = "every"  # every, first, none
    align: str = "right"  # of headings above amounts: right, left, center
    values: str = "right"  # of amounts
    shift: float = 0.0  # columns further right on each following page
    newest_first: bool = False
    zeros: bool = False  # empty amounts are printed as zero
    period: bool = True
    start: date = date(2024, 3, 1)
    confidence: float = 1.0
    card: bool = False  # purchases are plain, payments marked; balances are owed
    noise: bool = False  # descriptions hold numbers, dates and amounts of their own
    value_dates: bool = False
    stacked: bool = False  # headings over two rows
    overdrawn: str = "minus"  # how negative balances are printed: minus, suffix, trailing
    dated_ends: bool = False  # opening and closing lines carry a date
    adverts: bool = False  # lines between rows that belong to none
    trailer: bool = False  # a table of fees or interest below
    jitter: float = 0.0  # of the height of words, as scans have it
    glued: bool = False  # blanks within descriptions get lost
    ruled: bool = False  # lines between rows


@dataclass
class Drawn:
    """A reading and what it says."""

    reading: Reading
    rows: list[tuple[date, Decimal, Decimal | None]]
    opening: Decimal
    closing: Decimal
    plan: Plan
    lines: list[list[tuple[str, float, str]]] = field(default_factory=list)


def random_plan(seed: int) -> Plan:
    """Return some layout that real banks could print."""
    rng = random.Random(seed)
    signs = rng.choice(SIGNS)
    balance = rng.choice(("row", "row", "row", "day", "none"))
    money = ["debit", "credit"] if signs == "columns" else ["amount"]
    if rng.random() < 0.2:
        money.reverse()
    if signs == "column":
        money.append("marker")
    if balance != "none":
        money.append("balance")
    date_form = rng.choice(DATES)
    order = ["date", "description", *money]
    if rng.random() < 0.15:
        order = ["description", *money, "date"]
    more = rng.choice((0, 0, 1, 2, 3))
    return Plan(
        seed=seed,
        language=rng.choice(list(HEADINGS)),
        order=tuple(order),
        signs=signs,
        date_form=date_form,
        decimal=rng.choice((".", ",", ",", "'", " ")),
        rows=rng.choice((3, 7, 18, 40)),
        rows_a_page=rng.choice((9, 14, 20)),
        more_lines=more,
        text=rng.choice(("after", "after", "after", "before")),
        once_a_day=rng.random() < 0.2 and order[0] == "date",
        balance=balance,
        ends=rng.choice(("table", "header", "both")),
        carried=rng.random() < 0.3 and balance != "none",
        totals=rng.random() < 0.3,
        headings=rng.choice(("every", "every", "first")),
        align=rng.choice(("right", "right", "left", "center")),
        values=rng.choice(("right", "right", "right", "left")),
        shift=rng.choice((0.0, 0.0, 6.0, -8.0)),
        newest_first=rng.random() < 0.2,
        zeros=rng.random() < 0.1,
        start=date(2023, rng.choice((1, 3, 12)), rng.randint(1, 28)),
    )


def hard_plan(seed: int) -> Plan:
    """Return a layout with more of what makes statements hard."""
    rng = random.Random(seed * 7 + 3)
    plan = random_plan(seed)
    plan.noise = rng.random() < 0.4
    plan.stacked = rng.random() < 0.2 and plan.language == "en"
    plan.overdrawn = rng.choice(("minus", "minus", "suffix", "trailing"))
    plan.dated_ends = rng.random() < 0.3 and plan.order[0] == "date" and not plan.once_a_day
    plan.adverts = rng.random() < 0.25
    plan.trailer = rng.random() < 0.3
    plan.jitter = rng.choice((0.0, 0.0, 1.2))
    plan.glued = rng.random() < 0.2
    plan.ruled = rng.random() < 0.2
    if plan.values == "left":
        plan.align = "left"
    if plan.order[0] == "date" and rng.random() < 0.25:
        plan.value_dates = True
        plan.order = ("date", "value_date", *plan.order[1:])
    if rng.random() < 0.2:
        plan.card, plan.language, plan.newest_first, plan.carried = True, "en", False, False
        plan.signs = rng.choice(("credit_suffix", "signed", "parentheses"))
        plan.order, plan.balance = ("date", "description", "amount"), "none"
        plan.value_dates, plan.overdrawn = False, "minus"
    return plan


class _Pen:
    """Puts words on a page."""

    def __init__(self, plan: Plan, rng: random.Random) -> None:
        self.words: list[Word] = []
        self.rules: list[Rule] = []
        self._confidence = plan.confidence
        self._jitter = plan.jitter
        self._rng = rng

    def rule(self, y: float) -> None:
        self.rules.append(Rule(Box(40, y, 555, y + 0.5)))

    def write(
        self, text: str, x: float, y: float, *, align: str = "left", size: float = SIZE, bold: bool = False
    ) -> None:
        unit = size * 0.5
        width = sum(len(part) * unit for part in text.split()) + 0.28 * size * (len(text.split()) - 1)
        x -= width if align == "right" else width / 2 if align == "center" else 0.0
        for part in text.split():
            top = y + self._rng.uniform(-self._jitter, self._jitter)
            box = Box(x, top, x + len(part) * unit, top + size)
            self.words.append(Word(part, box, self._confidence, size, bold))
            x = box.x1 + 0.28 * size


def draw(plan: Plan) -> Drawn:
    """Return the statement that the plan describes."""
    rng = random.Random(plan.seed + 1000)
    rows = _movements(plan, rng)
    opening = Decimal(rng.randint(50_000, 900_000)) / (-100 if plan.card else 100)
    closing = opening + sum((amount for _, amount in rows), Decimal(0))
    chain = []
    known = opening
    for day, amount in rows:
        known += amount
        chain.append((day, amount, known))
    if plan.newest_first:
        chain.reverse()
    return _Drawing(plan, rng, chain, opening, closing).finish()


def _movements(plan: Plan, rng: random.Random) -> list[tuple[date, Decimal]]:
    day, found = plan.start, []
    for _ in range(plan.rows):
        day += timedelta(days=rng.choice((0, 1, 1, 2)))
        amount = Decimal(rng.choice((rng.randint(100, 9_999), rng.randint(10_000, 450_000)))) / 100
        found.append((day, amount if rng.random() < 0.35 else -amount))
    return found


class _Drawing:
    def __init__(self, plan: Plan, rng: random.Random, chain: list, opening: Decimal, closing: Decimal) -> None:
        self.plan, self.rng, self.chain, self.opening, self.closing = plan, rng, chain, opening, closing
        self.pages: list[Page] = []
        self.pen = _Pen(plan, random.Random(plan.seed))
        self.y = 60.0
        self.printed: list[tuple[date, Decimal, Decimal | None]] = []
        names = HEADINGS[plan.language]
        self.names = dict(zip(("date", "description", "debit", "credit", "amount", "balance"), names, strict=True))
        self.names["marker"] = "D/C"
        self.names["value_date"] = VALUE_DATES[plan.language]

    def finish(self) -> Drawn:
        plan = self.plan
        self._top()
        last_day = None
        for index, (day, amount, balance) in enumerate(self.chain):
            if index and index % plan.rows_a_page == 0:
                self._turn(self.chain[index - 1], (day, amount, balance))
                last_day = None
            if plan.ends in ("table", "both") and index == 0:
                self._label(1 if plan.newest_first else 0, self.closing if plan.newest_first else self.opening)
            following = self.chain[index + 1] if index + 1 < len(self.chain) else None
            shown = plan.balance == "row" or (plan.balance == "day" and (following is None or following[0] != day))
            if plan.newest_first and plan.balance == "day":
                shown = index == 0 or self.chain[index - 1][0] != day
            self._row(day, amount, balance if shown else None, dated=not (plan.once_a_day and day == last_day))
            last_day = day
        if plan.ends in ("table", "both"):
            self._label(0 if plan.newest_first else 1, self.opening if plan.newest_first else self.closing)
        if plan.totals and plan.signs == "columns":
            self._totals()
        if plan.trailer:
            self._trailer()
        self._page()
        return Drawn(
            Reading(Format.PDF, len(self.pages), tuple(self.pages)), self.printed, self.opening, self.closing, plan
        )

    def _top(self) -> None:
        plan, pen = self.plan, self.pen
        pen.write("Northern Example Bank", 40, 30, size=15, bold=True)
        pen.write("Jo Sample", 40, 60)
        pen.write("12 Test Street", 40, 72)
        pen.write("90210 Exampleton", 40, 84)
        if plan.period:
            first, last = min(row[0] for row in self.chain), max(row[0] for row in self.chain)
            pen.write(f"{first.strftime('%d %B %Y')} - {last.strftime('%d %B %Y')}", 300, 60)
        if plan.card:
            pen.write("Credit card statement", 300, 30, size=14, bold=True)
            pen.write("Credit limit: 10,000.00", 300, 108)
            pen.write("Minimum payment due: 25.00", 300, 120)
        if plan.ends in ("header", "both"):
            labels = CARD_BALANCES if plan.card else BALANCES[plan.language]
            pen.write(labels[0] + ":", 300, 84)
            pen.write(self._money(self.opening), 540, 84, align="right")
            pen.write(labels[1] + ":", 300, 96)
            pen.write(self._money(self.closing), 540, 96, align="right")
        self.y = 140.0
        self._heading()

    def _places(self) -> dict[str, tuple[float, float]]:
        widths = {
            "date": 62.0,
            "value_date": 62.0,
            "debit": 78.0,
            "credit": 78.0,
            "amount": 84.0,
            "balance": 84.0,
            "marker": 30.0,
        }
        rest = 515.0 - sum(widths[role] for role in self.plan.order if role != "description")
        x, found = 40.0 + self.plan.shift * len(self.pages), {}
        for role in self.plan.order:
            width = widths.get(role, rest)
            found[role] = (x, x + width - 8)
            x += width
        return found

    def _put(self, role: str, text: str, *, heading: bool = False) -> None:
        left, right = self._places()[role]
        align = (
            (self.plan.align if heading else self.plan.values)
            if role in ("debit", "credit", "amount", "balance")
            else "left"
        )
        x = right if align == "right" else left if align == "left" else (left + right) / 2
        self.pen.write(text, x, self.y, align=align, bold=heading)

    def _heading(self) -> None:
        if self.plan.headings == "every" or (self.plan.headings == "first" and not self.pages):
            if self.plan.stacked:
                for role, above in (
                    ("date", "Transaction"),
                    ("debit", "Money"),
                    ("credit", "Money"),
                    ("balance", "Account"),
                ):
                    if role in self.plan.order:
                        self._put(role, above, heading=True)
                self.y += 10
            below = {"debit": "out", "credit": "in"} if self.plan.stacked else {}
            for role in self.plan.order:
                self._put(role, below.get(role, self.names[role]), heading=True)
            self.y += 20

    def _row(self, day: date, amount: Decimal, balance: Decimal | None, *, dated: bool) -> None:
        texts = [self._words() for _ in range(1 + self.rng.randint(0, self.plan.more_lines))]
        before = self.plan.text == "before"
        for text in texts[:-1] if before else ():
            self._put("description", text)
            self.y += 11
        if dated:
            self._put("date", day.strftime(self.plan.date_form))
        if self.plan.value_dates:
            self._put("value_date", day.strftime(self.plan.date_form))
        self._put("description", texts[-1] if before else texts[0])
        self._amount(amount)
        if balance is not None:
            self._put("balance", self._money(balance))
        elif self.plan.zeros and "balance" in self.plan.order and self.plan.balance == "row":
            self._put("balance", self._money(Decimal(0)))
        for text in () if before else texts[1:]:
            self.y += 11
            self._put("description", text)
        self.y += 17
        if self.plan.ruled:
            self.pen.rule(self.y - 4)
        self.printed.append((day, amount, balance))
        if self.plan.adverts and self.rng.random() < 0.1:
            self.pen.write("Did you know? Our new application makes banking simple, ask us at any branch", 60, self.y)
            self.y += 17

    def _words(self) -> str:
        text = " ".join(self.rng.sample(WORDS, 2))
        if self.plan.noise:
            text += self.rng.choice(
                (
                    "",
                    " 4711",
                    " Card 1234 02.03 14:22",
                    " 2024-0815",
                    " USD 12.50",
                    " 0049123456",
                    " 12/03",
                    " REF-99.10",
                )
            )
        return text.replace(" ", "") if self.plan.glued else text

    def _amount(self, amount: Decimal) -> None:
        text = self._digits(amount)
        minus = amount < 0
        if self.plan.signs == "columns":
            self._put("debit" if minus else "credit", text)
            if self.plan.zeros:
                self._put("credit" if minus else "debit", self._money(Decimal(0)))
            return
        forms = {
            "signed": f"-{text}" if minus else text,
            "trailing": f"{text}-" if minus else text,
            "parentheses": f"({text})" if minus else text,
            "plus": f"-{text}" if minus else f"+{text}",
            "suffix": f"{text} {'DR' if minus else 'CR'}",
            "column": text,
            "credit_suffix": text if minus else f"{text} CR",
        }
        if self.plan.card and self.plan.signs != "credit_suffix":
            forms = {"signed": text if minus else f"-{text}", "parentheses": text if minus else f"({text})"}
        self._put("amount", forms[self.plan.signs])
        if self.plan.signs == "column":
            self._put("marker", "D" if minus else "C")

    def _digits(self, amount: Decimal) -> str:
        group = {".": ",", ",": ".", "'": "'", " ": "\u00a0"}[self.plan.decimal]
        mark = "." if self.plan.decimal in (".", "'") else ","
        return f"{abs(amount):,.2f}".replace(",", "G").replace(".", mark).replace("G", group)

    def _money(self, amount: Decimal) -> str:
        text = self._digits(amount)
        if self.plan.card:
            return text if amount <= 0 else f"{text} CR"
        if amount >= 0:
            return text
        return {"minus": f"-{text}", "suffix": f"{text} DR", "trailing": f"{text}-"}[self.plan.overdrawn]

    def _label(self, which: int, amount: Decimal) -> None:
        if self.plan.dated_ends and which < 2:
            edge = self.chain[0][0] if which == 0 else self.chain[-1][0]
            self._put("date", edge.strftime(self.plan.date_form))
        self._put("description", CARD_BALANCES[which] if self.plan.card else BALANCES[self.plan.language][which])
        self._put("balance" if "balance" in self.plan.order else self._last_money(), self._money(amount))
        self.y += 17

    def _last_money(self) -> str:
        return "amount" if "amount" in self.plan.order else "credit"

    def _turn(self, last: tuple, following: tuple) -> None:
        plan = self.plan
        known = following[2] if plan.newest_first else last[2]
        if plan.carried:
            self._label(2, known)
        self._page()
        self._heading()
        if plan.carried:
            self._label(3, known)

    def _totals(self) -> None:
        self._put("description", BALANCES[self.plan.language][4])
        paid_out = sum((-amount for _, amount, _ in self.chain if amount < 0), Decimal(0))
        paid_in = sum((amount for _, amount, _ in self.chain if amount > 0), Decimal(0))
        self._put("debit", self._money(paid_out))
        self._put("credit", self._money(paid_in))
        self.y += 17

    def _trailer(self) -> None:
        self.y += 30
        self.pen.write("Summary of fees and interest", 40, self.y, bold=True)
        for text, amount in (
            ("Overdraft fees this year", "24.00"),
            ("Interest at 1.25%", "3.10"),
            ("Total fees", "27.10"),
        ):
            self.y += 14
            self.pen.write(text, 40, self.y)
            self.pen.write(amount, 547, self.y, align="right")
        self.y += 14

    def _page(self) -> None:
        number = len(self.pages) + 1
        self.pen.write(f"Page {number}", 500, 810)
        words, rules = tuple(self.pen.words), tuple(self.pen.rules)
        self.pages.append(Page(number, WIDTH, HEIGHT, words, lines_of(words, rules), rules))
        self.pen = _Pen(self.plan, random.Random(self.plan.seed))
        self.y = 50.0
