"""Invoices, credit notes, receipts and bills. Terms follow EN 16931 (BT numbers), names the result contract."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from bursar.facts.document import Address, Metadata, Period
from bursar.facts.evidence import Checks, Conventions, Evidence


@dataclass(frozen=True, slots=True)
class InvoiceInfo:
    """Numbers and dates: BT-1 number, BT-2 date, BT-9 due date, BT-5 currency, BT-13 purchase order, BT-12 contract."""

    invoice_number: str | None = None
    invoice_date: date | None = None
    due_date: date | None = None
    currency: str | None = None  # ISO 4217
    language: str | None = None  # ISO 639-1
    purchase_order: str | None = None
    customer_reference: str | None = None  # BT-10
    contract_number: str | None = None
    delivery_note: str | None = None  # BT-16
    delivery_date: date | None = None  # BT-72
    service_period: Period = Period()  # BG-14
    preceding_invoice: str | None = None  # BT-25
    invoice_time: str | None = None  # HH:MM or HH:MM:SS as printed, 24-hour


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach a party: BG-6, BG-9."""

    email: str | None = None
    phone: str | None = None
    website: str | None = None


@dataclass(frozen=True, slots=True)
class TaxId:
    """A further tax identifier; `kind` is its short name in its country (PAN, SIRET, Steuernummer …)."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Party:
    """A seller (BG-4) or a buyer (BG-7)."""

    name: str | None = None
    tax_id: str | None = None  # BT-31, BT-48
    registration_number: str | None = None  # BT-30, BT-47
    address: Address = Address()
    contact: Contact = Contact()
    extra_tax_ids: tuple[TaxId, ...] = ()


@dataclass(frozen=True, slots=True)
class Customer(Party):
    """A buyer, with the number that the seller gave it (BT-46)."""

    customer_id: str | None = None


@dataclass(frozen=True, slots=True)
class ShipTo:
    """Where the goods go, when that is not the buyer's address: BG-13."""

    name: str | None = None
    address: Address = Address()


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One invoice line: BG-25. `amount` is BT-131; `page` 1-based."""

    line_number: int
    description: str | None = None
    product_code: str | None = None  # BT-155
    hsn_code: str | None = None
    quantity: Decimal | None = None  # BT-129
    unit: str | None = None  # BT-130, as printed
    unit_price: Decimal | None = None  # BT-146
    discount: Decimal | None = None
    tax_rate: Decimal | None = None  # BT-152, 19 for 19 %
    tax_amount: Decimal | None = None
    amount: Decimal | None = None
    service_period: Period | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One line of the tax breakdown: BG-23. `kind`: VAT, GST, CGST, SGST, IGST, CESS, sales_tax, service_charge, withholding."""

    kind: str
    rate: Decimal | None = None
    base: Decimal | None = None
    amount: Decimal | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class InvoiceSummary:
    """Document totals, BG-22: `subtotal` BT-109, `tax_total` BT-110, `total` BT-112, `amount_paid` BT-113, `amount_due` BT-115.

    `amount_in_words` is what the total spelled out in words comes to, where a document does so.
    """

    subtotal: Decimal | None = None
    discount_total: Decimal | None = None
    shipping: Decimal | None = None
    tax_total: Decimal | None = None
    tip: Decimal | None = None
    rounding: Decimal | None = None  # BT-114
    total: Decimal | None = None
    amount_paid: Decimal | None = None
    amount_due: Decimal | None = None
    amount_in_words: Decimal | None = None


@dataclass(frozen=True, slots=True)
class BankInfo:
    """Where the money goes: BG-17."""

    bank_name: str | None = None
    account_holder: str | None = None
    account_number: str | None = None
    iban: str | None = None
    bic: str | None = None
    routing_number: str | None = None
    sort_code: str | None = None
    ifsc: str | None = None
    upi_id: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """How to pay: BT-20 terms, BT-81 means, BT-83 reference."""

    terms: str | None = None
    method: str | None = None
    reference: str | None = None
    bank_info: BankInfo = BankInfo()


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice, credit note, receipt or bill, with the evidence of each value.

    `evidence` maps a dotted path (`summary.total`, `items.0.amount`) to where that value stands.
    """

    document_type: str = "invoice"  # invoice, credit_note, receipt, proforma, utility_bill, purchase_order, other
    invoice_info: InvoiceInfo = InvoiceInfo()
    vendor: Party = Party()
    customer: Customer = Customer()
    ship_to: ShipTo = ShipTo()
    items: tuple[InvoiceLine, ...] = ()
    taxes: tuple[TaxLine, ...] = ()
    summary: InvoiceSummary = InvoiceSummary()
    payment: Payment = Payment()
    reverse_charge: bool = False
    place_of_supply: str | None = None
    irn: str | None = None
    notes: str | None = None
    metadata: Metadata = Metadata()
    evidence: dict[str, Evidence] = field(default_factory=dict)
    checks: Checks = Checks()
    conventions: Conventions = Conventions()
    custom: dict[str, Any] | None = None
