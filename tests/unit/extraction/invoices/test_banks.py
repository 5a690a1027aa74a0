"""The bank to pay to: printed beside the account, or derived from the IBAN; the holder, UPI and accounts without an IBAN."""

import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.einvoice import add_bank
from bursar.extraction.invoices.extractor import extract_invoice
from bursar.facts.evidence import Source
from bursar.facts.invoice import BankInfo, Invoice, Payment

HEAD = (
    ("Larkspur Tools Ltd", 40, 40, 14),
    ("4 Weir Road", 40, 58),
    ("Leeds LS1 4DJ", 40, 70),
    ("INVOICE", 40, 110, 12),
)
TOTAL = ("Total: EUR 20.00", 400, 500)
IBAN = "DE89 3704 0044 0532 0130 00"


def read(*lines):
    return extract_invoice(make_reading(make_page(*HEAD, TOTAL, *lines)))


def bank_of(*lines):
    return read(*lines).payment.bank_info.bank_name


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (f"IBAN {IBAN} (Rheinbank Köln)", "Rheinbank Köln"),
        (f"Kreissparkasse Musterau · IBAN {IBAN}", "Kreissparkasse Musterau"),
        (f"Konto: {IBAN} Harbour Bank of Leeds", "Harbour Bank of Leeds"),
        (f"IBAN: {IBAN} – Commerzbank", "Commerzbank"),
        ("Please pay: Upland Bank, Sort code 20-00-00, Account no. 55779911", "Upland Bank"),
        ("Bank: Upland Bank, A/c No: 000405001234, IFSC: ICIC0000004", "Upland Bank"),
    ],
)
def test_a_bank_is_named_beside_its_account(line, name):
    invoice = read((line, 40, 600))
    assert invoice.payment.bank_info.bank_name == name
    assert invoice.evidence["payment.bank_info.bank_name"].page == 1


def test_a_bank_is_named_on_the_line_above_or_below_with_the_same_edge():
    assert bank_of(("Rheinbank Köln", 40, 588), (f"IBAN {IBAN}", 40, 600)) == "Rheinbank Köln"
    assert bank_of((f"IBAN {IBAN}", 40, 600), ("Crédit Forestier", 40, 612)) == "Commerzbank"  # no bank for all we know


@pytest.mark.parametrize(
    "line",
    [
        f"IBAN {IBAN} Larkspur Tools",
        f"Bankverbindung IBAN {IBAN}",
        f"Please pay by bank transfer to {IBAN}",
        f"IBAN {IBAN}, Köln",
    ],
)
def test_what_is_no_banks_name_is_none_and_the_iban_tells_it(line):
    invoice = read((line, 40, 600))
    seen = invoice.evidence["payment.bank_info.bank_name"]
    assert invoice.payment.bank_info.bank_name == "Commerzbank"
    assert (seen.source, seen.page, seen.derived_from) == (Source.DERIVED, None, ("payment.bank_info.iban",))


def test_a_name_that_the_tables_cut_short_is_the_same_banks_and_its_place_is_not():
    iban = "FR76 1820 6000 1043 8729 3810 116"
    assert bank_of((f"IBAN {iban}", 40, 600), ("Crédit Agricole", 40, 612)) == "Crédit Agricole"
    assert bank_of((f"IBAN {iban}", 40, 600), ("Paris", 40, 612)) != "Paris"


def test_an_iban_that_fails_or_whose_bank_is_unknown_leads_to_none():
    assert bank_of(("IBAN DE89 3704 0044 0532 0130 01", 40, 600)) is None
    assert bank_of(("IBAN CH93 0076 2011 6238 5295 7", 40, 600)) is None


def test_the_holder_of_an_account_may_follow_in_a_sentence_over_two_lines():
    dutch = (("Factuurdatum: 03-05-2024", 380, 60), ("Vervaldatum: 17-05-2024", 380, 72), ("Te voldoen", 380, 84))
    lines = (*dutch, (f"Rekening {IBAN} t.n.v. Larkspur", 40, 600), ("Tools Ltd under the invoice's number.", 40, 612))
    assert read(*lines).payment.bank_info.account_holder == "Larkspur Tools Ltd"
    other = (*dutch, (f"Rekening {IBAN} t.n.v. Larkspur", 40, 600), ("Wheels Ltd under the invoice's number.", 40, 612))
    assert read(*other).payment.bank_info.account_holder is None


def test_an_address_of_upi_stands_behind_its_label():
    assert read(("UPI: larkspur@examplebank", 40, 600)).payment.bank_info.upi_id == "larkspur@examplebank"
    assert read(("UPI: larkspur@bank.example", 40, 600)).payment.bank_info.upi_id is None
    assert read(("larkspur@examplebank", 40, 600)).payment.bank_info.upi_id is None


def test_a_norwegian_account_beside_its_reference_needs_no_bank():
    account = read(("Betales til kontonr. 8601 11 17947 KID: 2033155104", 40, 600)).payment.bank_info.account_number
    assert account == "86011117947"
    wrong = read(("Betales til kontonr. 8601 11 17948 KID: 2033155104", 40, 600)).payment.bank_info.account_number
    assert wrong is None


@pytest.mark.parametrize(
    "lines",
    [
        (("Sort code 20-00-00, Account no. 55779911", 40, 600),),
        (("Please pay by BACS: Upland Bank, Sort code 20-00-00, Account no. 55779911.", 40, 600),),
        (("Sort code: 20-00-00", 40, 600), ("Account no: 55779911", 40, 612)),
    ],
)
def test_a_banks_account_is_no_number_of_a_customer(lines):
    invoice = read(*lines)
    assert invoice.customer.customer_id is None
    assert invoice.payment.bank_info.account_number == "55779911"


def test_an_account_apart_from_a_bank_is_the_customers():
    assert read(("Account no: 55779911", 380, 120)).customer.customer_id == "55779911"


def test_the_bank_of_an_einvoice_is_told_by_its_iban_and_not_where_it_is_named():
    told = add_bank(Invoice(payment=Payment(bank_info=BankInfo(iban="DE89370400440532013000"))))
    assert told.payment.bank_info.bank_name == "Commerzbank"
    assert told.evidence["payment.bank_info.bank_name"].source is Source.DERIVED
    named = Invoice(payment=Payment(bank_info=BankInfo(iban="DE89370400440532013000", bank_name="Rheinbank")))
    assert add_bank(named) is named
    unknown = Invoice(payment=Payment(bank_info=BankInfo(iban="DE00")))
    assert add_bank(unknown) is unknown


@pytest.mark.parametrize(
    "line", ["By bank transfer to", "Please pay to our bank", "Your Bank", "Payment by bank transfer"]
)
def test_a_sentence_about_a_bank_names_none(line):
    lines = [("Invoice 4711", 40, 40), (line, 40, 300), ("IBAN: GB29 NWBK 6016 1331 9268 19", 40, 312)]
    found = extract_invoice(make_reading(make_page(*lines))).payment.bank_info.bank_name
    assert found is None or "NATIONAL" in found
