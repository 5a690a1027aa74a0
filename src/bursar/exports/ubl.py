"""UBL 2.1 (ISO/IEC 19845): `Invoice` or `CreditNote` with what the document says, and no claim to any national profile."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from lxml import etree

from bursar.exports.accounts import refuse
from bursar.exports.elements import Element, printable
from bursar.facts.document import Address
from bursar.facts.invoice import Invoice, InvoiceLine, Party, TaxLine
from bursar.facts.money import total_of

_NAME = "UBL"
_URN = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAC, _CBC = f"{_URN}CommonAggregateComponents-2", f"{_URN}CommonBasicComponents-2"
_NO_SUBTOTAL = ("service_charge", "withholding")  # no taxes on top, in UBL's terms
_TYPE_CODES = {"proforma": "325", "credit_note": "381"}  # UNTDID 1001
_CREDIT_TRANSFER, _NOT_DEFINED = "30", "1"  # UNTDID 4461


def write_ubl(invoice: Invoice) -> bytes:
    """Return UBL 2.1. Raises `CannotExport` where number, date, currency, lines with amounts or the amount due lack."""
    _check(invoice)
    return _Writer(invoice).write()


def _check(invoice: Invoice) -> None:
    info = invoice.invoice_info
    needed = {
        "invoice_info.invoice_number": info.invoice_number,
        "invoice_info.invoice_date": info.invoice_date,
        "invoice_info.currency": info.currency,
        "summary.total": _payable(invoice),
        "items": invoice.items or None,
    }
    missing = [name for name, value in needed.items() if value is None]
    missing += [f"items.{index}.amount" for index, item in enumerate(invoice.items) if item.amount is None]
    if missing:
        raise refuse(_NAME, missing)


def _payable(invoice: Invoice) -> Decimal | None:
    return invoice.summary.total if invoice.summary.amount_due is None else invoice.summary.amount_due


class _Writer:
    """Writes one invoice in the order of the schema, in which every element has its place."""

    def __init__(self, invoice: Invoice) -> None:
        self._invoice = invoice
        self._currency = invoice.invoice_info.currency or ""
        self._is_credit = invoice.document_type == "credit_note"
        space = f"{_URN}{'CreditNote' if self._is_credit else 'Invoice'}-2"
        root = "CreditNote" if self._is_credit else "Invoice"
        self._root = etree.Element(f"{{{space}}}{root}", nsmap={None: space, "cac": _CAC, "cbc": _CBC})

    def write(self) -> bytes:
        self._write_head()
        self._write_references()
        self._write_party("AccountingSupplierParty", self._invoice.vendor)
        self._write_party("AccountingCustomerParty", self._invoice.customer, self._invoice.customer.customer_id)
        self._write_delivery()
        self._write_payment()
        self._write_charges()
        self._write_taxes()
        self._write_totals()
        for item in self._invoice.items:
            self._write_line(item)
        return bytes(etree.tostring(self._root, encoding="UTF-8", pretty_print=True, xml_declaration=True))

    def _value(self, parent: Element, name: str, value: object, /, **attributes: str) -> None:
        text = format(value, "f") if isinstance(value, Decimal) else "" if value is None else str(value)
        text = " ".join(printable(text).split())
        if text:
            etree.SubElement(parent, f"{{{_CBC}}}{name}", attributes).text = text

    def _amount(self, parent: Element, name: str, value: Decimal | None) -> None:
        self._value(parent, name, value, currencyID=self._currency)

    def _part(self, parent: Element, path: str) -> Element:
        for name in path.split("/"):
            parent = etree.SubElement(parent, f"{{{_CAC}}}{name}")
        return parent

    def _write_head(self) -> None:
        root, info = self._root, self._invoice.invoice_info
        self._value(root, "UBLVersionID", "2.1")
        self._value(root, "ID", info.invoice_number)
        self._value(root, "IssueDate", info.invoice_date)
        if not self._is_credit:
            self._value(root, "DueDate", info.due_date)
        code = _TYPE_CODES.get(self._invoice.document_type, "380")
        self._value(root, "CreditNoteTypeCode" if self._is_credit else "InvoiceTypeCode", code)
        self._value(root, "Note", self._invoice.notes)
        self._value(root, "DocumentCurrencyCode", self._currency)
        self._value(root, "BuyerReference", info.customer_reference)
        if info.service_period.start_date or info.service_period.end_date:
            period = self._part(root, "InvoicePeriod")
            self._value(period, "StartDate", info.service_period.start_date)
            self._value(period, "EndDate", info.service_period.end_date)

    def _write_references(self) -> None:
        info = self._invoice.invoice_info
        for path, number in (
            ("OrderReference", info.purchase_order),
            ("BillingReference/InvoiceDocumentReference", info.preceding_invoice),
            ("DespatchDocumentReference", info.delivery_note),
            ("ContractDocumentReference", info.contract_number),
        ):
            if number:
                self._value(self._part(self._root, path), "ID", number)

    def _write_party(self, role: str, firm: Party, customer_id: str | None = None) -> None:
        party = self._part(self._root, f"{role}/Party")
        self._value(party, "WebsiteURI", firm.contact.website)
        if customer_id:
            self._value(self._part(party, "PartyIdentification"), "ID", customer_id)
        if firm.name:
            self._value(self._part(party, "PartyName"), "Name", firm.name)
        self._write_address(party, "PostalAddress", firm.address)
        if firm.tax_id:
            scheme = self._part(party, "PartyTaxScheme")
            self._value(scheme, "CompanyID", firm.tax_id)
            self._value(self._part(scheme, "TaxScheme"), "ID", "VAT")
        if firm.name or firm.registration_number:
            legal = self._part(party, "PartyLegalEntity")
            self._value(legal, "RegistrationName", firm.name)
            self._value(legal, "CompanyID", firm.registration_number)
        if firm.contact.phone or firm.contact.email:
            contact = self._part(party, "Contact")
            self._value(contact, "Telephone", firm.contact.phone)
            self._value(contact, "ElectronicMail", firm.contact.email)

    def _write_address(self, parent: Element, name: str, address: Address) -> None:
        """Write the parts, or the lines as printed where the address could not be taken apart."""
        if not (address.text or address.street or address.city or address.country):
            return
        node = self._part(parent, name)
        self._value(node, "StreetName", address.street)
        self._value(node, "CityName", address.city)
        self._value(node, "PostalZone", address.postal_code)
        self._value(node, "CountrySubentity", address.state)
        if not (address.street or address.city):
            for line in (address.text or "").splitlines():
                self._value(self._part(node, "AddressLine"), "Line", line)
        if address.country:
            self._value(self._part(node, "Country"), "IdentificationCode", address.country)

    def _write_delivery(self) -> None:
        day, place = self._invoice.invoice_info.delivery_date, self._invoice.ship_to
        if not (day or place.name or place.address.text):
            return
        delivery = self._part(self._root, "Delivery")
        self._value(delivery, "ActualDeliveryDate", day)
        if place.address.text or place.address.street:
            self._write_address(self._part(delivery, "DeliveryLocation"), "Address", place.address)
        if place.name:
            self._value(self._part(delivery, "DeliveryParty/PartyName"), "Name", place.name)

    def _write_payment(self) -> None:
        payment, due = self._invoice.payment, self._invoice.invoice_info.due_date
        bank = payment.bank_info
        account = bank.iban or bank.account_number
        if account or payment.method or payment.reference or (self._is_credit and due):
            means = self._part(self._root, "PaymentMeans")
            named = {"name": " ".join(printable(payment.method).split())} if payment.method else {}
            self._value(means, "PaymentMeansCode", _CREDIT_TRANSFER if account else _NOT_DEFINED, **named)
            if self._is_credit:
                self._value(means, "PaymentDueDate", due)
            self._value(means, "PaymentID", payment.reference)
            if account:
                payee = self._part(means, "PayeeFinancialAccount")
                self._value(payee, "ID", account)
                self._value(payee, "Name", bank.account_holder)
                if bank.bic:
                    self._value(self._part(payee, "FinancialInstitutionBranch"), "ID", bank.bic)
        if payment.terms:
            self._value(self._part(self._root, "PaymentTerms"), "Note", payment.terms)

    def _write_charges(self) -> None:
        summary = self._invoice.summary
        self._write_charge(summary.discount_total, is_charge=False, reason="Discount")
        self._write_charge(summary.shipping, is_charge=True, reason="Freight", code="FC")
        self._write_charge(summary.tip, is_charge=True, reason="Tip")
        for tax in self._invoice.taxes:
            if tax.kind == "service_charge":
                self._write_charge(tax.amount, is_charge=True, reason=tax.note or "Service charge")

    def _write_charge(self, amount: Decimal | None, *, is_charge: bool, reason: str, code: str | None = None) -> None:
        if amount is None or amount == 0:
            return
        charge = self._part(self._root, "AllowanceCharge")
        self._value(charge, "ChargeIndicator", "true" if is_charge else "false")
        self._value(charge, "AllowanceChargeReasonCode", code)
        self._value(charge, "AllowanceChargeReason", reason)
        self._amount(charge, "Amount", amount)

    def _write_taxes(self) -> None:
        """Write the tax total and its parts; a part without base or amount, which the schema demands, is left out."""
        taxes = [tax for tax in self._invoice.taxes if tax.kind not in _NO_SUBTOTAL and tax.amount is not None]
        total = self._invoice.summary.tax_total
        if total is None and not taxes:
            return
        node = self._part(self._root, "TaxTotal")
        self._amount(node, "TaxAmount", total if total is not None else _sum_of(taxes))
        for tax in taxes:
            part = self._part(node, "TaxSubtotal")
            self._amount(part, "TaxableAmount", tax.base)
            self._amount(part, "TaxAmount", tax.amount)
            self._write_category(self._part(part, "TaxCategory"), tax.rate, tax.kind, tax.note)

    def _write_category(self, category: Element, rate: Decimal | None, kind: str, note: str | None = None) -> None:
        if self._invoice.reverse_charge:
            self._value(category, "ID", "AE")
        elif rate:
            self._value(category, "ID", "S")
        self._value(category, "Percent", rate)
        self._value(category, "TaxExemptionReason", note)
        self._value(self._part(category, "TaxScheme"), "ID", "STT" if kind == "sales_tax" else kind)

    def _write_totals(self) -> None:
        summary = self._invoice.summary
        sums = self._part(self._root, "LegalMonetaryTotal")
        self._amount(sums, "TaxExclusiveAmount", summary.subtotal)
        self._amount(sums, "TaxInclusiveAmount", summary.total)
        self._amount(sums, "AllowanceTotalAmount", summary.discount_total)
        self._amount(sums, "PrepaidAmount", summary.amount_paid)
        self._amount(sums, "PayableRoundingAmount", summary.rounding)
        self._amount(sums, "PayableAmount", _payable(self._invoice))

    def _write_line(self, item: InvoiceLine) -> None:
        line = self._part(self._root, "CreditNoteLine" if self._is_credit else "InvoiceLine")
        self._value(line, "ID", item.line_number)
        unit = {"unitCode": item.unit} if item.unit else {}
        self._value(line, "CreditedQuantity" if self._is_credit else "InvoicedQuantity", item.quantity, **unit)
        self._amount(line, "LineExtensionAmount", item.amount)
        if item.service_period:
            period = self._part(line, "InvoicePeriod")
            self._value(period, "StartDate", item.service_period.start_date)
            self._value(period, "EndDate", item.service_period.end_date)
        if item.tax_amount is not None:
            self._amount(self._part(line, "TaxTotal"), "TaxAmount", item.tax_amount)
        self._write_item(line, item)
        if item.unit_price is not None:
            self._amount(self._part(line, "Price"), "PriceAmount", item.unit_price)

    def _write_item(self, line: Element, item: InvoiceLine) -> None:
        node = self._part(line, "Item")
        self._value(node, "Name", item.description)
        if item.product_code:
            self._value(self._part(node, "SellersItemIdentification"), "ID", item.product_code)
        if item.hsn_code:
            self._value(
                self._part(node, "CommodityClassification"), "ItemClassificationCode", item.hsn_code, listID="HS"
            )
        if item.tax_rate is not None:
            self._write_category(self._part(node, "ClassifiedTaxCategory"), item.tax_rate, "VAT")


def _sum_of(taxes: Sequence[TaxLine]) -> Decimal:
    return total_of(tax.amount for tax in taxes if tax.amount is not None)
