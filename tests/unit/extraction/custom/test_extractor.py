import pytest

from builders.invoices.layouts import draw_invoice
from builders.readings import make_page, make_reading
from bursar.engine import parse
from bursar.extraction.custom.extractor import extract_custom
from bursar.extraction.custom.meanings import find_meaning
from bursar.facts.invoice import Invoice, InvoiceSummary, Party
from bursar.schemas.definition import Field, parse_definition


def extract(definition, *lines, fact=None):
    return extract_custom(make_reading(make_page(*lines)), fact or Invoice(), parse_definition(definition))


MEANINGS = {
    "supplier_vat_id": "vendor.tax_id",
    "gst_number": "vendor.tax_id",
    "customerGSTIN": "customer.tax_id",
    "buyer_name": "customer.name",
    "vendor": "vendor.name",
    "total_amount_due": "summary.amount_due",
    "grand_total": "summary.total",
    "net_total": "summary.subtotal",
    "invoice_no": "invoice_info.invoice_number",
    "date_of_issue": "invoice_info.invoice_date",
    "PO_Number": "invoice_info.purchase_order",
    "client_zip": "customer.address.postal_code",
}


@pytest.mark.parametrize(("name", "path"), MEANINGS.items())
def test_a_name_is_known_by_its_meaning(name, path):
    assert find_meaning(Field(name), "invoice") == path


@pytest.mark.parametrize("name", ["project_code", "unicorns", "vessel_name", "vendor_mood", "tax_consultant", "x"])
def test_a_name_that_nobody_foresaw_has_no_meaning(name):
    assert find_meaning(Field(name), "invoice") is None


def test_the_description_says_whose_a_thing_is_and_what_a_bare_name_means():
    assert find_meaning(Field("vat_id", description="VAT id of the buyer"), "invoice") == "customer.tax_id"
    assert find_meaning(Field("value", description="Total amount due"), "invoice") == "summary.amount_due"


def test_a_label_gives_its_value_behind_beside_and_below():
    lines = [
        ("Project code: PX-77", 50, 100),
        ("Vessel name:", 50, 130),
        ("MV Aurora", 200, 130),
        ("Berth", 50, 160),
        ("North 4", 50, 173),
    ]
    output = extract({"fields": ["project_code", "vesselName", "berth"]}, *lines)
    assert output.values == {"project_code": "PX-77", "vesselName": "MV Aurora", "berth": "North 4"}
    assert {path: seen.text for path, seen in output.evidence.items()} == output.values


def test_running_text_is_no_label():
    output = extract({"fields": ["project"]}, ("Project management for the new harbour", 50, 100))
    assert output.values == {"project": None}


def test_a_value_that_is_not_of_the_type_is_not_taken():
    definition = {
        "type": "object",
        "properties": {"weight": {"type": "number"}, "pickup": {"type": "string", "format": "date"}},
    }
    output = extract(definition, ("Weight: unknown", 50, 100), ("Pickup: 12 March 2024", 50, 130))
    assert output.values == {"weight": None, "pickup": "2024-03-12"}


def test_two_labels_that_disagree_leave_the_field_empty_and_say_so():
    output = extract({"fields": ["project_code"]}, ("Project code: A1", 50, 100), ("Project code: B2", 50, 300))
    assert output.values == {"project_code": None}
    assert [(issue.code, issue.suggestion) for issue in output.issues] == [("CUSTOM_AMBIGUOUS", ["A1", "B2"])]


def test_a_pattern_or_a_choice_that_the_value_breaks_leaves_null():
    properties = {"project_code": {"type": "string", "pattern": "^Z"}, "level": {"enum": ["High", "Low"]}}
    output = extract(
        {"type": "object", "properties": properties}, ("Project code: A1", 50, 100), ("Level: high", 50, 130)
    )
    assert output.values == {"project_code": None, "level": "High"}


def test_a_european_vat_id_is_no_gst_number():
    fact = Invoice(vendor=Party(tax_id="DE209444059"))
    output = extract({"fields": ["gst_number", "vat_number"]}, fact=fact)
    assert output.values == {"gst_number": None, "vat_number": "DE209444059"}


@pytest.mark.parametrize("tax_id", ["34-5490211", "B92452846", "923806865"])
def test_other_countries_numbers_are_no_gst_numbers(tax_id):
    assert extract({"fields": ["gst_number"]}, fact=Invoice(vendor=Party(tax_id=tax_id))).values == {"gst_number": None}


def test_a_label_without_the_word_number_gives_codes_only():
    lines = [("Project: Harbour wall", 50, 100), ("Meter: 998-12", 50, 130)]
    output = extract({"fields": ["project_code", "meter_number"]}, *lines)
    assert output.values == {"project_code": None, "meter_number": "998-12"}


def test_nothing_is_made_up_on_an_empty_page():
    output = extract({"fields": ["total", "iban", "project_code"]}, fact=Invoice(summary=InvoiceSummary()))
    assert set(output.values.values()) == {None}
    assert output.evidence == {}


def test_columns_without_a_meaning_are_found_by_their_heads():
    rows = [("Berth", "Ship", "Draught"), ("N1", "Aurora", "7.5"), ("N2", "Boreas", "8.25"), ("N3", "Ceres", "6.1")]
    lines = [(cell, 50 + 150 * x, 100 + 15 * y) for y, row in enumerate(rows) for x, cell in enumerate(row)]
    from msgspec.structs import replace

    from bursar.reading.lines import lay_out

    reading = make_reading(lay_out(replace(make_page(*lines), lines=())))
    schema = parse_definition({"calls": [{"ship": "", "draught": 0.0}]})
    output = extract_custom(reading, Invoice(), schema)
    assert [(row["ship"], str(row["draught"])) for row in output.values["calls"]] == [
        ("Aurora", "7.5"), ("Boreas", "8.25"), ("Ceres", "6.1"),
    ]  # fmt: skip
    assert output.evidence["calls.1.ship"].text == "Boreas"


def test_rows_and_totals_of_an_invoice_come_with_the_evidence_of_the_facts():
    drawn = draw_invoice("window-letter", 27, country="DE", kind="invoice", basis="net", item_count=3)
    invoice = parse(drawn.pdf, schema={"grand_total": 0.0, "lines": [{"name": "", "qty": 0, "total": 0.0}]})
    assert str(invoice.custom["grand_total"]) == drawn.truth["fields"]["total"]
    assert [row["total"] for row in invoice.custom["lines"]] == [item.amount for item in invoice.items]
    assert invoice.evidence["custom.lines.0.total"] == invoice.evidence["items.0.amount"]
    assert invoice.metadata.schema == "inline"
