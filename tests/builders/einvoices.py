"""E-invoices of made-up firms: one deal, written as CII of both generations or as UBL, and put into PDFs."""

import io
from dataclasses import dataclass, replace

import pikepdf
from lxml import etree

RAM_1 = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:12"
RAM_2 = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
CII_1 = "urn:ferd:CrossIndustryDocument:invoice:1p0"
CII_2 = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
UDT_1 = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:15"
UDT_2 = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
ORDER_X = "urn:un:unece:uncefact:data:SCRDMCCBDACIOMessageStructure:100"


@dataclass(frozen=True)
class Firm:
    name: str = "Quellwerk Pumpen GmbH"
    lines: tuple[str, ...] = ("Am Brunnen 7",)
    postal_code: str = "04109"
    city: str = "Leipzig"
    country: str = "DE"
    vat_id: str | None = "DE123456788"
    tax_number: str | None = None
    gln: str | None = None
    legal_id: str | None = None
    number: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class Good:
    name: str = "Kreiselpumpe K 40"
    quantity: str = "2"
    price: str = "100.00"
    amount: str = "200.00"
    rate: str = "19"
    basis: str | None = None
    code: str | None = "K-40"
    unit: str = "H87"
    discount: str | None = None
    status: str | None = None


@dataclass(frozen=True)
class Charge:
    amount: str
    reason: str
    is_charge: bool = False
    code: str | None = None


@dataclass(frozen=True)
class Tax:
    rate: str | None = "19"
    base: str = "200.00"
    amount: str = "38.00"
    category: str = "S"
    reason: str | None = None


@dataclass(frozen=True)
class Deal:
    """Everything that an invoice says; None is left out of the XML."""

    number: str = "QW-2031"
    type_code: str | None = "380"
    date: str = "20240315"
    date_format: str = "102"
    due_date: str | None = "20240414"
    currency: str = "EUR"
    seller: Firm = Firm()
    buyer: Firm = Firm("Gasthof Linde KG", ("Dorfplatz 1",), "88131", "Lindau", vat_id=None)
    ship_to: Firm | None = None
    goods: tuple[Good, ...] = (Good(),)
    taxes: tuple[Tax, ...] = (Tax(),)
    charges: tuple[Charge, ...] = ()
    net: str = "200.00"
    allowances: str | None = None
    tax: str | None = "38.00"
    foreign_tax: tuple[str, str] | None = None  # amount, currency of the tax authority
    total: str = "238.00"
    paid: str | None = None
    rounding: str | None = None
    due: str = "238.00"
    iban: str | None = "DE02120300000000202051"
    bic: str | None = "BYLADEM1001"
    holder: str | None = None
    means: str | None = "58"
    terms: str | None = "30 Tage netto"
    reference: str | None = None
    order: str | None = "B-77"
    buyer_reference: str | None = None
    contract: str | None = None
    delivery_note: str | None = None
    delivery_date: str | None = None
    period: tuple[str, str] | None = None
    preceding: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def but(self, **changes):
        return replace(self, **changes)


REVERSE_CHARGE = Deal().but(
    goods=(Good(rate="0"),),
    taxes=(Tax("0", "200.00", "0.00", "AE", "Steuerschuldnerschaft des Leistungsempfängers"),),
    tax="0.00",
    total="200.00",
    due="200.00",
)


def build_cii(deal=Deal(), *, generation=2, profile="urn:cen.eu:en16931:2017", with_lines=True):
    """Write the deal as Cross Industry Invoice: ZUGFeRD 1 (`generation` 1), or ZUGFeRD 2, Factur-X and XRechnung."""
    names = _NAMES[generation]
    root = etree.Element(
        f"{{{names['root_namespace']}}}{names['root']}",
        nsmap={"rsm": names["root_namespace"], "ram": names["ram"], "udt": names["udt"]},
    )
    write = _Writer(names["ram"], names)
    context = write(root, "context", ns=names["root_namespace"])
    write(write(context, "GuidelineSpecifiedDocumentContextParameter"), "ID", profile)
    head = write(root, "document", ns=names["root_namespace"])
    write(head, "ID", deal.number)
    write(head, "TypeCode", deal.type_code)
    _date(write, head, "IssueDateTime", deal.date, deal.date_format)
    for note in deal.notes:
        write(write(head, "IncludedNote"), "Content", note)
    body = write(root, "deal", ns=names["root_namespace"])
    if with_lines:
        for position, good in enumerate(deal.goods, 1):
            _cii_line(write, body, position, good)
    _cii_agreement(write, write(body, "agreement"), deal)
    _cii_delivery(write, write(body, "delivery"), deal)
    _cii_settlement(write, write(body, "settlement"), deal)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def build_ubl(deal=Deal(), *, credit_note=False):
    """Write the deal as UBL 2.1 Invoice or CreditNote; its dates may be compact, UBL gets them as ISO 8601."""
    kind = "CreditNote" if credit_note else "Invoice"
    cac, cbc = f"{UBL}CommonAggregateComponents-2", f"{UBL}CommonBasicComponents-2"
    root = etree.Element(f"{{{UBL}{kind}-2}}{kind}", nsmap={None: f"{UBL}{kind}-2", "cac": cac, "cbc": cbc})
    write = _UblWriter(cac, cbc)
    write(root, "CustomizationID", "urn:cen.eu:en16931:2017")
    write(root, "ID", deal.number)
    write(root, "IssueDate", _iso(deal.date))
    write(root, "DueDate", None if credit_note else _iso(deal.due_date))
    write(root, f"{kind}TypeCode", deal.type_code)
    for note in deal.notes:
        write(root, "Note", note)
    write(root, "DocumentCurrencyCode", deal.currency)
    write(root, "BuyerReference", deal.buyer_reference)
    if deal.period:
        period = write(root, "InvoicePeriod")
        write(period, "StartDate", _iso(deal.period[0]))
        write(period, "EndDate", _iso(deal.period[1]))
    write(root, "OrderReference/ID", deal.order)
    for number in deal.preceding:
        write(root, "BillingReference/InvoiceDocumentReference/ID", number)
    write(root, "DespatchDocumentReference/ID", deal.delivery_note)
    write(root, "ContractDocumentReference/ID", deal.contract)
    _ubl_party(write, write(write(root, "AccountingSupplierParty"), "Party"), deal.seller)
    _ubl_party(write, write(write(root, "AccountingCustomerParty"), "Party"), deal.buyer)
    _ubl_delivery(write, root, deal)
    _ubl_payment(write, root, deal, credit_note=credit_note)
    for charge in deal.charges:
        _ubl_charge(write, root, charge, deal.currency)
    _ubl_totals(write, root, deal)
    for position, good in enumerate(deal.goods, 1):
        _ubl_line(write, root, position, good, deal.currency, credit_note=credit_note)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def build_order_x():
    """Write the beginning of an Order-X order."""
    return f'<?xml version="1.0"?><rsm:SCRDMCCBDACIOMessageStructure xmlns:rsm="{ORDER_X}"/>'.encode()


def embed(files, pdf=None):
    """Return the PDF (a blank page without one) with the files attached: name to bytes."""
    with pikepdf.open(io.BytesIO(pdf)) if pdf else pikepdf.new() as document:
        if not pdf:
            document.add_blank_page(page_size=(595, 842))
        for name, content in files.items():
            document.attachments[name] = pikepdf.AttachedFileSpec(
                document, content, filename=name, mime_type="text/xml"
            )
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()


_NAMES = {
    1: {
        "root_namespace": CII_1,
        "ram": RAM_1,
        "udt": UDT_1,
        "root": "CrossIndustryDocument",
        "context": "SpecifiedExchangedDocumentContext",
        "document": "HeaderExchangedDocument",
        "deal": "SpecifiedSupplyChainTradeTransaction",
        "agreement": "ApplicableSupplyChainTradeAgreement",
        "delivery": "ApplicableSupplyChainTradeDelivery",
        "settlement": "ApplicableSupplyChainTradeSettlement",
        "line_agreement": "SpecifiedSupplyChainTradeAgreement",
        "line_delivery": "SpecifiedSupplyChainTradeDelivery",
        "line_settlement": "SpecifiedSupplyChainTradeSettlement",
        "sums": "SpecifiedTradeSettlementMonetarySummation",
        "line_sums": "SpecifiedTradeSettlementMonetarySummation",
        "percent": "ApplicablePercent",
        "reference_id": "ID",
        "despatch": "DeliveryNoteReferencedDocument",
    },
    2: {
        "root_namespace": CII_2,
        "ram": RAM_2,
        "udt": UDT_2,
        "root": "CrossIndustryInvoice",
        "context": "ExchangedDocumentContext",
        "document": "ExchangedDocument",
        "deal": "SupplyChainTradeTransaction",
        "agreement": "ApplicableHeaderTradeAgreement",
        "delivery": "ApplicableHeaderTradeDelivery",
        "settlement": "ApplicableHeaderTradeSettlement",
        "line_agreement": "SpecifiedLineTradeAgreement",
        "line_delivery": "SpecifiedLineTradeDelivery",
        "line_settlement": "SpecifiedLineTradeSettlement",
        "sums": "SpecifiedTradeSettlementHeaderMonetarySummation",
        "line_sums": "SpecifiedTradeSettlementLineMonetarySummation",
        "percent": "RateApplicablePercent",
        "reference_id": "IssuerAssignedID",
        "despatch": "DespatchAdviceReferencedDocument",
    },
}


_UNQUALIFIED = ("DateTimeString", "Indicator")  # of CII, in the namespace of plain types


class _Writer:
    """Adds elements of one namespace; a value of None adds nothing, a path adds what lies on the way."""

    def __init__(self, namespace, names):
        self.namespace = namespace
        self.names = names

    def __call__(self, parent, path, text="", *, ns=None, **attributes):
        if text is None:
            return None
        for name in path.split("/"):
            space = self.names["udt"] if name in _UNQUALIFIED else ns or self.namespace
            parent = etree.SubElement(parent, f"{{{space}}}{self.names.get(name, name)}")
        if text:
            parent.text = text
        for key, value in attributes.items():
            parent.set(key, value)
        return parent


class _UblWriter(_Writer):
    """Knows that leaves and groups have different namespaces."""

    def __init__(self, groups, leaves):
        super().__init__(groups, {})
        self.leaves = leaves

    def __call__(self, parent, path, text="", **attributes):
        if text is None:
            return None
        *groups, leaf = path.split("/")
        for name in groups:
            parent = super().__call__(parent, name)
        return super().__call__(parent, leaf, text, ns=self.leaves if text else self.namespace, **attributes)


def _date(write, parent, name, text, code="102"):
    if text is not None:
        write(parent, f"{name}/DateTimeString", text, format=code)


def _cii_line(write, body, position, good):
    line = write(body, "IncludedSupplyChainTradeLineItem")
    number = write(line, "AssociatedDocumentLineDocument")
    write(number, "LineID", str(position))
    write(number, "LineStatusReasonCode", good.status)
    product = write(line, "SpecifiedTradeProduct")
    write(product, "SellerAssignedID", good.code)
    write(product, "Name", good.name)
    price = write(write(line, "line_agreement"), "NetPriceProductTradePrice")
    write(price, "ChargeAmount", good.price)
    write(price, "BasisQuantity", good.basis, unitCode=good.unit)
    write(line, "line_delivery/BilledQuantity", good.quantity, unitCode=good.unit)
    settlement = write(line, "line_settlement")
    tax = write(settlement, "ApplicableTradeTax")
    write(tax, "TypeCode", "VAT")
    write(tax, "percent", good.rate)
    if good.discount:
        _cii_charge(write, settlement, Charge(good.discount, "Rabatt"))
    write(settlement, "line_sums/LineTotalAmount", good.amount)


def _cii_charge(write, parent, charge):
    entry = write(parent, "SpecifiedTradeAllowanceCharge")
    write(entry, "ChargeIndicator/Indicator", "true" if charge.is_charge else "false")
    write(entry, "ActualAmount", charge.amount)
    write(entry, "ReasonCode", charge.code)
    write(entry, "Reason", charge.reason)


def _cii_party(write, parent, role, firm):
    party = write(parent, role)
    write(party, "ID", firm.number)
    write(party, "GlobalID", firm.gln, schemeID="0088")
    write(party, "Name", firm.name)
    write(party, "SpecifiedLegalOrganization/ID", firm.legal_id)
    if firm.email or firm.phone:
        contact = write(party, "DefinedTradeContact")
        write(contact, "TelephoneUniversalCommunication/CompleteNumber", firm.phone)
        write(contact, "EmailURIUniversalCommunication/URIID", firm.email)
    address = write(party, "PostalTradeAddress")
    write(address, "PostcodeCode", firm.postal_code)
    for name, line in zip(("LineOne", "LineTwo", "LineThree"), firm.lines, strict=False):
        write(address, name, line)
    write(address, "CityName", firm.city)
    write(address, "CountryID", firm.country)
    for scheme, number in (("FC", firm.tax_number), ("VA", firm.vat_id)):
        write(party, "SpecifiedTaxRegistration/ID", number, schemeID=scheme)


def _cii_agreement(write, agreement, deal):
    write(agreement, "BuyerReference", deal.buyer_reference)
    _cii_party(write, agreement, "SellerTradeParty", deal.seller)
    _cii_party(write, agreement, "BuyerTradeParty", deal.buyer)
    write(agreement, "BuyerOrderReferencedDocument/reference_id", deal.order)
    write(agreement, "ContractReferencedDocument/reference_id", deal.contract)


def _cii_delivery(write, delivery, deal):
    if deal.ship_to:
        _cii_party(write, delivery, "ShipToTradeParty", deal.ship_to)
    _date(write, delivery, "ActualDeliverySupplyChainEvent/OccurrenceDateTime", deal.delivery_date)
    write(delivery, "despatch/reference_id", deal.delivery_note)


def _cii_settlement(write, settlement, deal):
    write(settlement, "PaymentReference", deal.reference)
    write(settlement, "InvoiceCurrencyCode", deal.currency)
    if deal.means or deal.iban:
        means = write(settlement, "SpecifiedTradeSettlementPaymentMeans")
        write(means, "TypeCode", deal.means)
        write(means, "PayeePartyCreditorFinancialAccount/IBANID", deal.iban)
        write(means, "PayeePartyCreditorFinancialAccount/AccountName", deal.holder)
        write(means, "PayeeSpecifiedCreditorFinancialInstitution/BICID", deal.bic)
    for tax in deal.taxes:
        entry = write(settlement, "ApplicableTradeTax")
        write(entry, "CalculatedAmount", tax.amount)
        write(entry, "TypeCode", "VAT")
        write(entry, "ExemptionReason", tax.reason)
        write(entry, "BasisAmount", tax.base)
        write(entry, "CategoryCode", tax.category)
        write(entry, "percent", tax.rate)
    if deal.period:
        period = write(settlement, "BillingSpecifiedPeriod")
        for name, text in zip(("StartDateTime", "EndDateTime"), deal.period, strict=True):
            _date(write, period, name, text, "102" if len(text) == 8 else "610")
    for charge in deal.charges:
        _cii_charge(write, settlement, charge)
    if deal.terms or deal.due_date:
        terms = write(settlement, "SpecifiedTradePaymentTerms")
        write(terms, "Description", deal.terms)
        _date(write, terms, "DueDateDateTime", deal.due_date, "102" if len(deal.due_date or "") == 8 else "610")
    _cii_sums(write, write(settlement, "sums"), deal)
    for number in deal.preceding:
        write(settlement, "InvoiceReferencedDocument/reference_id", number)


def _cii_sums(write, sums, deal):
    write(sums, "AllowanceTotalAmount", deal.allowances)
    write(sums, "TaxBasisTotalAmount", deal.net)
    if deal.foreign_tax:
        write(sums, "TaxTotalAmount", deal.foreign_tax[0], currencyID=deal.foreign_tax[1])
    write(sums, "TaxTotalAmount", deal.tax, currencyID=deal.currency)
    write(sums, "RoundingAmount", deal.rounding)
    write(sums, "GrandTotalAmount", deal.total)
    write(sums, "TotalPrepaidAmount", deal.paid)
    write(sums, "DuePayableAmount", deal.due)


def _iso(text):
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if text and "-" not in text else text


def _ubl_party(write, party, firm):
    write(party, "PartyIdentification/ID", firm.gln, schemeID="0088")
    write(party, "PartyIdentification/ID", firm.number)
    _ubl_address(write, write(party, "PostalAddress"), firm)
    for scheme, number in (("FC", firm.tax_number), ("VAT", firm.vat_id)):
        if number:
            entry = write(party, "PartyTaxScheme")
            write(entry, "CompanyID", number)
            write(entry, "TaxScheme/ID", scheme)
    entity = write(party, "PartyLegalEntity")
    write(entity, "RegistrationName", firm.name)
    write(entity, "CompanyID", firm.legal_id)
    if firm.email or firm.phone:
        contact = write(party, "Contact")
        write(contact, "Telephone", firm.phone)
        write(contact, "ElectronicMail", firm.email)


def _ubl_address(write, address, firm):
    for name, line in zip(("StreetName", "AdditionalStreetName"), firm.lines, strict=False):
        write(address, name, line)
    write(address, "CityName", firm.city)
    write(address, "PostalZone", firm.postal_code)
    write(address, "Country/IdentificationCode", firm.country)


def _ubl_delivery(write, root, deal):
    if not (deal.ship_to or deal.delivery_date):
        return
    delivery = write(root, "Delivery")
    write(delivery, "ActualDeliveryDate", _iso(deal.delivery_date))
    if deal.ship_to:
        _ubl_address(write, write(write(delivery, "DeliveryLocation"), "Address"), deal.ship_to)
        write(delivery, "DeliveryParty/PartyName/Name", deal.ship_to.name)


def _ubl_payment(write, root, deal, *, credit_note):
    means = write(root, "PaymentMeans")
    write(means, "PaymentMeansCode", deal.means)
    write(means, "PaymentDueDate", _iso(deal.due_date) if credit_note else None)
    write(means, "PaymentID", deal.reference)
    if deal.iban:
        account = write(means, "PayeeFinancialAccount")
        write(account, "ID", deal.iban)
        write(account, "Name", deal.holder)
        write(account, "FinancialInstitutionBranch/ID", deal.bic)
    write(root, "PaymentTerms/Note", deal.terms)


def _ubl_charge(write, parent, charge, currency):
    entry = write(parent, "AllowanceCharge")
    write(entry, "ChargeIndicator", "true" if charge.is_charge else "false")
    write(entry, "AllowanceChargeReasonCode", charge.code)
    write(entry, "AllowanceChargeReason", charge.reason)
    write(entry, "Amount", charge.amount, currencyID=currency)


def _ubl_totals(write, root, deal):
    if deal.foreign_tax:
        write(root, "TaxTotal/TaxAmount", deal.foreign_tax[0], currencyID=deal.foreign_tax[1])
    tax_total = write(root, "TaxTotal")
    write(tax_total, "TaxAmount", deal.tax, currencyID=deal.currency)
    for tax in deal.taxes:
        entry = write(tax_total, "TaxSubtotal")
        write(entry, "TaxableAmount", tax.base, currencyID=deal.currency)
        write(entry, "TaxAmount", tax.amount, currencyID=deal.currency)
        category = write(entry, "TaxCategory")
        write(category, "ID", tax.category)
        write(category, "Percent", tax.rate)
        write(category, "TaxExemptionReason", tax.reason)
        write(category, "TaxScheme/ID", "VAT")
    sums = write(root, "LegalMonetaryTotal")
    for name, text in (
        ("TaxExclusiveAmount", deal.net),
        ("TaxInclusiveAmount", deal.total),
        ("AllowanceTotalAmount", deal.allowances),
        ("PrepaidAmount", deal.paid),
        ("PayableRoundingAmount", deal.rounding),
        ("PayableAmount", deal.due),
    ):
        write(sums, name, text, currencyID=deal.currency)


def _ubl_line(write, root, position, good, currency, *, credit_note):
    line = write(root, "CreditNoteLine" if credit_note else "InvoiceLine")
    write(line, "ID", str(position))
    write(line, "CreditedQuantity" if credit_note else "InvoicedQuantity", good.quantity, unitCode=good.unit)
    write(line, "LineExtensionAmount", good.amount, currencyID=currency)
    if good.discount:
        _ubl_charge(write, line, Charge(good.discount, "Rabatt"), currency)
    item = write(line, "Item")
    write(item, "Name", good.name)
    write(item, "SellersItemIdentification/ID", good.code)
    category = write(item, "ClassifiedTaxCategory")
    write(category, "Percent", good.rate)
    write(category, "TaxScheme/ID", "VAT")
    price = write(line, "Price")
    write(price, "PriceAmount", good.price, currencyID=currency)
    write(price, "BaseQuantity", good.basis, unitCode=good.unit)
