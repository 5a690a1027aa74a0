"""What the drawn layouts do not show: accounts, identity, repairs, hints that must not mislead."""

from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from builders.ledgers import Plan, draw
from builders.readings import make_page, make_reading
from bursar.checks.statement import check_statement
from bursar.extraction.statements.extractor import extract_statement
from bursar.facts.evidence import Source, Verdict

HEADING = [
    ("Date", 40, 150),
    ("Details", 120, 150),
    ("Paid out", 300, 150),
    ("Paid in", 380, 150),
    ("Balance", 470, 150),
]


def table(top, rows, headed=True):
    lines = [(text, x, top) for text, x, _ in HEADING] if headed else []
    for number, (day, text, paid_out, paid_in, balance) in enumerate(rows, 1):
        y = top + 20 * number
        lines += [
            (cell, x, y)
            for cell, x in zip((day, text, paid_out, paid_in, balance), (40, 120, 300, 380, 470), strict=True)
            if cell
        ]
    return lines


def test_an_empty_cell_does_not_shift_its_row():
    rows = [("01/03/2024", "Shop", "10.00", "", "90.00"), ("02/03/2024", "Pay", "", "50.00", "140.00")]
    statement = extract_statement(make_reading(make_page(*table(150, rows))))
    assert [(row.type, row.amount, row.balance) for row in statement.transactions] == [
        ("debit", Decimal("10.00"), Decimal("90.00")),
        ("credit", Decimal("50.00"), Decimal("140.00")),
    ]


def test_each_of_two_accounts_has_its_own_balances_and_rows():
    first = [("01/03/2024", "Shop", "10.00", "", "90.00"), ("13/03/2024", "Pay", "", "50.00", "140.00")]
    second = [("01/03/2024", "Rent", "30.00", "", "970.00"), ("14/03/2024", "Fee", "1.00", "", "969.00")]
    page = make_page(
        ("Account number: 12345678", 40, 60),
        ("Opening balance: 100.00", 40, 80),
        *table(150, first),
        ("Savings account", 40, 260),
        ("Account number: 87654321", 40, 280),
        ("Opening balance: 1,000.00", 40, 300),
        *table(340, second),
    )
    statement = extract_statement(make_reading(page))
    assert [account.account_info.account_number for account in statement.accounts] == ["12345678", "87654321"]
    assert [account.summary.opening_balance for account in statement.accounts] == [
        Decimal("100.00"),
        Decimal("1000.00"),
    ]
    assert [account.summary.closing_balance for account in statement.accounts] == [Decimal("140.00"), Decimal("969.00")]
    assert len(statement.transactions) == 2
    assert "accounts.1.transactions.0.amount" in statement.evidence
    assert check_statement(statement).checks.verdict is Verdict.PROVEN


def test_an_account_number_in_the_text_of_a_transaction_opens_no_account():
    rows = [("01/03/2024", "Transfer", "10.00", "", "90.00"), ("02/03/2024", "Pay", "", "50.00", "140.00")]
    page = make_page(
        ("Account number: 12345678", 40, 60), *table(150, rows), ("IBAN: DE89370400440532013000", 120, 200)
    )
    assert extract_statement(make_reading(page)).accounts == ()


def test_who_and_where_is_read_from_labels():
    page = make_page(
        ("Northern Example Bank", 40, 40, 18.0),
        ("Account holder: Jo Sample", 40, 70),
        ("IBAN: DE89 3704 0044 0532 0130 00", 40, 90),
        ("BIC: COBADEFFXXX", 40, 110),
        *table(150, [("01/03/2024", "Shop", "10.00", "", "90.00")]),
    )
    info = extract_statement(make_reading(page)).account_info
    assert (info.bank_name, info.account_holder) == ("Northern Example Bank", "Jo Sample")
    assert (info.iban, info.bic, info.currency) == ("DE89370400440532013000", "COBADEFFXXX", "EUR")


def test_masked_account_numbers_are_kept_as_printed():
    page = make_page(
        ("Card number: 1234 **** **** 5678", 40, 60), *table(150, [("01/03/2024", "Shop", "1.00", "", "9.00")])
    )
    assert extract_statement(make_reading(page)).account_info.account_number == "1234 **** **** 5678"


def test_balances_at_the_ends_follow_from_the_rows_when_none_is_printed_and_say_so():
    rows = [("01/03/2024", "Shop", "10.00", "", "90.00"), ("02/03/2024", "Pay", "", "50.00", "140.00")]
    statement = extract_statement(make_reading(make_page(*table(150, rows))))
    assert (statement.summary.opening_balance, statement.summary.closing_balance) == (
        Decimal("100.00"),
        Decimal("140.00"),
    )
    assert statement.evidence["summary.opening_balance"].source is Source.DERIVED
    assert statement.evidence["summary.closing_balance"].derived_from == ("transactions.1.balance",)


def test_a_row_that_cannot_be_read_is_listed_and_not_lost():
    rows = [
        ("01/03/2024", "Shop", "10.00", "", "90.00"),
        ("", "", "", "", ""),
        ("03/03/2024", "Pay", "", "50.00", "135.00"),
    ]
    page = make_page(*table(150, rows), ("??/03/2024 Smudge", 40, 190), ("135.00", 470, 190))
    statement = extract_statement(make_reading(page))
    assert [line.text for line in statement.unparsed_lines] == ["??/03/2024 Smudge 135.00"]


def test_a_sign_lost_in_recognition_is_mended_by_the_balances_and_said():
    drawn = draw(Plan(rows=6, order=("date", "description", "amount", "balance"), signs="signed"))
    page = drawn.reading.pages[0]
    words = [replace(word, source=Source.OCR, confidence=0.9) for word in page.words]
    victim = next(
        i for i, word in enumerate(words) if word.text.startswith("-") and word.box.x0 < 460 and word.box.y0 > 180
    )
    words[victim] = replace(words[victim], text=words[victim].text[1:])
    lines = tuple(replace(line, words=tuple(words[page.words.index(w)] for w in line.words)) for line in page.lines)
    statement = extract_statement(replace(drawn.reading, pages=(replace(page, words=tuple(words), lines=lines),)))
    assert [
        (row.date, row.amount if row.type == "credit" else -row.amount, row.balance) for row in statement.transactions
    ] == drawn.rows
    assert [issue.code for issue in statement.checks.issues] == ["MISREAD_MENDED"]


def test_a_page_with_nothing_on_it_gives_an_empty_statement():
    statement = extract_statement(make_reading(make_page()))
    assert statement.transactions == ()
    assert statement.summary.closing_balance is None


def test_a_description_that_names_a_label_stays_a_transaction():
    rows = [
        ("01/03/2024", "Report Northern Stationery 471", "10.00", "", "90.00"),
        ("02/03/2024", "Total Energies Station", "5.00", "", "85.00"),
    ]
    statement = extract_statement(make_reading(make_page(*table(150, rows))))
    assert [row.amount for row in statement.transactions] == [Decimal("10.00"), Decimal("5.00")]


def test_rows_of_one_day_share_the_date_that_is_printed_once():
    rows = [
        ("01/03/2024", "Shop", "10.00", "", ""),
        ("", "Cafe", "5.00", "", "85.00"),
        ("02/03/2024", "Pay", "", "50.00", "135.00"),
    ]
    statement = extract_statement(make_reading(make_page(*table(150, rows))))
    assert [row.date for row in statement.transactions] == [date(2024, 3, 1), date(2024, 3, 1), date(2024, 3, 2)]


def test_thousands_of_rows_take_time_in_proportion():
    import time

    def seconds(rows):
        reading = draw(Plan(rows=rows, rows_a_page=15)).reading
        started = time.process_time()
        extract_statement(reading)
        return (time.process_time() - started) / rows

    seconds(30)
    assert seconds(900) < 3 * seconds(90)
