"""Bank profiles: what they can mend, and that one which does not close is not followed."""

from decimal import Decimal

import pytest

from builders.readings import make_page, make_reading
from bursar.errors import InvalidRequest
from bursar.extraction.statements.bank_profiles import load_profiles
from bursar.extraction.statements.extractor import extract_statement

COLUMNS = (35, 95, 155, 345, 420, 520)
ROWS = [
    ("01/03/2024", "02/03/2024", "Harbour shop", "12.00", "-10.00", "90.00"),
    ("03/03/2024", "03/03/2024", "Pay of March", "40.00", "50.00", "140.00"),
    ("05/03/2024", "06/03/2024", "Fuel", "25.00", "-25.00", "115.00"),
    ("07/03/2024", "07/03/2024", "Books", "90.00", "-15.00", "100.00"),
]


def points_statement(*, name="Northern Example Bank", rows=ROWS, tail=()):
    """Draw a statement without headings, with points between text and amounts."""
    lines = [(name, 40, 40, 16.0), ("Everyday account", 40, 70), ("Opening balance", 155, 120), ("100.00", 520, 120)]
    for number, row in enumerate(rows, 1):
        lines += [(cell, x, 120 + 20 * number) for cell, x in zip(row, COLUMNS, strict=True)]
    return make_reading(make_page(*lines, *tail))


def read(reading, profiles=()):
    statement = extract_statement(reading, profiles=profiles)
    rows = [(row.amount if row.type == "credit" else -row.amount, row.balance) for row in statement.transactions]
    return rows, [issue.code for issue in statement.checks.issues if issue.code.startswith("PROFILE")]


TRUTH = [(Decimal(row[4]), Decimal(row[5])) for row in ROWS]


def write(folder, text, name="own.toml"):
    (folder / name).write_text(text, encoding="utf-8")
    return load_profiles(folder)


def test_places_of_columns_tell_what_no_heading_says():
    reading = points_statement()
    assert read(reading)[0] != TRUTH
    rows, notes = read(reading, load_profiles())
    assert (rows, notes) == (TRUTH, ["PROFILE_APPLIED"])


def test_a_profile_of_another_bank_is_not_tried():
    assert read(points_statement(name="Southern Example Bank"), load_profiles())[1] == []


WRONG = """
name = "columns at the wrong places"
match = ["northern example bank"]
[[column]]
role = "date"
left = 0.05
right = 0.15
[[column]]
role = "amount"
left = 0.55
right = 0.65
[[column]]
role = "balance"
left = 0.82
right = 0.96
"""


def test_a_profile_under_which_nothing_closes_is_refused_and_changes_nothing(tmp_path):
    reading = points_statement()
    (wrong, *_) = write(tmp_path, WRONG)
    plain, _ = read(reading)
    assert read(reading, (wrong,)) == (plain, ["PROFILE_REFUSED"])


def test_after_a_profile_that_is_refused_the_next_one_is_tried(tmp_path):
    assert read(points_statement(), write(tmp_path, WRONG)) == (TRUTH, ["PROFILE_REFUSED", "PROFILE_APPLIED"])


HEADED = [("Date", 40, 150), ("Details", 120, 150), ("Amount", 400, 150), ("Balance", 500, 150)]


def headed_statement(*extra):
    rows = [("01/03/2024", "Shop", "-10.00", "90.00"), ("02/03/2024", "Pay", "50.00", "140.00")]
    lines = [("Example Valley Credit Union", 40, 40, 16.0), ("Opening balance: 100.00", 40, 80), *HEADED]
    for number, row in enumerate(rows, 1):
        lines += [(cell, x, 150 + 20 * number) for cell, x in zip(row, (40, 120, 400, 500), strict=True)]
    return make_reading(make_page(*lines, *extra))


RATES = [("Rates of the coming quarter", 40, 230)] + [
    (cell, x, 230 + 20 * number)
    for number, row in enumerate([("01/04/2024", "Saver", "2.75", "3.10"), ("01/05/2024", "Saver", "2.50", "3.00")], 1)
    for cell, x in zip(row, (40, 120, 400, 500), strict=True)
]


def test_rows_behind_what_ends_the_table_are_no_transactions():
    reading = headed_statement(*RATES)
    assert len(read(reading)[0]) == 4
    rows, notes = read(reading, [profile for profile in load_profiles() if profile.name.startswith("Example Valley")])
    assert (len(rows), notes) == (2, ["PROFILE_APPLIED"])


def test_hints_on_notation_and_type_are_followed(tmp_path):
    text = 'name = "x"\nmatch = ["example valley"]\ndate_order = "MDY"\ndocument_type = "passbook"\nskip = ["pay"]'
    profiles = write(tmp_path, text)[:1]
    statement = extract_statement(headed_statement(), profiles=profiles)
    assert statement.document_type == "passbook"
    assert (statement.conventions.date_order.value, statement.conventions.date_order.evidence) == (
        "MDY",
        "bank profile x",
    )
    assert statement.transactions[1].date.month == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name = 1 2", "Expected"),
        ('match = ["a"]', "name"),
        ('name = "x"\nmatch = []', "match"),
        ('name = "x"\nmatch = ["a"]\ncolour = 1', "colour"),
        ('name = "x"\nmatch = ["a"]\ndecimal = ";"', "decimal"),
        ('name = "x"\nmatch = ["a"]\n[[column]]\nrole = "sum"\nleft = 0.1\nright = 0.2', "sum"),
        ('name = "x"\nmatch = ["a"]\n[[column]]\nrole = "date"\nleft = 0.3\nright = 0.2', "left < right"),
    ],
)
def test_a_profile_that_cannot_be_used_is_refused_with_the_reason(tmp_path, text, reason):
    with pytest.raises(InvalidRequest, match=reason):
        write(tmp_path, text)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InvalidRequest):
        load_profiles(tmp_path / "none")
