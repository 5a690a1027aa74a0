"""What a statement says, made from a seed: a balance chain that holds to the cent."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from builders.identifiers import fill, make_reference
from builders.notation import write_date
from builders.places import Address, Bank, Place, get_place, make_address, make_bank, make_firm, make_person
from builders.words import get_words


@dataclass(frozen=True)
class Entry:
    """One booking; `amount` and `balance` signed as the account holder sees them."""

    date: date
    value_date: date
    lines: tuple[str, ...]
    reference: str
    amount: Decimal
    balance: Decimal


@dataclass(frozen=True)
class AccountFacts:
    """One account over the period; entries oldest first."""

    bank: Bank
    type_key: str  # account_current, account_savings, account_card
    currency: str
    opening: Decimal
    entries: tuple[Entry, ...]

    @property
    def closing(self) -> Decimal:
        return self.entries[-1].balance if self.entries else self.opening

    @property
    def total_credit(self) -> Decimal:
        return sum((entry.amount for entry in self.entries if entry.amount > 0), Decimal(0))

    @property
    def total_debit(self) -> Decimal:
        return -sum((entry.amount for entry in self.entries if entry.amount < 0), Decimal(0))


@dataclass(frozen=True)
class StatementFacts:
    """All that a layout may draw. For cards `bank.account` is the masked card number and balances are what is owed, negative."""

    kind: str  # bank, card, passbook
    place: Place
    holder: str
    holder_address: Address
    bank_address: Address
    accounts: tuple[AccountFacts, ...]
    start: date
    end: date
    number: int
    credit_limit: Decimal


@dataclass(frozen=True)
class Wish:
    """What is asked of a statement; the rest is left to the seed."""

    country: str
    kind: str = "bank"
    rows: int = 25
    accounts: int = 1
    most_lines: int = 1  # of a description
    overdrawn: bool = False


def make_statement(wish: Wish, rng: random.Random) -> StatementFacts:
    """Facts for a wish; the same seed gives the same facts."""
    place = get_place(wish.country)
    start = date(2018, 1, 1) + timedelta(days=rng.randrange(365 * 8))
    if rng.random() < 0.7:
        start = start.replace(day=1)
    end = _end_of_period(start, wish.rows, rng)
    accounts = tuple(_make_account(wish, place, start, end, number, rng) for number in range(wish.accounts))
    return StatementFacts(
        kind=wish.kind,
        place=place,
        holder=make_person(place, rng) if rng.random() < 0.7 else make_firm(place, rng),
        holder_address=make_address(place, rng),
        bank_address=make_address(place, rng),
        accounts=accounts,
        start=start,
        end=end,
        number=rng.randint(1, 240),
        credit_limit=Decimal(rng.randint(2, 20) * 500),
    )


def _end_of_period(start: date, rows: int, rng: random.Random) -> date:
    months = max(rng.choice([1, 1, 1, 3]), rows // 90 + 1)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, 28)) - timedelta(days=1)


def _make_account(wish: Wish, place: Place, start: date, end: date, number: int, rng: random.Random) -> AccountFacts:
    bank = make_bank(place, rng)
    card = wish.kind == "card"
    if card:
        masked = fill("#### **** **** ####", rng)
        bank = Bank(bank.bank, "", "", masked, bank.sort_code, bank.ifsc, bank.routing)
    scale = Decimal({"INR": 60, "SEK": 10, "PLN": 4}.get(place.currency, 1))
    opening = _money(rng, 100, 9000) * scale
    if card:
        opening = -_money(rng, 20, 1500) * scale
    elif wish.overdrawn:
        opening = _money(rng, -600, 400) * scale
    days = (end - start).days
    dates = sorted(start + timedelta(days=rng.randint(0, days)) for _ in range(wish.rows))
    balance, entries = opening, []
    for day in dates:
        kind, amount = _choose_booking(wish, balance / scale, rng)
        amount *= scale
        balance += amount
        lines = _describe(place, kind, day, wish.most_lines, rng)
        shift = timedelta(days=rng.choice([0, 0, 0, 0, 1, 2, -1]))
        entries.append(Entry(day, day + shift, lines, make_reference(rng), amount, balance))
    type_key = (
        "account_card" if card else ("account_savings" if number or wish.kind == "passbook" else "account_current")
    )
    return AccountFacts(bank, type_key, place.currency, opening, tuple(entries))


def _money(rng: random.Random, low: float, high: float) -> Decimal:
    return Decimal(str(round(rng.uniform(low, high), 2))).quantize(Decimal("0.01"))


_OUT = {
    "card": (3, 140),
    "direct_debit": (15, 220),
    "transfer_out": (20, 900),
    "rent": (450, 1400),
    "atm": (20, 300),
    "fee": (2, 15),
}
_IN = {"transfer_in": (30, 1200), "salary": (1500, 4200), "interest": (0.05, 12), "refund": (5, 90)}
_CARD_OUT = {"card": (3, 240), "fee": (5, 30)}
_CARD_IN = {"refund": (5, 90), "transfer_in": (100, 900)}


def _choose_booking(wish: Wish, balance: Decimal, rng: random.Random) -> tuple[str, Decimal]:
    """What is booked and for how much: money comes in when the account runs dry."""
    outs, ins = (_CARD_OUT, _CARD_IN) if wish.kind == "card" else (_OUT, _IN)
    dry = balance < (-1500 if wish.overdrawn or wish.kind == "card" else 300)
    if rng.random() < (0.8 if dry else 0.22):
        kind = rng.choice(list(ins))
        return kind, _money(rng, *ins[kind])
    kind = rng.choices(list(outs), weights=[5, 2, 2, 1, 2, 1][: len(outs)])[0]
    amount = _money(rng, *outs[kind])
    if kind == "atm":
        amount = Decimal(int(amount) // 10 * 10 or 10).quantize(Decimal("0.01"))
    return kind, -amount


def _describe(place: Place, kind: str, day: date, most_lines: int, rng: random.Random) -> tuple[str, ...]:
    booking = get_words(place.language)["statement"]["booking"]
    city = rng.choice(place.entries["cities"])[1]
    values = {
        "merchant": place.pick("merchants", rng),
        "person": make_person(place, rng),
        "company": make_firm(place, rng),
        "city": city.upper(),
        "ref": make_reference(rng),
        "number": str(rng.randint(1000, 99999)),
        "date": write_date(day, rng.choice(place.entries["dates"][:1]), place.locale),
        "last4": fill("####", rng),
    }
    lines = [rng.choice(booking[kind])]
    lines += rng.sample(booking["detail"], min(rng.randint(0, most_lines - 1), len(booking["detail"])))
    return tuple(line.format(**values) for line in lines)


def totals_of(entries: Sequence[Entry]) -> tuple[Decimal, Decimal]:
    """Credits and debits, both positive."""
    credits_ = sum((entry.amount for entry in entries if entry.amount > 0), Decimal(0))
    debits = -sum((entry.amount for entry in entries if entry.amount < 0), Decimal(0))
    return credits_, debits
