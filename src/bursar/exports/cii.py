"""Cross Industry Invoice (UN/CEFACT D22B) in the terms and the order of EN 16931: what the document says, as software reads it.

EN 16931 demands more than paper says. Where a party's country, a quantity, a price or the rate of a line is not known, the
export is refused; nothing is made up. Two things are the standard's own way of saying nothing: a unit that is not printed is `C62` (one),
and an invoice that names no tax at all is of category `O`, not subject to VAT.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from lxml import etree

from bursar.exports.accounts import refuse
from bursar.exports.elements import Element, printable
from bursar.facts.document import Address, Period
from bursar.facts.invoice import Invoice, InvoiceLine, Party, TaxLine
from bursar.facts.money import total_of

_NAME = "CII"
_URN = "urn:un:unece:uncefact:data:standard:"
_RSM = f"{_URN}CrossIndustryInvoice:100"
_RAM = f"{_URN}ReusableAggregateBusinessInformationEntity:100"
_UDT = f"{_URN}UnqualifiedDataType:100"
_GUIDELINE = "urn:cen.eu:en16931:2017"
_TYPE_CODES = {"proforma": "325", "credit_note": "381"}  # UNTDID 1001
_CREDIT_TRANSFER, _NOT_DEFINED = "30", "1"  # UNTDID 4461
_NO_TAX = ("service_charge", "withholding")  # a charge, and what the buyer keeps back: neither is in the breakdown
_ONE = "C62"  # UN/ECE Recommendation 20
_ZERO = Decimal(0)


def write_cii(invoice: Invoice) -> bytes:
    """Return the invoice as CII. Raises `CannotExport` where it does not say what EN 16931 demands."""
    missing = _list_missing(invoice)
    if missing:
        raise refuse(_NAME, missing)
    return _Writer(invoice).write()


def _list_missing(invoice: Invoice) -> list[str]:
    info, summary = invoice.invoice_info, invoice.summary
    needed: dict[str, object] = {
        "invoice_info.invoice_number": info.invoice_number,
        "invoice_info.invoice_date": info.invoice_date,
        "invoice_info.currency": info.currency,
        "vendor.name": invoice.vendor.name,
        "vendor.address.country": invoice.vendor.address.country,
        "customer.name": invoice.customer.name,
        "customer.address.country": invoice.customer.address.country,
        "summary.total": summary.total,
        "summary.subtotal": _tax_basis(invoice),
        "items": invoice.items or None,
    }
    for index, item in enumerate(invoice.items):
        for name in ("description", "quantity", "unit_price", "amount"):
            needed[f"items.{index}.{name}"] = getattr(item, name)
        needed[f"items.{index}.tax_rate"] = _category_of(invoice, item.tax_rate)
    if len(_rates(invoice)) > 1 and any(amount for amount, *_ in _charges(invoice)):
        needed["the tax rate of discounts and charges"] = None
    return [name for name, value in needed.items() if value is None]


def _tax_basis(invoice: Invoice) -> Decimal | None:
    """Return BT-109, which follows from BT-112 and BT-110 where it is not printed."""
    summary = invoice.summary
    if summary.subtotal is not None or summary.total is None:
        return summary.subtotal
    tax = summary.tax_total
    if tax is None:
        tax = total_of(line.amount for line in _taxes(invoice) if line.amount is not None)
    return summary.total - tax


def _taxes(invoice: Invoice) -> list[TaxLine]:
    return [tax for tax in invoice.taxes if tax.kind not in _NO_TAX]


def _rates(invoice: Invoice) -> list[Decimal]:
    return list(dict.fromkeys(tax.rate for tax in _taxes(invoice) if tax.rate is not None))


def _category_of(invoice: Invoice, rate: Decimal | None) -> tuple[str, Decimal | None] | None:
    """Return the category of tax (UNTDID 5305) and its rate; None where the document does not tell which of its rates."""
    rates = _rates(invoice)
    if rate is None and len(rates) == 1:
        rate = rates[0]
    if invoice.reverse_charge:
        return "AE", rate or _ZERO
    if rate is None:
        return None if _taxes(invoice) or invoice.summary.tax_total else ("O", None)
    return ("S" if rate else "Z"), rate


def _charges(invoice: Invoice) -> list[tuple[Decimal | None, bool, str, str | None]]:
    """Return amount, direction, reason and code (UNTDID 7161) of each allowance and charge on the whole document."""
    summary = invoice.summary
    return [
        (summary.discount_total, False, "Discount", None),
        (summary.shipping, True, "Freight", "FC"),
        (summary.tip, True, "Tip", None),
        *((tax.amount, True, tax.note or "Service charge", None) for tax in invoice.taxes if tax.kind == _NO_TAX[0]),
    ]


def _put(parent: Element, path: str, value: str | Decimal | None, /, **attributes: str) -> None:
    """Put a value below the parent; none where it is not known."""
    text = format(value, "f") if isinstance(value, Decimal) else value or ""
    text = " ".join(printable(text).split())
    if text:
        node = _part(parent, path)
        node.text = text
        for name, given in attributes.items():
            node.set(name, " ".join(printable(given).split()))


def _part(parent: Element, path: str) -> Element:
    for name in path.split("/"):
        parent = etree.SubElement(parent, f"{{{_RAM}}}{name}")
    return parent


def _put_day(parent: Element, path: str, day: date | None) -> None:
    if day is not None:
        node = etree.SubElement(_part(parent, path), f"{{{_UDT}}}DateTimeString", format="102")
        node.text = day.strftime("%Y%m%d")


def _put_period(parent: Element, period: Period | None) -> None:
    if period is not None and (period.start_date or period.end_date):
        node = _part(parent, "BillingSpecifiedPeriod")
        _put_day(node, "StartDateTime", period.start_date)
        _put_day(node, "EndDateTime", period.end_date)


def _put_charge(parent: Element, amount: Decimal, *, is_charge: bool, reason: str, code: str | None = None) -> Element:
    node = _part(parent, "SpecifiedTradeAllowanceCharge")
    etree.SubElement(_part(node, "ChargeIndicator"), f"{{{_UDT}}}Indicator").text = "true" if is_charge else "false"
    _put(node, "ActualAmount", amount)
    _put(node, "ReasonCode", code)
    _put(node, "Reason", reason)
    return node


class _Writer:
    """Writes one invoice in the order of the schema, in which every element has its place."""

    def __init__(self, invoice: Invoice) -> None:
        self._invoice = invoice
        self._currency = invoice.invoice_info.currency or ""
        self._root = etree.Element(f"{{{_RSM}}}CrossIndustryInvoice", nsmap={"rsm": _RSM, "ram": _RAM, "udt": _UDT})

    def write(self) -> bytes:
        context = etree.SubElement(self._root, f"{{{_RSM}}}ExchangedDocumentContext")
        _put(context, "GuidelineSpecifiedDocumentContextParameter/ID", _GUIDELINE)
        self._write_head(etree.SubElement(self._root, f"{{{_RSM}}}ExchangedDocument"))
        deal = etree.SubElement(self._root, f"{{{_RSM}}}SupplyChainTradeTransaction")
        for item in self._invoice.items:
            self._write_line(_part(deal, "IncludedSupplyChainTradeLineItem"), item)
        self._write_agreement(_part(deal, "ApplicableHeaderTradeAgreement"))
        self._write_delivery(_part(deal, "ApplicableHeaderTradeDelivery"))
        self._write_settlement(_part(deal, "ApplicableHeaderTradeSettlement"))
        return bytes(etree.tostring(self._root, encoding="UTF-8", pretty_print=True, xml_declaration=True))

    def _write_head(self, head: Element) -> None:
        info = self._invoice.invoice_info
        _put(head, "ID", info.invoice_number)
        _put(head, "TypeCode", _TYPE_CODES.get(self._invoice.document_type, "380"))
        _put_day(head, "IssueDateTime", info.invoice_date)
        _put(head, "IncludedNote/Content", self._invoice.notes)

    def _write_line(self, line: Element, item: InvoiceLine) -> None:
        _put(line, "AssociatedDocumentLineDocument/LineID", str(item.line_number))
        product = _part(line, "SpecifiedTradeProduct")
        _put(product, "SellerAssignedID", item.product_code)
        _put(product, "Name", item.description)
        _put(product, "DesignatedProductClassification/ClassCode", item.hsn_code, listID="HS")
        _put(line, "SpecifiedLineTradeAgreement/NetPriceProductTradePrice/ChargeAmount", item.unit_price)
        _put(line, "SpecifiedLineTradeDelivery/BilledQuantity", item.quantity, unitCode=item.unit or _ONE)
        settlement = _part(line, "SpecifiedLineTradeSettlement")
        tax = _part(settlement, "ApplicableTradeTax")
        _put(tax, "TypeCode", "VAT")
        self._write_category(tax, item.tax_rate)
        _put_period(settlement, item.service_period)
        if item.discount:
            charge = item.discount < 0
            _put_charge(settlement, abs(item.discount), is_charge=charge, reason="Surcharge" if charge else "Discount")
        _put(settlement, "SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount", item.amount)

    def _write_category(self, tax: Element, rate: Decimal | None) -> None:
        category = _category_of(self._invoice, rate)
        assert category is not None
        _put(tax, "CategoryCode", category[0])
        _put(tax, "RateApplicablePercent", category[1])

    def _write_agreement(self, agreement: Element) -> None:
        info, customer = self._invoice.invoice_info, self._invoice.customer
        _put(agreement, "BuyerReference", info.customer_reference)
        self._write_party(_part(agreement, "SellerTradeParty"), self._invoice.vendor)
        buyer = _part(agreement, "BuyerTradeParty")
        _put(buyer, "ID", customer.customer_id)
        self._write_party(buyer, customer)
        _put(agreement, "BuyerOrderReferencedDocument/IssuerAssignedID", info.purchase_order)
        _put(agreement, "ContractReferencedDocument/IssuerAssignedID", info.contract_number)

    def _write_party(self, node: Element, party: Party) -> None:
        _put(node, "Name", party.name)
        _put(node, "SpecifiedLegalOrganization/ID", party.registration_number)
        if party.contact.phone or party.contact.email:
            contact = _part(node, "DefinedTradeContact")
            _put(contact, "TelephoneUniversalCommunication/CompleteNumber", party.contact.phone)
            _put(contact, "EmailURIUniversalCommunication/URIID", party.contact.email)
        self._write_address(node, party.address)
        _put(node, "SpecifiedTaxRegistration/ID", party.tax_id, schemeID="VA")

    def _write_address(self, parent: Element, address: Address) -> None:
        """Write the parts, or the lines as printed where the address could not be taken apart; three at most have a place."""
        if not address.country:
            return  # only that of a place of delivery may lack its country, and the schema has no place for it then
        node = _part(parent, "PostalTradeAddress")
        lines = [address.street or ""]
        if not (address.street or address.city):
            lines = [line for line in (address.text or "").splitlines() if line.strip()]
            lines = [*lines[:2], " ".join(lines[2:])]
        _put(node, "PostcodeCode", address.postal_code)
        for name, line in zip(("LineOne", "LineTwo", "LineThree"), lines, strict=False):
            _put(node, name, line)
        _put(node, "CityName", address.city)
        _put(node, "CountryID", address.country)
        _put(node, "CountrySubDivisionName", address.state)

    def _write_delivery(self, delivery: Element) -> None:
        info, place = self._invoice.invoice_info, self._invoice.ship_to
        if place.name or place.address.text or place.address.street:
            party = _part(delivery, "ShipToTradeParty")
            _put(party, "Name", place.name)
            self._write_address(party, place.address)
        _put_day(delivery, "ActualDeliverySupplyChainEvent/OccurrenceDateTime", info.delivery_date)
        _put(delivery, "DespatchAdviceReferencedDocument/IssuerAssignedID", info.delivery_note)

    def _write_settlement(self, settlement: Element) -> None:
        info, payment = self._invoice.invoice_info, self._invoice.payment
        _put(settlement, "PaymentReference", payment.reference)
        _put(settlement, "InvoiceCurrencyCode", self._currency)
        self._write_means(settlement)
        self._write_taxes(settlement)
        _put_period(settlement, info.service_period)
        for amount, is_charge, reason, code in _charges(self._invoice):
            if amount:
                node = _put_charge(settlement, amount, is_charge=is_charge, reason=reason, code=code)
                tax = _part(node, "CategoryTradeTax")
                _put(tax, "TypeCode", "VAT")
                self._write_category(tax, None)
        if payment.terms or info.due_date:
            terms = _part(settlement, "SpecifiedTradePaymentTerms")
            _put(terms, "Description", payment.terms)
            _put_day(terms, "DueDateDateTime", info.due_date)
        self._write_totals(_part(settlement, "SpecifiedTradeSettlementHeaderMonetarySummation"))
        _put(settlement, "InvoiceReferencedDocument/IssuerAssignedID", info.preceding_invoice)

    def _write_means(self, settlement: Element) -> None:
        payment = self._invoice.payment
        bank = payment.bank_info
        if not (bank.iban or bank.account_number or payment.method):
            return
        means = _part(settlement, "SpecifiedTradeSettlementPaymentMeans")
        account = bank.iban or bank.account_number
        _put(means, "TypeCode", _CREDIT_TRANSFER if account else _NOT_DEFINED)
        _put(means, "Information", payment.method)
        if account:
            payee = _part(means, "PayeePartyCreditorFinancialAccount")
            _put(payee, "IBANID", bank.iban)
            _put(payee, "AccountName", bank.account_holder)
            _put(payee, "ProprietaryID", None if bank.iban else bank.account_number)
            _put(means, "PayeeSpecifiedCreditorFinancialInstitution/BICID", bank.bic)

    def _write_taxes(self, settlement: Element) -> None:
        """Write the breakdown (BG-23); one without any tax says that there is none."""
        basis = _tax_basis(self._invoice)
        taxes: Sequence[TaxLine] = _taxes(self._invoice) or [
            TaxLine("VAT", None, basis, self._invoice.summary.tax_total or _ZERO)
        ]
        for line in taxes:
            tax = _part(settlement, "ApplicableTradeTax")
            _put(tax, "CalculatedAmount", line.amount)
            _put(tax, "TypeCode", "STT" if line.kind == "sales_tax" else line.kind)
            _put(tax, "ExemptionReason", line.note)
            _put(tax, "BasisAmount", line.base)
            self._write_category(tax, line.rate)

    def _write_totals(self, sums: Element) -> None:
        invoice, summary = self._invoice, self._invoice.summary
        charges = [amount for amount, is_charge, *_ in _charges(invoice) if amount and is_charge]
        tax = summary.tax_total
        if tax is None:
            tax = total_of(line.amount for line in _taxes(invoice) if line.amount is not None)
        due = summary.amount_due
        if due is None and summary.total is not None:
            due = summary.total - (summary.amount_paid or _ZERO)
        _put(sums, "LineTotalAmount", total_of(item.amount for item in invoice.items if item.amount is not None))
        _put(sums, "ChargeTotalAmount", total_of(charges) if charges else None)
        _put(sums, "AllowanceTotalAmount", summary.discount_total)
        _put(sums, "TaxBasisTotalAmount", _tax_basis(invoice))
        _put(sums, "TaxTotalAmount", tax, currencyID=self._currency)
        _put(sums, "RoundingAmount", summary.rounding)
        _put(sums, "GrandTotalAmount", summary.total)
        _put(sums, "TotalPrepaidAmount", summary.amount_paid)
        _put(sums, "DuePayableAmount", due)
