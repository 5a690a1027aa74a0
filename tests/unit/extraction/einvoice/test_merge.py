from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from builders.einvoices import Deal, Firm, Good, Tax, build_cii
from builders.readings import make_page, make_reading
from bursar.extraction.einvoice import merge, read_einvoice
from bursar.extraction.einvoice.paths import with_value
from bursar.facts.box import Box
from bursar.facts.document import Metadata
from bursar.facts.evidence import Checks, Convention, Conventions, Evidence, Issue, Severity, Source
from bursar.facts.invoice import Contact, Invoice, InvoiceLine
from bursar.facts.money import round_to

BOX = Box(400, 500, 460, 512)
XML = read_einvoice(build_cii(Deal(goods=(Good(), Good("Dichtung", "10", "1.50", "15.00", code="D-1")))))


def see(path_values, confidence=0.9, page=1):
    return {path: Evidence(page, BOX, str(value), confidence, Source.TEXT) for path, value in path_values.items()}


def as_page(invoice, confidence=0.9):
    """Return the invoice as if a page had said it: the same values, seen in a box."""
    seen = {path: Evidence(1, BOX, known.text, confidence, Source.TEXT) for path, known in invoice.evidence.items()}
    items = tuple(replace(item, page=1) for item in invoice.items)
    return replace(invoice, items=items, evidence=seen, metadata=Metadata(page_count=1))


def with_summary(invoice, **changes):
    return replace(invoice, summary=replace(invoice.summary, **changes))


def mismatches(invoice, severity=Severity.WARNING):
    return [issue.fields[0] for issue in invoice.checks.issues if issue.severity is severity]


def test_without_a_page_the_xml_stands_alone():
    assert merge(XML, None) == XML


def test_a_page_that_says_the_same_gives_every_value_its_place_and_no_issue():
    merged = merge(XML, as_page(XML))
    assert merged.checks.issues == ()
    assert merged.summary == XML.summary
    assert merged.evidence["summary.total"] == Evidence(1, BOX, "238.00", 1.0, Source.XML)
    assert merged.evidence["items.1.amount"].box == BOX
    assert [item.page for item in merged.items] == [1, 1]
    assert (merged.metadata.source, merged.metadata.page_count) == ("xml", 1)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("summary.total", Decimal("283.00")),
        ("summary.amount_due", Decimal("0.00")),
        ("invoice_info.invoice_number", "QW-2032"),
        ("invoice_info.due_date", date(2024, 5, 14)),
        ("invoice_info.currency", "CHF"),
        ("payment.bank_info.iban", "DE89370400440532013000"),
        ("vendor.name", "Ein anderer Laden"),
        ("customer.address.text", "Dorfplatz 9\n88131 Lindau"),
    ],
)
def test_a_difference_is_a_warning_on_its_field_and_the_xml_stays(path, shown):
    merged = merge(XML, with_value(as_page(XML), path, shown))
    (issue,) = merged.checks.issues
    assert (issue.code, issue.severity, issue.fields, issue.page) == ("XML_PAGE_MISMATCH", Severity.WARNING, (path,), 1)
    assert issue.suggestion == str(shown)
    assert merged.evidence[path].box is None
    assert replace(merged, evidence={}, checks=Checks(), items=(), metadata=Metadata()) == replace(
        XML, evidence={}, checks=Checks(), items=(), metadata=Metadata()
    )


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("invoice_info.invoice_number", "QW 2031"),
        ("vendor.name", "QUELLWERK PUMPEN GMBH"),
        ("vendor.tax_id", "123456788"),
        ("vendor.address.text", "Am Brunnen 7, 04109 Leipzig, Deutschland"),
    ],
)
def test_another_notation_is_no_difference(path, shown):
    merged = merge(XML, with_value(as_page(XML), path, shown))
    assert merged.checks.issues == ()
    assert merged.evidence[path].box == BOX


def test_what_the_page_reader_doubts_is_no_difference():
    page = with_summary(as_page(XML, confidence=0.3), total=Decimal("1.00"))
    assert merge(XML, page).checks.issues == ()


def test_a_contact_of_another_kind_is_told_for_information_only():
    xml = read_einvoice(build_cii(Deal(seller=Firm(phone="+49 341 5550"))))
    page = as_page(xml)
    page = replace(page, vendor=replace(page.vendor, contact=Contact(phone="+49 341 99-0")))
    merged = merge(xml, page)
    assert mismatches(merged) == []
    assert mismatches(merged, Severity.INFO) == ["vendor.contact.phone"]


def test_a_number_that_stands_on_the_page_is_no_difference_even_if_the_page_reader_took_another():
    page = as_page(XML)
    page = replace(page, invoice_info=replace(page.invoice_info, invoice_number="4711"))
    reading = make_reading(make_page(("Kunde 4711", 50, 80), ("Beleg QW - 2031 vom 15.03.2024", 50, 100)))
    merged = merge(XML, page, reading)
    assert merged.checks.issues == ()
    place = merged.evidence["invoice_info.invoice_number"]
    assert (place.page, place.box.y0) == (1, 100)
    assert place.box.x0 > 70


def test_an_amount_that_stands_somewhere_on_the_page_is_still_a_difference():
    page = with_summary(as_page(XML), total=Decimal("200.00"))
    reading = make_reading(make_page(("Summe 238,00", 50, 100)))
    assert mismatches(merge(XML, page, reading)) == ["summary.total"]


@pytest.mark.parametrize(
    ("path", "shown", "line"),
    [
        ("summary.total", Decimal("200.00"), "Summe 238,00"),
        ("invoice_info.due_date", date(2024, 3, 15), "Zahlbar bis 14. April 2024"),
        ("items.0.tax_rate", Decimal(10), "MwSt. 19 %, Rabatt 10 %"),
    ],
)
def test_an_uncertain_page_reader_may_have_taken_another_value_than_the_one_meant(path, shown, line):
    page = with_value(as_page(XML, confidence=0.7), path, shown)
    visible = merge(XML, page, make_reading(make_page((line, 50, 100))))
    assert (mismatches(visible), mismatches(visible, Severity.INFO)) == ([], [path])
    hidden = merge(XML, page, make_reading(make_page(("Vielen Dank", 50, 100))))
    assert mismatches(hidden) == [path]


def test_an_address_whose_lines_all_stand_on_the_page_is_no_difference():
    page = with_value(as_page(XML), "vendor.address.text", "Dorfplatz 1")
    reading = make_reading(make_page(("Quellwerk Pumpen GmbH, Am Brunnen 7", 50, 80), ("D-04109  Leipzig", 50, 100)))
    assert mismatches(merge(XML, page, reading)) == ["vendor.address.text"]
    reading = make_reading(make_page(("Quellwerk Pumpen GmbH, Am Brunnen 7", 50, 80), ("Leipzig, 04109", 50, 100)))
    assert merge(XML, page, reading).checks.issues == ()


def test_a_line_that_the_page_shows_and_its_reader_missed_is_a_remark():
    page = as_page(XML)
    reading = make_reading(make_page(("Dichtung 10 Stück 15,00", 50, 300)))
    merged = merge(XML, replace(page, items=page.items[:1]), reading)
    assert (mismatches(merged), mismatches(merged, Severity.INFO)) == ([], ["items.1"])


def test_what_the_page_reader_derived_stands_nowhere_and_contradicts_nothing():
    page = with_summary(as_page(XML), amount_due=Decimal("1.00"))
    derived = Evidence(None, None, None, 0.9, Source.DERIVED, derived_from=("summary.total",))
    merged = merge(XML, replace(page, evidence=page.evidence | {"summary.amount_due": derived}))
    assert merged.checks.issues == ()
    assert merged.evidence["summary.amount_due"].box is None


def test_texts_that_the_page_reader_did_not_name_get_the_place_of_their_words():
    reading = make_reading(make_page(("Zahlbar: 30 Tage netto", 50, 700)))
    merged = merge(XML, Invoice(), reading)
    assert merged.evidence["payment.terms"].box.y0 == 700
    assert merged.evidence["payment.terms"].source is Source.XML


def test_credit_notes_are_printed_with_and_without_a_minus():
    xml = read_einvoice(build_cii(Deal(type_code="381")))
    page = with_summary(as_page(xml), total=Decimal("-238.00"), tax_total=Decimal("-38.00"))
    assert merge(xml, page).checks.issues == ()
    assert mismatches(merge(XML, with_summary(as_page(XML), total=Decimal("-238.00")))) == ["summary.total"]


def test_a_line_that_differs_is_an_issue_on_its_cell():
    page = as_page(XML)
    page = replace(page, items=(page.items[0], replace(page.items[1], amount=Decimal("16.00"))))
    assert mismatches(merge(XML, page)) == ["items.1.amount"]


def test_another_price_for_the_same_amount_is_for_information():
    page = as_page(XML)
    line = replace(page.items[1], unit_price=Decimal("150.00"))
    merged = merge(XML, replace(page, items=(page.items[0], line)))
    assert mismatches(merged) == []
    assert mismatches(merged, Severity.INFO) == ["items.1.unit_price"]


def test_gross_prices_on_the_page_agree_with_net_ones_in_the_xml():
    page = as_page(XML)
    gross = tuple(
        replace(
            item,
            amount=item.amount * Decimal("1.19"),
            unit_price=round_to(item.unit_price * Decimal("1.19")),
        )
        for item in page.items
    )
    assert merge(XML, replace(page, items=gross)).checks.issues == ()


def test_prices_are_compared_with_the_decimals_that_the_page_shows():
    xml = read_einvoice(build_cii(Deal(goods=(Good(price="3.3333", quantity="3", amount="10.00"),))))
    page = replace(as_page(xml), items=(replace(xml.items[0], unit_price=Decimal("3.33"), page=1),))
    assert merge(xml, page).checks.issues == ()


def test_a_line_that_only_the_xml_has_and_one_that_only_the_page_has_are_told():
    page = as_page(XML)
    extra = InvoiceLine(3, "Expresszuschlag", amount=Decimal("9.00"), page=2)
    more = merge(XML, replace(page, items=(page.items[0], extra, page.items[1])))
    assert [(issue.fields, issue.page) for issue in more.checks.issues] == [(("items",), 2)]
    assert [item.page for item in more.items] == [1, 1]
    less = merge(XML, replace(page, items=page.items[1:]))
    assert mismatches(less) == ["items.0"]
    assert [item.page for item in less.items] == [None, 1]


def test_taxes_are_compared_rate_by_rate():
    xml = read_einvoice(build_cii(Deal(taxes=(Tax(), Tax("7", "10.00", "0.70")))))
    page = as_page(xml)
    wrong = replace(page, taxes=(page.taxes[1], replace(page.taxes[0], amount=Decimal("39.00"))))
    assert mismatches(merge(xml, wrong)) == ["taxes.0.amount"]


def test_a_profile_without_lines_takes_them_from_the_page():
    xml = read_einvoice(build_cii(profile="urn:factur-x.eu:1p0:minimum", with_lines=False))
    page = replace(
        as_page(XML),
        conventions=Conventions(decimal=Convention(",", "1,50")),
        checks=Checks(
            issues=(
                Issue("LINE_DOUBT", Severity.WARNING, "a line is in doubt", ("items.1.amount",)),
                Issue("TOTAL_DOUBT", Severity.WARNING, "the total is in doubt", ("summary.total",)),
            )
        ),
    )
    merged = merge(xml, page)
    assert [item.amount for item in merged.items] == [Decimal("200.00"), Decimal("15.00")]
    assert merged.evidence["items.1.amount"].source is Source.TEXT
    assert merged.evidence["summary.total"].source is Source.XML
    assert merged.metadata.source == "mixed"
    assert merged.conventions.decimal.value == ","
    assert [issue.code for issue in merged.checks.issues] == ["LINE_DOUBT"]


def test_what_the_xml_lacks_comes_from_the_page_with_the_page_as_source():
    xml = read_einvoice(build_cii(Deal(due_date=None, iban=None, bic=None, means=None)))
    merged = merge(xml, as_page(XML))
    assert merged.invoice_info.due_date == date(2024, 4, 14)
    assert merged.payment.bank_info.iban == "DE02120300000000202051"
    assert merged.evidence["invoice_info.due_date"].source is Source.TEXT
    assert merged.metadata.source == "xml"


def test_half_an_account_is_not_completed_by_the_pages_other_one():
    xml = read_einvoice(build_cii(Deal(bic=None)))
    assert merge(xml, as_page(XML)).payment.bank_info.bic is None


def test_amounts_of_the_summary_never_come_from_the_page():
    page = with_summary(as_page(XML), amount_paid=Decimal("50.00"))
    page = replace(page, evidence=page.evidence | see({"summary.amount_paid": "50.00"}))
    assert merge(XML, page).summary.amount_paid is None


@pytest.mark.parametrize(("amount", "subtotal"), [("200.00", "180.00"), ("-200.00", "-180.00"), ("200.00", "200.00")])
def test_the_discount_between_lines_and_subtotal_is_taken_where_the_subtotal_needs_it(amount, subtotal):
    deal = Deal(net=subtotal, tax="0.00", total=subtotal, due=subtotal, taxes=())
    xml = read_einvoice(build_cii(deal, profile="urn:factur-x.eu:1p0:minimum", with_lines=False))
    page = with_summary(as_page(XML), discount_total=Decimal("-20.00"))
    page = replace(page, items=(replace(page.items[0], amount=Decimal(amount)),), taxes=())
    page = replace(page, evidence=page.evidence | see({"summary.discount_total": "-20,00"}))
    taken = merge(xml, page).summary.discount_total
    assert taken == (None if amount == subtotal else Decimal("-20.00"))


def test_long_lists_are_compared_in_no_time():
    goods = tuple(Good(f"Teil {n}", "1", f"{n}.00", f"{n}.00", code=None) for n in range(1, 1500))
    xml = read_einvoice(build_cii(Deal(goods=goods)))
    page = as_page(xml)
    merged = merge(xml, replace(page, items=(*page.items[:700], *page.items[701:])))
    assert mismatches(merged) == ["items.700"]


def without(invoice, path):
    """Return a page's invoice in which its reader found nothing at a path."""
    seen = {name: known for name, known in invoice.evidence.items() if name != path}
    return replace(with_value(invoice, path, None), evidence=seen)


@pytest.mark.parametrize(
    ("path", "line", "severity"),
    [
        ("customer.name", "Metallbau Hansen KG", Severity.WARNING),
        ("customer.name", XML.customer.name, None),
        ("summary.total", "Zu zahlen 283,00", Severity.WARNING),
        ("summary.total", "Zu zahlen 238,00", None),
        ("payment.bank_info.iban", "Bitte bald zahlen", Severity.INFO),
    ],
)
def test_what_neither_the_page_reader_nor_the_page_has_is_a_difference(path, line, severity):
    merged = merge(XML, without(as_page(XML), path), make_reading(make_page((line, 40, 40))))
    assert [(issue.fields, issue.severity) for issue in merged.checks.issues] == (
        [((path,), severity)] if severity else []
    )


def test_a_page_without_words_is_no_witness():
    merged = merge(XML, without(as_page(XML), "customer.name"), make_reading(make_page()))
    assert merged.checks.issues == ()
