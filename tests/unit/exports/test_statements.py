"""Exported statements, opened by other people's readers."""

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from lxml import etree
from ofxtools.Parser import OFXTree

from bursar.errors import CannotExport, InvalidRequest
from bursar.exports.accounts import identify, list_accounts
from bursar.exports.formats import FORMATS, export
from bursar.facts.document import Period
from bursar.facts.invoice import Invoice
from bursar.facts.statement import Account, AccountInfo, Statement, StatementSummary, Transaction

CAMT = {"c": "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"}
ROWS = (
    Transaction(1, date(2025, 6, 2), "Miete Juni & Nebenkosten <Haus 4>", Decimal("937.90"), "debit"),
    Transaction(2, date(2025, 6, 2), "Kaffee", Decimal("3.50"), "debit", value_date=date(2025, 6, 3)),
    Transaction(3, date(2025, 6, 2), "Kaffee", Decimal("3.50"), "debit"),
    Transaction(4, date(2025, 6, 30), "Gehalt", Decimal("2000.00"), "credit", reference="R-7", counterparty="Quell KG"),
)
STATEMENT = Statement(
    account_info=AccountInfo(
        bank_name="Uferbank",
        account_holder="Ida Kern",
        iban="DE02120300000000202051",
        bic="BYLADEM1001",
        currency="EUR",
    ),
    statement_period=Period(date(2025, 6, 1), date(2025, 6, 30)),
    summary=StatementSummary(opening_balance=Decimal("100.00"), closing_balance=Decimal("1155.10")),
    transactions=ROWS,
)


def write(name, fact=STATEMENT):
    return export(fact, FORMATS[name])


def ids_of(statement):
    return [identifier for identifier, _ in identify(list_accounts(statement)[0])]


def read_ofx(content):
    tree = OFXTree()
    tree.parse(io.BytesIO(content))
    return tree.convert()


def read_csv(content):
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_equal_rows_have_ids_of_their_own_and_the_same_ones_every_time():
    ids = ids_of(STATEMENT)
    assert len(set(ids)) == 4
    assert ids == ids_of(replace(STATEMENT))


def test_an_id_stays_when_other_rows_come_before_it():
    shifted = tuple(replace(row, row=row.row + 1, page=2) for row in ROWS)
    more = replace(STATEMENT, transactions=(Transaction(1, None, "Zins", Decimal(1), "credit"), *shifted))
    assert ids_of(more)[1:] == ids_of(STATEMENT)


@pytest.mark.parametrize("name", ["json", "csv", "xlsx", "ofx", "qif", "camt053"])
def test_the_same_facts_give_the_same_bytes(name):
    assert write(name) == write(name)


def test_ofx_is_read_by_ofxtools():
    (statement,) = read_ofx(write("ofx")).statements
    assert (statement.account.acctid, statement.curdef) == ("DE02120300000000202051", "EUR")
    assert statement.balance.balamt == Decimal("1155.10")
    amounts = [Decimal("-937.90"), Decimal("-3.50"), Decimal("-3.50"), Decimal("2000.00")]
    assert [row.trnamt for row in statement.transactions] == amounts
    assert [row.fitid for row in statement.transactions] == ids_of(STATEMENT)
    assert [row.dtposted.date() for row in statement.transactions] == [row.date for row in ROWS]
    assert statement.transactions[0].memo == "Miete Juni & Nebenkosten <Haus 4>"


def test_what_is_owed_on_a_card_is_a_negative_balance_in_ofx():
    summary = StatementSummary(opening_balance=Decimal("50.00"), closing_balance=Decimal("80.00"))
    spent = Transaction(1, date(2025, 6, 2), "Buch", Decimal("30.00"), "debit")
    card = replace(STATEMENT, document_type="credit_card_statement", summary=summary, transactions=(spent,))
    (statement,) = read_ofx(write("ofx", card)).statements
    assert type(statement).__name__ == "CCSTMTRS"
    assert statement.balance.balamt == Decimal("-80.00")


def test_several_accounts_are_several_statements():
    account = Account(STATEMENT.account_info, STATEMENT.statement_period, STATEMENT.summary, STATEMENT.transactions[:1])
    other = replace(account, account_info=replace(account.account_info, iban="AT611904300234573201"))
    both = replace(STATEMENT, accounts=(account, other))
    assert len(read_ofx(write("ofx", both)).statements) == 2
    assert len(etree.fromstring(write("camt053", both)).findall(".//c:Stmt", CAMT)) == 2
    assert [row["account"] for row in read_csv(write("csv", both))] == [
        "DE02120300000000202051",
        "AT611904300234573201",
    ]
    assert len(set(ids_of(both)) & {row["transaction_id"] for row in read_csv(write("csv", both))}) == 1


def test_camt_has_signs_ids_and_balances_that_close():
    root = etree.fromstring(write("camt053"))
    entries = root.findall(".//c:Ntry", CAMT)
    moved = sum(
        Decimal(entry.findtext("c:Amt", namespaces=CAMT))
        * (-1 if entry.findtext("c:CdtDbtInd", namespaces=CAMT) == "DBIT" else 1)
        for entry in entries
    )
    balances = [Decimal(node.findtext("c:Amt", namespaces=CAMT)) for node in root.findall(".//c:Bal", CAMT)]
    assert balances[0] + moved == balances[1] == Decimal("1155.10")
    assert [entry.findtext("c:AcctSvcrRef", namespaces=CAMT) for entry in entries] == ids_of(STATEMENT)
    assert root.findtext(".//c:Dbtr/c:Pty/c:Nm", namespaces=CAMT) == "Quell KG"
    order = [etree.QName(node).localname for node in entries[3]]
    wanted = ["NtryRef", "Amt", "CdtDbtInd", "Sts", "BookgDt", "AcctSvcrRef", "BkTxCd", "NtryDtls", "AddtlNtryInf"]
    assert order == wanted


def test_qif_has_a_record_for_each_row():
    account, _, body = write("qif").decode().partition("!Type:Bank\n")
    records = [{line[0]: line[1:] for line in record.splitlines()} for record in body.split("^\n")[:-1]]
    assert "NDE02120300000000202051" in account
    assert [record["T"] for record in records] == ["-937.90", "-3.50", "-3.50", "2000.00"]
    assert [record["N"] for record in records] == ids_of(STATEMENT)
    assert records[3]["D"] == "06/30/2025"


def test_a_description_cannot_end_a_qif_record():
    row = replace(ROWS[0], description="a\n^\nT9999\n^")
    assert write("qif", replace(STATEMENT, transactions=(row,))).decode().count("\n^\n") == 2


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", '=HYPERLINK("http://a")']
)
def test_what_looks_like_a_formula_is_text_in_csv_and_in_a_workbook(text):
    fact = replace(STATEMENT, transactions=(replace(ROWS[0], description=text),))
    (row,) = read_csv(write("csv", fact))
    assert row["description"] == f"'{text}"
    assert row["amount"] == "-937.90"
    sheet = openpyxl.load_workbook(io.BytesIO(write("xlsx", fact)))["Transactions"]
    assert sheet["E2"].data_type == "s"


def test_a_workbook_is_read_by_openpyxl_with_numbers_and_dates():
    book = openpyxl.load_workbook(io.BytesIO(write("xlsx")))
    sheet = book["Transactions"]
    assert [sheet.cell(row, 9).value for row in range(2, 6)] == [-937.9, -3.5, -3.5, 2000]
    assert sheet["C2"].value.date() == date(2025, 6, 2)
    assert ("1.account_info.iban", "DE02120300000000202051") in list(book["Accounts"].values)


def test_a_number_that_a_workbook_cannot_hold_is_kept_whole_as_text():
    row = replace(ROWS[0], amount=Decimal("123456789012345.67"))
    sheet = openpyxl.load_workbook(io.BytesIO(write("xlsx", replace(STATEMENT, transactions=(row,)))))["Transactions"]
    assert sheet["I2"].value == "-123456789012345.67"


@pytest.mark.parametrize("name", ["csv", "xlsx", "ofx", "qif", "camt053"])
def test_characters_that_no_format_can_hold_are_left_out(name):
    row = replace(ROWS[0], description="a\x00b\x1bc", counterparty="\x02")
    assert write(name, replace(STATEMENT, transactions=(row,)))


@pytest.mark.parametrize(
    ("name", "change", "missing"),
    [
        ("ofx", {"summary": StatementSummary()}, "summary.closing_balance"),
        ("camt053", {"account_info": replace(STATEMENT.account_info, currency=None)}, "account_info.currency"),
        ("qif", {"transactions": (replace(ROWS[0], date=None),)}, "transactions.0.date"),
        ("ofx", {"statement_period": Period(), "transactions": ()}, "statement_period"),
    ],
)
def test_what_a_format_demands_and_the_document_lacks_is_named_and_not_made_up(name, change, missing):
    with pytest.raises(CannotExport) as raised:
        write(name, replace(STATEMENT, **change))
    assert raised.value.details == {"missing": [missing]}


@pytest.mark.parametrize("name", ["ofx", "qif", "camt053"])
def test_an_invoice_is_no_statement(name):
    with pytest.raises(InvalidRequest):
        write(name, Invoice())


def test_three_thousand_rows_are_all_there():
    rows = tuple(replace(ROWS[1], row=number, description=f"Karte {number}") for number in range(1, 3001))
    fact = replace(STATEMENT, transactions=rows)
    assert len(read_csv(write("csv", fact))) == 3000
    assert len(read_ofx(write("ofx", fact)).statements[0].transactions) == 3000
    assert openpyxl.load_workbook(io.BytesIO(write("xlsx", fact)), read_only=True)["Transactions"].max_row == 3001
