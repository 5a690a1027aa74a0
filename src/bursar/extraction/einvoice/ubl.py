"""Universal Business Language 2.1, Invoice and CreditNote: XRechnung, Peppol BIS and their kin (ISO/IEC 19845).

UBL 2.0, which national formats before EN 16931 used, has the rate beside the tax category and a tax total on each line.
"""

from __future__ import annotations

from bursar.extraction.einvoice.syntax import AddressPaths, ChargePaths, LinePaths, PartyPaths, PaymentPaths, Syntax

_SUMS = "LegalMonetaryTotal"


def _charges(nodes: str) -> ChargePaths:
    return ChargePaths(nodes, "ChargeIndicator", "Amount", "AllowanceChargeReason", "AllowanceChargeReasonCode")


UBL = Syntax(
    name="UBL",
    header={
        "invoice_info.invoice_number": "ID",
        "invoice_info.invoice_date": "IssueDate",
        "invoice_info.invoice_time": "IssueTime",
        "invoice_info.due_date": "DueDate | PaymentMeans/PaymentDueDate | PaymentTerms/PaymentDueDate",
        "invoice_info.currency": "DocumentCurrencyCode",
        "invoice_info.purchase_order": "OrderReference/ID",
        "invoice_info.customer_reference": "BuyerReference",
        "invoice_info.contract_number": "ContractDocumentReference/ID",
        "invoice_info.delivery_note": "DespatchDocumentReference/ID",
        "invoice_info.delivery_date": "Delivery/ActualDeliveryDate",
        "invoice_info.service_period.start_date": "InvoicePeriod/StartDate",
        "invoice_info.service_period.end_date": "InvoicePeriod/EndDate",
        "invoice_info.preceding_invoice": "BillingReference/InvoiceDocumentReference/ID"
        " | BillingReference/CreditNoteDocumentReference/ID",
        "summary.subtotal": f"{_SUMS}/TaxExclusiveAmount",
        "summary.discount_total": f"{_SUMS}/AllowanceTotalAmount",
        "summary.rounding": f"{_SUMS}/PayableRoundingAmount",
        "summary.total": f"{_SUMS}/TaxInclusiveAmount",
        "summary.amount_paid": f"{_SUMS}/PrepaidAmount",
        "summary.amount_due": f"{_SUMS}/PayableAmount",
        "payment.terms": "PaymentTerms/Note",
        "payment.reference": "PaymentMeans/PaymentID",
    },
    type_code="InvoiceTypeCode | CreditNoteTypeCode",
    notes="Note",
    seller="AccountingSupplierParty/Party",
    buyer="AccountingCustomerParty/Party",
    party=PartyPaths(
        fields={
            "name": "PartyLegalEntity/RegistrationName | PartyName/Name",
            "registration_number": "PartyLegalEntity/CompanyID",
            "contact.email": "Contact/ElectronicMail | EndpointID[@schemeID='EM']",
            "contact.phone": "Contact/Telephone",
            "contact.website": "WebsiteURI",
        },
        address="PostalAddress",
        registrations="PartyTaxScheme",
        number="CompanyID",
        scheme="TaxScheme/ID",
        identifiers="PartyIdentification/ID",
        own_number="PartyIdentification/ID",
    ),
    ship_to="Delivery",
    ship_to_name="DeliveryParty/PartyName/Name",
    ship_to_address="DeliveryLocation/Address",
    address=AddressPaths(
        lines=(("StreetName", "BuildingNumber"), ("AdditionalStreetName",), ("AddressLine/Line",)),
        city="CityName",
        postal_code="PostalZone",
        state="CountrySubentity",
        country="Country/IdentificationCode",
    ),
    payee_name="PayeeParty/PartyName/Name",
    payment=PaymentPaths(
        nodes="PaymentMeans",
        code="PaymentMeansCode",
        text="PaymentMeansCode/@name",
        account="PayeeFinancialAccount/ID",
        fields={
            "account_holder": "PayeeFinancialAccount/Name",
            "bic": "PayeeFinancialAccount/FinancialInstitutionBranch/ID"
            " | PayeeFinancialAccount/FinancialInstitutionBranch/FinancialInstitution/ID",
            "bank_name": "PayeeFinancialAccount/FinancialInstitutionBranch/FinancialInstitution/Name",
        },
    ),
    tax_totals="TaxTotal/TaxAmount",
    taxes="TaxTotal/TaxSubtotal",
    tax={
        "kind": "TaxCategory/TaxScheme/ID",
        "rate": "TaxCategory/Percent | Percent",
        "base": "TaxableAmount",
        "amount": "TaxAmount",
        "note": "TaxCategory/TaxExemptionReason",
    },
    tax_category="TaxCategory/ID",
    charges=(_charges("AllowanceCharge"),),
    lines=LinePaths(
        nodes="InvoiceLine | CreditNoteLine",
        number="ID",
        fields={
            "description": "Item/Name | Item/Description",
            "product_code": "Item/SellersItemIdentification/ID | Item/StandardItemIdentification/ID"
            " | Item/BuyersItemIdentification/ID",
            "hsn_code": "Item/CommodityClassification/ItemClassificationCode[@listID='HS']",
            "quantity": "InvoicedQuantity | CreditedQuantity",
            "unit": "InvoicedQuantity/@unitCode | CreditedQuantity/@unitCode",
            "tax_rate": "Item/ClassifiedTaxCategory/Percent | TaxTotal/TaxSubtotal/TaxCategory/Percent"
            " | TaxTotal/TaxSubtotal/Percent",
            "tax_amount": "TaxTotal/TaxAmount",
            "amount": "LineExtensionAmount",
            "service_period.start_date": "InvoicePeriod/StartDate",
            "service_period.end_date": "InvoicePeriod/EndDate",
        },
        price="Price/PriceAmount",
        price_basis="Price/BaseQuantity",
        status="",
        notes="Note",
        charges=_charges("AllowanceCharge"),
    ),
)
