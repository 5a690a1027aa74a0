"""What an invoice says, made from a seed: amounts that add up, people and firms that do not exist."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from builders.identifiers import fill, make_gstin, make_reference, make_tax_id
from builders.places import (
    Address,
    Bank,
    Place,
    get_place,
    make_address,
    make_bank,
    make_firm,
    make_person,
    make_vat_id,
)
from builders.words import get_words

CENT = Decimal("0.01")


@dataclass(frozen=True)
class PartyFacts:
    """Who sells or buys. `tax_id` is printed; `tax_id_label` a key of the words file, or a word of its own."""

    name: str
    address: Address
    tax_id: str
    email: str
    phone: str
    website: str
    registration: str
    second_tax_id: str = ""  # a German Steuernummer and the like


@dataclass(frozen=True)
class ItemFacts:
    """One line; `amount` in the basis (net or gross) of the document's prices."""

    description: str
    details: tuple[str, ...]  # further lines below it
    code: str
    hsn: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    discount_percent: Decimal
    tax_rate: Decimal
    amount: Decimal


@dataclass(frozen=True)
class TaxFacts:
    kind: str  # VAT, sales_tax, GST, CGST, SGST, IGST
    rate: Decimal
    base: Decimal
    amount: Decimal


@dataclass(frozen=True)
class InvoiceFacts:
    """All that a layout may draw. `basis`: `net`, `gross` (prices include tax) or `none` (no tax at all)."""

    kind: str  # invoice, credit_note, receipt
    place: Place
    basis: str
    number: str
    date: date
    due: date
    days: int
    customer_number: str
    order: str
    delivery_date: date
    preceding: str
    seller: PartyFacts
    buyer: PartyFacts
    ship_to: PartyFacts
    bank: Bank
    items: tuple[ItemFacts, ...]
    discount: Decimal
    shipping: Decimal
    taxes: tuple[TaxFacts, ...]
    subtotal: Decimal  # tax basis: lines less discount plus shipping, without tax
    tax_total: Decimal
    total: Decimal
    paid: Decimal
    reverse_charge: bool = False
    bought_by_person: bool = False

    @property
    def amount_due(self) -> Decimal:
        return self.total - self.paid

    @property
    def lines_total(self) -> Decimal:
        return sum((item.amount for item in self.items), Decimal(0))


@dataclass(frozen=True)
class Wish:
    """What is asked of a document; the rest is left to the seed."""

    country: str
    kind: str = "invoice"
    basis: str = "net"  # net, gross, none
    item_count: int = 4
    with_discount: bool = False
    with_shipping: bool = False
    with_prepayment: bool = False
    line_discounts: bool = False
    mixed_rates: bool = False
    reverse_charge: bool = False
    long_texts: bool = False  # items with several lines
    fine_prices: bool = False  # four decimals on some unit prices
    negative: bool = False  # a credit note with its amounts printed negative


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def make_invoice(wish: Wish, rng: random.Random) -> InvoiceFacts:
    """Facts for a wish; the same seed gives the same facts."""
    place = get_place(wish.country)
    issued = date(2019, 1, 1) + timedelta(days=rng.randrange(365 * 8))
    days = rng.choice([7, 10, 14, 15, 20, 21, 30, 30, 45, 60])
    seller = _make_party(place, rng, firm=True)
    bought_by_person = wish.kind == "invoice" and rng.random() < 0.2
    buyer = _make_party(place, rng, firm=not bought_by_person)
    items = _make_items(wish, place, rng)
    sums = _add_up(wish, place, items, seller, buyer, rng)
    return InvoiceFacts(
        kind=wish.kind,
        place=place,
        basis=wish.basis,
        number=_make_number(wish.kind, issued, rng),
        date=issued,
        due=issued + timedelta(days=days),
        days=days,
        customer_number=rng.choice(
            [f"K{rng.randint(1000, 99999)}", str(rng.randint(10000, 999999)), f"C-{rng.randint(100, 9999)}"]
        ),
        order=rng.choice(
            [
                f"PO-{rng.randint(1000, 99999)}",
                str(4500000000 + rng.randint(0, 9999999)),
                f"B{rng.randint(100, 9999)}/{issued:%y}",
            ]
        ),
        delivery_date=issued - timedelta(days=rng.randrange(10)),
        preceding=_make_number("invoice", issued, rng),
        seller=seller,
        buyer=buyer,
        ship_to=_make_party(place, rng, firm=True),
        bank=make_bank(place, rng),
        items=items,
        reverse_charge=wish.reverse_charge,
        bought_by_person=bought_by_person,
        **sums,
    )


def _make_party(place: Place, rng: random.Random, *, firm: bool) -> PartyFacts:
    name = make_firm(place, rng) if firm else make_person(place, rng)
    host = "".join(char for char in name.casefold() if char.isascii() and char.isalpha())[:14] or "firma"
    domain = f"{host}.example"
    tax_id = make_vat_id(place, rng)
    address = make_address(place, rng)
    if place.code == "IN":
        state = {"Karnataka": "29", "Maharashtra": "27", "Tamil Nadu": "33", "Delhi": "07", "Gujarat": "24"}[
            address.region
        ]
        tax_id = make_gstin(rng, state)
    second = fill("##/###/#####", rng) if place.code == "DE" else ""
    user = rng.choice(["info", "billing", "office", "kontakt", "accounts"])
    return PartyFacts(
        name=name,
        address=address,
        tax_id=tax_id,
        email=f"{user}@{domain}",
        phone=fill(place.pick("phone", rng), rng),
        website=f"www.{domain}",
        registration=_make_registration(place, rng),
        second_tax_id=second,
    )


def _make_registration(place: Place, rng: random.Random) -> str:
    if place.code == "FR":
        return make_tax_id("##############", "fr.siret", rng)
    if place.code == "IT":
        return f"MI-{rng.randint(100000, 9999999)}"
    if place.code == "SE":
        return fill("556###-####", rng)
    return fill("########" if place.code in {"GB", "NL"} else "######", rng)


def _make_number(kind: str, issued: date, rng: random.Random) -> str:
    running = rng.randint(1, 99999)
    if kind == "receipt":
        return rng.choice([f"{running:06d}", f"{rng.randint(1, 99):02d}-{running:05d}", str(running)])
    letters = {"credit_note": ["GS", "CN", "GU", "AV"]}.get(kind, ["RE", "INV", "F", "R", "FA", "SI", "A"])
    start = rng.choice(letters)
    return rng.choice(
        [
            f"{start}-{issued.year}-{running:05d}",
            f"{start}{running:06d}",
            f"{issued.year}/{running:04d}",
            f"{issued.year}{running:05d}",
            f"{start}/{running}/{issued:%m/%Y}",
            str(100000 + running),
            f"{issued:%y%m}-{running % 1000:03d}",
            f"{start} {running}",
        ]
    )


def _make_items(wish: Wish, place: Place, rng: random.Random) -> tuple[ItemFacts, ...]:
    words = get_words(place.language)["goods"]
    rates = [Decimal(rate) for rate in place.entries["rates"]]
    goods = [[name, "", low, high] for name, low, high in words["grocery"]] if wish.kind == "receipt" else words["list"]
    chosen = (
        rng.sample(goods, wish.item_count) if wish.item_count <= len(goods) else rng.choices(goods, k=wish.item_count)
    )
    return tuple(_make_item(wish, place, good, rates, words["details"], rng) for good in chosen)


def _make_item(
    wish: Wish, place: Place, good: list, rates: list[Decimal], details: list[str], rng: random.Random
) -> ItemFacts:
    name, unit, low, high = good
    scale = 40 if place.currency == "INR" else 1
    price = _make_price(wish, low, high, scale, rng)
    quantity = _make_quantity(unit, price / scale, rng)
    percent = Decimal(rng.choice([5, 10, 15, 20])) if wish.line_discounts and rng.random() < 0.6 else Decimal(0)
    amount = cents(quantity * price * (1 - percent / 100))
    rate = rng.choice(rates) if wish.mixed_rates else rates[0]
    if wish.basis == "none" or wish.reverse_charge:
        rate = Decimal(0)
    sign = -1 if wish.negative else 1
    return ItemFacts(
        description=name,
        details=_make_details(wish, details, rng),
        code=rng.choice(
            [
                f"{rng.choice('ABKTX')}{rng.randint(100, 9999)}",
                str(rng.randint(1000, 99999)),
                f"{rng.randint(10, 99)}-{rng.randint(100, 999)}",
            ]
        ),
        hsn=rng.choice(["9983", "8471", "998314", "9403", "4802", "8504", "0901"]),
        quantity=quantity * sign,
        unit=unit,
        unit_price=price,
        discount_percent=percent,
        tax_rate=rate,
        amount=amount * sign,
    )


def _make_details(wish: Wish, details: list[str], rng: random.Random) -> tuple[str, ...]:
    """None for most items; where the wish is for long texts, several for most."""
    most = 4 if wish.long_texts else 1
    if wish.kind == "receipt" or rng.random() > (0.8 if wish.long_texts else 0.3):
        return ()
    chosen = rng.sample(details, rng.randint(1, most))
    return tuple(line.format(ref=make_reference(rng), date=f"2024-05-{rng.randint(10, 28)}") for line in chosen)


def _make_price(wish: Wish, low: float, high: float, scale: int, rng: random.Random) -> Decimal:
    price = cents(Decimal(str(round(rng.uniform(low, high) * scale, 2))))
    if rng.random() < 0.3 and price > 10:
        return Decimal(int(price)).quantize(CENT)
    if wish.fine_prices and price < 40 * scale:
        return price + Decimal(rng.randint(1, 99)) / 10000
    return price


def _make_quantity(unit: str, price: Decimal, rng: random.Random) -> Decimal:
    """Dear things are bought in ones and twos, cheap ones by the hundred."""
    if unit in {"hrs", "Std", "h", "uur", "ore", "tim", "godz.", "kg", "m"} and rng.random() < 0.5:
        return Decimal(rng.choice(["0.5", "1.5", "2.25", "3.75", "7.5", "12.5", "0.75"]))
    if price > 250:
        return Decimal(rng.choice([1, 1, 1, 1, 2, 2, 3, 4]))
    if price < 25:
        return Decimal(rng.choice([1, 2, 4, 5, 10, 12, 20, 25, 48, 100, 250, 1000]))
    return Decimal(rng.choice([1, 1, 1, 2, 2, 3, 4, 5, 6, 8, 10, 12]))


def _add_up(
    wish: Wish, place: Place, items: tuple[ItemFacts, ...], seller: PartyFacts, buyer: PartyFacts, rng: random.Random
) -> dict:
    """Discount, shipping, taxes and totals; rounding per rate, as most programs do it."""
    lines = sum((item.amount for item in items), Decimal(0))
    sign = -1 if wish.negative else 1
    discount = cents(lines * Decimal(rng.choice(["0.02", "0.03", "0.05", "0.1"]))) if wish.with_discount else Decimal(0)
    shipping = (
        sign * Decimal(rng.choice(["4.90", "6.95", "12.50", "25.00", "89.00"])) if wish.with_shipping else Decimal(0)
    )
    bases: dict[Decimal, Decimal] = {}
    for item in items:
        bases[item.tax_rate] = bases.get(item.tax_rate, Decimal(0)) + item.amount
    main = max(bases, key=lambda rate: abs(bases[rate]))
    bases[main] += shipping - discount
    gross = wish.basis == "gross"
    taxes: list[TaxFacts] = []
    for rate, base in sorted(bases.items(), reverse=True):
        tax = cents(base * rate / (100 + rate)) if gross else cents(base * rate / 100)
        taxes += _split_tax(place, rate, base - tax if gross else base, tax, seller, buyer)
    if wish.basis == "none" or wish.reverse_charge:
        taxes = []
    tax_total = sum((tax.amount for tax in taxes), Decimal(0))
    subtotal = lines - discount + shipping - (tax_total if gross else 0)
    total = subtotal + tax_total
    paid = cents(total * Decimal(rng.choice(["0.2", "0.3", "0.5"]))) if wish.with_prepayment else Decimal(0)
    return {
        "discount": discount,
        "shipping": shipping,
        "taxes": tuple(taxes),
        "subtotal": subtotal,
        "tax_total": tax_total,
        "total": total,
        "paid": paid,
    }


def _split_tax(
    place: Place, rate: Decimal, base: Decimal, tax: Decimal, seller: PartyFacts, buyer: PartyFacts
) -> list[TaxFacts]:
    if place.code != "IN":
        kind = {"US": "sales_tax", "SG": "GST", "AU": "GST"}.get(place.code, "VAT")
        return [TaxFacts(kind, rate, base, tax)]
    if seller.address.region != buyer.address.region:
        return [TaxFacts("IGST", rate, base, tax)]
    half = cents(base * rate / 200)
    return [TaxFacts("CGST", rate / 2, base, half), TaxFacts("SGST", rate / 2, base, half)]
