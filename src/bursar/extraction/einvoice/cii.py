"""Cross Industry Invoice: ZUGFeRD 1, ZUGFeRD 2, Factur-X and XRechnung in UN/CEFACT's syntax.

ZUGFeRD 1.0 is a draft of the same message: its elements have other names and the same places, so that a table of names
is all that parts the two. EXTENDED adds logistics charges, delivery notes and the status of a line.
"""

from __future__ import annotations

from bursar.extraction.einvoice.syntax import AddressPaths, ChargePaths, LinePaths, PartyPaths, PaymentPaths, Syntax

_DEAL = "SupplyChainTradeTransaction"
_AGREEMENT = f"{_DEAL}/ApplicableHeaderTradeAgreement"
_DELIVERY = f"{_DEAL}/ApplicableHeaderTradeDelivery"
_SETTLEMENT = f"{_DEAL}/ApplicableHeaderTradeSettlement"
_SUMS = f"{_SETTLEMENT}/MonetarySummation"
_PERIOD = "BillingSpecifiedPeriod"
_START = f"{_PERIOD}/StartDateTime/DateTimeString"
_END = f"{_PERIOD}/EndDateTime/DateTimeString"

_ZUGFERD_1 = {
    "HeaderExchangedDocument": "ExchangedDocument",
    "SpecifiedSupplyChainTradeTransaction": "SupplyChainTradeTransaction",
    "ApplicableSupplyChainTradeAgreement": "ApplicableHeaderTradeAgreement",
    "ApplicableSupplyChainTradeDelivery": "ApplicableHeaderTradeDelivery",
    "ApplicableSupplyChainTradeSettlement": "ApplicableHeaderTradeSettlement",
    "SpecifiedSupplyChainTradeAgreement": "SpecifiedLineTradeAgreement",
    "SpecifiedSupplyChainTradeDelivery": "SpecifiedLineTradeDelivery",
    "SpecifiedSupplyChainTradeSettlement": "SpecifiedLineTradeSettlement",
    "ApplicablePercent": "RateApplicablePercent",
    "DeliveryNoteReferencedDocument": "DespatchAdviceReferencedDocument",
}
_ONE_SUMMATION = {
    "SpecifiedTradeSettlementMonetarySummation": "MonetarySummation",
    "SpecifiedTradeSettlementHeaderMonetarySummation": "MonetarySummation",
    "SpecifiedTradeSettlementLineMonetarySummation": "MonetarySummation",
}


def _reference(name: str) -> str:
    return f"{name}/IssuerAssignedID | {name}/ID"


def _allowances(parent: str) -> ChargePaths:
    nodes = f"{parent}/SpecifiedTradeAllowanceCharge"
    return ChargePaths(nodes, "ChargeIndicator/Indicator", "ActualAmount", "Reason", "ReasonCode")


CII = Syntax(
    name="CII",
    renamed=_ZUGFERD_1 | _ONE_SUMMATION,
    header={
        "invoice_info.invoice_number": "ExchangedDocument/ID",
        "invoice_info.invoice_date": "ExchangedDocument/IssueDateTime/DateTimeString | ExchangedDocument/IssueDateTime",
        "invoice_info.invoice_time": "ExchangedDocument/IssueDateTime/DateTimeString",
        "invoice_info.due_date": f"{_SETTLEMENT}/SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString",
        "invoice_info.currency": f"{_SETTLEMENT}/InvoiceCurrencyCode",
        "invoice_info.language": "ExchangedDocument/LanguageID",
        "invoice_info.purchase_order": _reference(f"{_AGREEMENT}/BuyerOrderReferencedDocument"),
        "invoice_info.customer_reference": f"{_AGREEMENT}/BuyerReference",
        "invoice_info.contract_number": _reference(f"{_AGREEMENT}/ContractReferencedDocument"),
        "invoice_info.delivery_note": _reference(f"{_DELIVERY}/DespatchAdviceReferencedDocument"),
        "invoice_info.delivery_date": f"{_DELIVERY}/ActualDeliverySupplyChainEvent/OccurrenceDateTime/DateTimeString",
        "invoice_info.service_period.start_date": f"{_SETTLEMENT}/{_START}",
        "invoice_info.service_period.end_date": f"{_SETTLEMENT}/{_END}",
        "invoice_info.preceding_invoice": _reference(f"{_SETTLEMENT}/InvoiceReferencedDocument"),
        "summary.subtotal": f"{_SUMS}/TaxBasisTotalAmount",
        "summary.discount_total": f"{_SUMS}/AllowanceTotalAmount",
        "summary.rounding": f"{_SUMS}/RoundingAmount",
        "summary.total": f"{_SUMS}/GrandTotalAmount",
        "summary.amount_paid": f"{_SUMS}/TotalPrepaidAmount",
        "summary.amount_due": f"{_SUMS}/DuePayableAmount",
        "payment.terms": f"{_SETTLEMENT}/SpecifiedTradePaymentTerms/Description",
        "payment.reference": f"{_SETTLEMENT}/PaymentReference",
    },
    type_code="ExchangedDocument/TypeCode",
    notes="ExchangedDocument/IncludedNote/Content",
    seller=f"{_AGREEMENT}/SellerTradeParty",
    buyer=f"{_AGREEMENT}/BuyerTradeParty",
    party=PartyPaths(
        fields={
            "name": "Name",
            "registration_number": "SpecifiedLegalOrganization/ID",
            "contact.email": "DefinedTradeContact/EmailURIUniversalCommunication/URIID"
            " | DefinedTradeContact/EmailURIUniversalCommunication/CompleteNumber"
            " | URIUniversalCommunication/URIID[@schemeID='EM']",
            "contact.phone": "DefinedTradeContact/TelephoneUniversalCommunication/CompleteNumber",
        },
        address="PostalTradeAddress",
        registrations="SpecifiedTaxRegistration",
        number="ID",
        scheme="ID/@schemeID",
        identifiers="GlobalID",
        own_number="ID",
    ),
    ship_to=f"{_DELIVERY}/ShipToTradeParty",
    ship_to_name="Name",
    ship_to_address="PostalTradeAddress",
    address=AddressPaths(
        lines=(("LineOne",), ("LineTwo",), ("LineThree",)),
        city="CityName",
        postal_code="PostcodeCode",
        state="CountrySubDivisionName",
        country="CountryID",
    ),
    payee_name=f"{_SETTLEMENT}/PayeeTradeParty/Name",
    payment=PaymentPaths(
        nodes=f"{_SETTLEMENT}/SpecifiedTradeSettlementPaymentMeans",
        code="TypeCode",
        text="Information",
        account="PayeePartyCreditorFinancialAccount/IBANID | PayeePartyCreditorFinancialAccount/ProprietaryID",
        fields={
            "account_holder": "PayeePartyCreditorFinancialAccount/AccountName",
            "account_number": "PayeePartyCreditorFinancialAccount/ProprietaryID",
            "bic": "PayeeSpecifiedCreditorFinancialInstitution/BICID",
            "bank_name": "PayeeSpecifiedCreditorFinancialInstitution/Name",
            "routing_number": "PayeeSpecifiedCreditorFinancialInstitution/GermanBankleitzahlID",
        },
    ),
    tax_totals=f"{_SUMS}/TaxTotalAmount",
    taxes=f"{_SETTLEMENT}/ApplicableTradeTax",
    tax={
        "kind": "TypeCode",
        "rate": "RateApplicablePercent",
        "base": "BasisAmount",
        "amount": "CalculatedAmount",
        "note": "ExemptionReason",
    },
    tax_category="CategoryCode",
    charges=(
        _allowances(_SETTLEMENT),
        ChargePaths(f"{_SETTLEMENT}/SpecifiedLogisticsServiceCharge", "", "AppliedAmount", "Description", ""),
    ),
    lines=LinePaths(
        nodes=f"{_DEAL}/IncludedSupplyChainTradeLineItem",
        number="AssociatedDocumentLineDocument/LineID",
        fields={
            "description": "SpecifiedTradeProduct/Name | SpecifiedTradeProduct/Description",
            "product_code": "SpecifiedTradeProduct/SellerAssignedID | SpecifiedTradeProduct/GlobalID"
            " | SpecifiedTradeProduct/BuyerAssignedID",
            "hsn_code": "SpecifiedTradeProduct/DesignatedProductClassification/ClassCode[@listID='HS']",
            "quantity": "SpecifiedLineTradeDelivery/BilledQuantity",
            "unit": "SpecifiedLineTradeDelivery/BilledQuantity/@unitCode",
            "tax_rate": "SpecifiedLineTradeSettlement/ApplicableTradeTax/RateApplicablePercent",
            "tax_amount": "SpecifiedLineTradeSettlement/ApplicableTradeTax/CalculatedAmount",
            "amount": "SpecifiedLineTradeSettlement/MonetarySummation/LineTotalAmount",
            "service_period.start_date": f"SpecifiedLineTradeSettlement/{_START}",
            "service_period.end_date": f"SpecifiedLineTradeSettlement/{_END}",
        },
        price="SpecifiedLineTradeAgreement/NetPriceProductTradePrice/ChargeAmount",
        price_basis="SpecifiedLineTradeAgreement/NetPriceProductTradePrice/BasisQuantity",
        status="AssociatedDocumentLineDocument/LineStatusReasonCode",
        notes="AssociatedDocumentLineDocument/IncludedNote/Content",
        charges=_allowances("SpecifiedLineTradeSettlement"),
    ),
)
