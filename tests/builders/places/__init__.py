"""Countries as data: how each writes numbers, dates and addresses, and who lives there in our documents."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from builders.identifiers import fill, make_iban, make_tax_id

_HERE = Path(__file__).parent
COUNTRIES = tuple(sorted(path.stem for path in _HERE.glob("*.toml")))


@dataclass(frozen=True)
class Place:
    """A country; `entries` is its file."""

    code: str
    entries: dict[str, Any]

    @property
    def language(self) -> str:
        return str(self.entries["language"])

    @property
    def locale(self) -> str:
        return str(self.entries["locale"])

    @property
    def currency(self) -> str:
        return str(self.entries["currency"])

    def pick(self, key: str, rng: random.Random) -> Any:
        return rng.choice(self.entries[key])


@dataclass(frozen=True)
class Address:
    """A postal address: `lines` as printed, without the name and the country."""

    lines: tuple[str, ...]
    country: str  # its name, as printed when it is printed
    region: str = ""

    @property
    def one_line(self) -> str:
        return ", ".join(self.lines)


@dataclass(frozen=True)
class Bank:
    """A bank account somewhere; `iban` is empty where the country has none."""

    bank: str
    iban: str
    bic: str
    account: str
    sort_code: str
    ifsc: str
    routing: str


@cache
def get_place(code: str) -> Place:
    with (_HERE / f"{code}.toml").open("rb") as file:
        return Place(code, tomllib.load(file))


def make_address(place: Place, rng: random.Random) -> Address:
    postal, city, region = place.pick("cities", rng)
    parts = {"no": rng.randint(1, 240), "floor": rng.randint(1, 9), "unit": rng.randint(10, 48)}
    street = place.entries["street"].format(street=place.pick("streets", rng), **parts)
    written = {"street": street, "postal": fill(postal, rng), "city": city, "region": region}
    lines = tuple(line.format(**written) for line in place.entries["lines"])
    return Address(lines, place.entries["names"][0], region)


def make_person(place: Place, rng: random.Random) -> str:
    return f"{place.pick('first', rng)} {place.pick('last', rng)}"


def make_firm(place: Place, rng: random.Random) -> str:
    name = rng.choice([place.pick("firms", rng), place.pick("last", rng)])
    return f"{name} {place.pick('trades', rng)} {place.pick('legal', rng)}"


def make_vat_id(place: Place, rng: random.Random) -> str:
    return make_tax_id(place.entries["vat"], place.entries["vat_check"], rng)


def make_bank(place: Place, rng: random.Random) -> Bank:
    name, code = place.pick("banks", rng)
    iban = make_iban(place.code, place.entries["iban"], code, rng) if place.entries["iban"] else ""
    return Bank(
        bank=name,
        iban=iban,
        bic=f"{code}{place.code}{rng.choice('2XPM')}{rng.choice('1ALMX')}" + rng.choice(["", "XXX"]),
        account=fill(place.entries["account"], rng),
        sort_code=fill("##-##-##", rng),
        ifsc=f"{code}0{rng.randint(100000, 999999)}",
        routing=fill("#########", rng),
    )
