"""What is taken off and added, rounded and told between the lines of an invoice and its total."""

from decimal import Decimal

from builders.readings import make_page, make_reading
from bursar.checks.invoice import check_invoice
from bursar.extraction.invoices.extractor import extract_invoice
from bursar.facts.evidence import Source, Verdict

HEAD = [
    ("Invoice No: A-1", 50, 60),
    ("Invoice date: 3 May 2024", 50, 75),
    ("Description", 50, 200),
    ("Qty", 260, 200),
    ("Unit price", 320, 200),
    ("Disc. %", 400, 200),
    ("Amount", 500, 200),
]


def row(y, description, quantity, price, amount, discount=None):
    cells = [(description, 50, y), (quantity, 260, y), (price, 320, y), (amount, 500, y)]
    return [*cells, (discount, 400, y)] if discount else cells


def totals(*lines, start=400):
    return [
        cell
        for place, (label, value) in enumerate(lines)
        for cell in ((label, 320, start + 16 * place), (value, 500, start + 16 * place))
    ]


def read(*lines):
    return extract_invoice(make_reading(make_page(*HEAD, *lines)))


def test_a_percentage_off_a_line_becomes_the_money_it_takes_off():
    line = read(*row(220, "Blue paint", "8", "4.55", "32.76", "10%"), *totals(("Total", "32.76"))).items[0]
    assert (line.discount, line.tax_rate) == (Decimal("3.64"), None)


def test_a_percentage_that_does_not_lead_to_the_amount_takes_nothing_off():
    assert (
        read(*row(220, "Blue paint", "8", "4.55", "36.40", "10%"), *totals(("Total", "36.40"))).items[0].discount
        is None
    )


def test_the_net_price_below_the_gross_one_is_the_price():
    below = [("- 1.00", 320, 231), ("= 19.00", 320, 242)]
    line = read(*row(220, "Blue paint", "5", "20.00", "95.00"), *below, *totals(("Total", "95.00"))).items[0]
    assert line.unit_price == Decimal("19.00")


def test_several_discounts_and_charges_are_added_up_where_they_lead_to_the_subtotal():
    invoice = read(
        *row(220, "Blue paint", "10", "100.00", "1000.00"),
        *totals(
            ("Discount", "-10.00"),
            ("Special discount", "-2.50"),
            ("Shipping", "1.50"),
            ("Subtotal", "989.00"),
            ("VAT 20%", "197.80"),
            ("Total", "1186.80"),
        ),
    )
    assert abs(invoice.summary.discount_total) == Decimal("12.50")
    assert invoice.summary.shipping == Decimal("1.50")
    assert check_invoice(invoice).checks.verdict is Verdict.PROVEN


def test_a_discount_that_nothing_needs_is_a_condition_and_not_the_documents():
    invoice = read(
        *row(220, "Blue paint", "10", "10.00", "100.00"),
        *totals(("Subtotal", "100.00"), ("VAT 20%", "20.00"), ("Total", "120.00"), ("Early payment discount", "2.40")),
    )
    assert invoice.summary.discount_total is None


def test_a_rounded_amount_due_leaves_the_total_as_it_is():
    invoice = read(
        *row(220, "Blue paint", "1", "121.50", "121.50"),
        *totals(
            ("Subtotal", "121.50"),
            ("VAT 19%", "23.09"),
            ("Total", "144.59"),
            ("Rounding", "0.01"),
            ("Amount due", "144.60"),
        ),
    )
    assert (invoice.summary.total, invoice.summary.amount_due) == (Decimal("144.59"), Decimal("144.60"))
    assert check_invoice(invoice).checks.verdict is Verdict.PROVEN


def test_a_rate_without_an_amount_gives_the_tax_that_fits_both_sums():
    invoice = read(
        *row(220, "Training", "1", "2550.00", "2550.00"),
        *totals(("Subtotal", "2550.00"), ("Sales Tax", "9%"), ("Total", "2779.50")),
    )
    assert invoice.summary.tax_total == Decimal("229.50")
    assert invoice.evidence["summary.tax_total"].source is Source.DERIVED
    assert check_invoice(invoice).checks.verdict is Verdict.PROVEN


def test_a_rate_that_does_not_fit_gives_no_tax():
    invoice = read(
        *row(220, "Training", "1", "2550.00", "2550.00"),
        *totals(("Subtotal", "2550.00"), ("Sales Tax", "9%"), ("Total", "2799.50")),
    )
    assert invoice.summary.tax_total is None


def test_what_tax_is_reckoned_from_is_the_subtotal_also_below_a_charge():
    invoice = read(
        *row(220, "Blue paint", "10", "10.00", "100.00"),
        *totals(
            ("Subtotal", "100.00"),
            ("Shipping", "6.00"),
            ("Goods and carriage", "106.00"),
            ("VAT 10%", "10.60"),
            ("Total", "116.60"),
        ),
    )
    assert invoice.summary.subtotal == Decimal("106.00")


def test_a_total_of_one_rate_is_no_total():
    invoice = read(
        *row(220, "Bread", "1", "12.60", "12.60"),
        *totals(("Total 0% supplies:", "12.60"), ("Total Payable:", "27.10")),
    )
    assert invoice.summary.total == Decimal("27.10")


def test_a_tax_id_behind_the_word_for_tax_is_no_amount():
    capital = [("VAT : GB123456789 - capital of 120 000.00", 50, 90)]
    invoice = read(*capital, *row(220, "Blue paint", "1", "10.00", "10.00"), *totals(("Total", "10.00")))
    assert invoice.summary.tax_total is None
    assert invoice.taxes == ()


def test_a_number_below_the_title_needs_no_other_word():
    page = make_page(
        ("INVOICE", 50, 40, 18), ("Number: 2024-17", 50, 80), ("Date: 3 May 2024", 50, 95), ("Total 10.00", 50, 300)
    )
    assert extract_invoice(make_reading(page)).invoice_info.invoice_number == "2024-17"


def test_a_number_below_a_party_is_the_partys():
    page = make_page(("INVOICE", 50, 40, 18), ("Seller:", 50, 70), ("Number: 549910", 50, 85), ("Total 10.00", 50, 300))
    assert extract_invoice(make_reading(page)).invoice_info.invoice_number is None


def test_a_title_in_words_of_its_own_has_number_and_date():
    page = make_page(("Baurechnung Nr. 18130 vom 25.04.2018", 50, 60), ("Gesamtbetrag 10,00 EUR", 50, 300))
    info = extract_invoice(make_reading(page)).invoice_info
    assert (info.invoice_number, str(info.invoice_date)) == ("18130", "2018-04-25")


def test_a_label_whose_value_was_not_read_is_told():
    label = [("Customer VAT ID:", 50, 90), ("XX-ID-7", 200, 90)]
    invoice = read(*label, *row(220, "Blue paint", "1", "10.00", "10.00"), *totals(("Total", "10.00")))
    assert ("LABEL_UNREAD", ("customer.tax_id",)) in [(issue.code, issue.fields) for issue in invoice.checks.issues]


def test_the_day_for_early_payers_is_not_the_due_date():
    invoice = read(
        *row(220, "Blue paint", "1", "10.00", "10.00"),
        *totals(("Total", "10.00")),
        ("If paid before 13 May 2024 2% discount", 50, 600),
    )
    assert invoice.invoice_info.due_date is None


def test_reverse_charge_is_said_in_many_languages_and_may_be_denied():
    said = {
        "Steuerschuldnerschaft des Leistungsempfängers": True,
        "Autoliquidation de la TVA": True,
        "VAT reverse charge applies": True,
        "Reverse charge: No": False,
        "Thank you": False,
    }
    for text, expected in said.items():
        assert read((text, 50, 700), *totals(("Total", "10.00"))).reverse_charge is expected, text


def test_a_discount_of_a_credit_takes_from_the_credit():
    found = read(
        *row(220, "Blue paint", "-3", "176.99", "-530.97"),
        *totals(
            ("Total Net", "-530.97"),
            ("Discount", "53.10"),
            ("Basis", "-477.87"),
            ("VAT 25%", "-119.47"),
            ("Total EUR", "-597.34"),
        ),
    )
    assert (found.summary.subtotal, found.summary.discount_total) == (Decimal("-477.87"), Decimal("53.10"))
    assert check_invoice(found).checks.verdict is Verdict.PROVEN


def test_a_label_in_two_languages_states_one_amount():
    line = row(220, "Blue paint", "2", "10.00", "20.00")
    for label in ("Base imponible / Total excl. VAT: 20.00", "Summe netto / Net Total: 20.00"):
        found = read(*line, (label, 320, 400), *totals(("VAT 10%:", "2.00"), ("TOTAL:", "22.00"), start=416))
        assert found.summary.subtotal == 20


def test_a_discount_above_the_price_is_no_credit():
    line = row(220, "Blue paint", "2", "25.00", "50.00")
    found = read(*line, *totals(("Subtotal", "50.00"), ("Discount", "-100.00"), ("Total", "-50.00")))
    assert check_invoice(found).checks.verdict is Verdict.PROVEN
