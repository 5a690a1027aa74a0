"""The options `categorize` and `detect_anomalies`, from the request to what they change in the results."""

from __future__ import annotations

import pytest

import bursar
from builders.edited import replace_text
from builders.statements.layouts import draw_statement
from serving import papers, run_worker
from serving.replies import finish, start


@pytest.fixture(scope="module")
def edited():
    """A statement that was saved again with its page changed."""
    return replace_text(draw_statement("debit-credit", 3, rows=6).pdf, b"ET", b"ET ")


def results_of(client, content, **options):
    job = finish(client, start(client, content, kind="statements", options=options))
    assert job["status"] == "completed", job
    return job["results"]


def test_the_options_change_the_results_and_nothing_else_does(client, edited):
    plain = results_of(client, edited)
    assert {row["category"] for row in plain["transactions"]} == {None}
    assert "INCREMENTAL_UPDATE" not in {issue["code"] for issue in plain["checks"]["issues"]}
    rich = results_of(client, edited, categorize=True, detect_anomalies=True)
    for row in rich["transactions"]:
        assert set(row["category_reason"]) == {"rule", "field", "words"}
        assert row["category"]
    odd = [issue for issue in rich["checks"]["issues"] if issue["code"] == "INCREMENTAL_UPDATE"]
    assert [issue["page"] for issue in odd] == [1]
    assert [row["amount"] for row in rich["transactions"]] == [row["amount"] for row in plain["transactions"]]


TAXED = (
    "INVOICE",
    "Bright Harbour Trading Ltd, 12 Quay Street, Bristol BS1 4DJ",
    "Invoice number: INV-2024-001",
    "Invoice date: 2024-01-07",
    "Description        Quantity   Unit price    Amount",
    "Consulting              10       100.00    1000.00",
    "Subtotal EUR 1000.00",
    "VAT 20% EUR 200.00",
    "Total EUR 1200.00",
)


@pytest.fixture(scope="module")
def taxed(server):
    """An invoice with a line and a tax, and what is read of it without options."""
    content = papers.pdf(lines=TAXED)
    with server.client() as client:
        plain = finish(client, start(client, content))["results"]
    assert plain["taxes"]
    assert plain["items"]
    return content, plain


@pytest.mark.parametrize("option", ["extract_line_items", "extract_items", "extract_tables"])
def test_without_line_items_the_rest_is_the_same(client, taxed, option):
    content, plain = taxed
    left = finish(client, start(client, content, options={option: False}))["results"]
    assert left["items"] == []
    assert not [path for path in left["evidence"] if path.startswith("items.")]
    for part in ("invoice_info", "vendor", "taxes", "summary"):
        assert left[part] == plain[part]
    assert left["checks"]["verdict"] == plain["checks"]["verdict"]


def test_without_tax_the_rest_is_the_same(client, taxed):
    content, plain = taxed
    left = finish(client, start(client, content, options={"detect_tax": False}))["results"]
    assert (left["taxes"], left["summary"]["tax_total"]) == ([], None)
    assert {item["tax_rate"] for item in left["items"]} == {None}
    assert left["summary"]["total"] == plain["summary"]["total"]
    assert left["invoice_info"] == plain["invoice_info"]


@pytest.mark.parametrize("option", ["extract_transactions", "extract_tables"])
def test_without_transactions_the_rest_is_the_same(client, edited, option):
    plain = results_of(client, edited)
    left = results_of(client, edited, **{option: False})
    assert plain["transactions"]
    assert (left["transactions"], left["unparsed_lines"]) == ([], [])
    assert not [path for path in left["evidence"] if path.startswith("transactions.")]
    for part in ("account_info", "statement_period", "summary"):
        assert left[part] == plain[part]
    assert left["checks"]["verdict"] == plain["checks"]["verdict"]


OWN = '[[category]]\nname = "mine"\nwords.any = ["e*"]\n[fallback]\ndebit = "paid"\ncredit = "received"\n'
PROFILE = 'name = "mine"\nmatch = ["{word}"]\n'


@pytest.mark.slow
def test_an_operators_own_categories_and_profiles_reach_the_worker(idle_server, open_folders):
    folder = open_folders()
    (folder / "categories.toml").write_text(OWN, encoding="utf-8")
    (folder / "profiles").mkdir()
    drawn = draw_statement("debit-credit", 3, rows=6)
    word = bursar.parse(drawn.pdf).transactions[0].description.split()[0]
    (folder / "profiles" / "mine.toml").write_text(PROFILE.format(word=word), encoding="utf-8")
    settings = {"categories_file": folder / "categories.toml", "profiles_dir": folder / "profiles"}
    with run_worker(idle_server, **settings), idle_server.client() as client:
        results = results_of(client, drawn.pdf, categorize=True)
    assert {row["category"] for row in results["transactions"]} <= {"mine", "paid", "received"}
    assert "PROFILE_APPLIED" in {issue["code"] for issue in results["checks"]["issues"]}
