"""What the two families of e-invoices differ in, as data: where each term of EN 16931 stands.

Paths are those of `tree.find_leaves`. The keys of the tables are paths in the result, or in the part of it that the table
is about (a party, a line, a tax).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Table = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AddressPaths:
    """BG-5, BG-8, BG-15. `lines` are the printed lines above the town, each made of one or more parts."""

    lines: tuple[tuple[str, ...], ...]
    city: str
    postal_code: str
    state: str
    country: str


@dataclass(frozen=True, slots=True)
class PartyPaths:
    """BG-4, BG-7. Each registration has a `number` and a `scheme` (`VA` or `VAT`: BT-31, BT-48; `FC`: BT-32)."""

    fields: Table
    address: str
    registrations: str
    number: str
    scheme: str
    identifiers: str  # with @schemeID, an ISO 6523 code
    own_number: str  # BT-46, what the seller calls the buyer


@dataclass(frozen=True, slots=True)
class ChargePaths:
    """BG-20, BG-21, BG-27, BG-28. Where `indicator` is empty, everything found is a charge."""

    nodes: str
    indicator: str
    amount: str
    reason: str
    code: str


@dataclass(frozen=True, slots=True)
class LinePaths:
    """BG-25. `price_basis` is BT-149; `status`, where there is one, tells groups and remarks from what is charged."""

    nodes: str
    number: str  # BT-126
    fields: Table
    price: str
    price_basis: str
    status: str
    notes: str
    charges: ChargePaths


@dataclass(frozen=True, slots=True)
class PaymentPaths:
    """BG-16, BG-17: one node for each means of payment."""

    nodes: str
    code: str  # BT-81
    text: str  # BT-82
    fields: Table
    account: str  # an IBAN, or what stands in its place


@dataclass(frozen=True, slots=True)
class Syntax:
    """One family of XML. `renamed` makes its generations one: names of elements that mean the same."""

    name: str
    header: Table
    type_code: str  # BT-3
    notes: str  # BT-22
    seller: str
    buyer: str
    party: PartyPaths
    ship_to: str
    ship_to_name: str
    ship_to_address: str
    address: AddressPaths
    payee_name: str  # BT-59
    payment: PaymentPaths
    tax_totals: str  # BT-110 and, in another currency, BT-111
    taxes: str  # BG-23
    tax: Table
    tax_category: str  # BT-118
    charges: tuple[ChargePaths, ...]
    lines: LinePaths
    renamed: Table = field(default_factory=dict)
