"""Drawn documents tell the truth: amounts add up, the page says what the truth says, nothing is lost off the page."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

import pypdfium2 as pdfium
import pytest

from builders.invoices.layouts import LAYOUTS as INVOICES
from builders.invoices.layouts import draw_invoice
from builders.statements.layouts import LAYOUTS as STATEMENTS
from builders.statements.layouts import draw_statement

SEEDS = range(3)
MOST_ROWS = {"rows": 30}


def _draw(layout, seed):
    if layout in INVOICES:
        return draw_invoice(layout, seed)
    return draw_statement(layout, seed, **(MOST_ROWS if layout.rows[0] > 40 else {}))


ALL = pytest.mark.parametrize("layout", [*INVOICES, *STATEMENTS], ids=lambda layout: layout.name)


def _squeezed(text):
    return "".join(char for char in unicodedata.normalize("NFKC", text) if not char.isspace())


def _pdf_text(drawn):
    document = pdfium.PdfDocument(drawn.pdf)
    text = "".join(document[index].get_textpage().get_text_bounded() for index in range(len(document)))
    document.close()
    return _squeezed(re.sub("[\x02\ufffe]", "-", text))  # PDFium's marks for a hyphen at the end of a line


@ALL
def test_the_page_says_every_string_that_was_drawn(layout):
    drawn = _draw(layout, 5)
    text = _pdf_text(drawn)
    assert [string for string in drawn.strings if _squeezed(string) not in text] == []


@ALL
def test_every_true_field_stands_on_the_page(layout):
    for seed in SEEDS:
        drawn = _draw(layout, seed)
        words = _squeezed(" ".join(drawn.strings)).casefold()
        digits = re.sub(r"\D", "", " ".join(drawn.strings))
        for name, value in drawn.truth["fields"].items():
            if name in {"currency", "line_items", "transactions"} or name.endswith(("date", "_start", "_end")):
                continue
            if re.fullmatch(r"-?\d+\.\d\d", value):
                assert re.sub(r"\D", "", value) in digits, (seed, name)
            for part in value.split(", ") if name.endswith("_address") else [value]:
                assert re.sub(r"\W", "", part).casefold() in re.sub(r"\W", "", words), (seed, name)


@ALL
def test_every_true_row_stands_on_the_page(layout):
    for seed in SEEDS:
        drawn = _draw(layout, seed)
        rows = drawn.truth["fields"].get("line_items") or drawn.truth["fields"].get("transactions")
        squeezed = _squeezed(" ".join(drawn.strings))
        digits = {re.sub(r"\D", "", string) for string in drawn.strings}
        run_together = re.sub(r"[^\d ]", "", " ".join(drawn.strings))
        assert rows
        for row in rows:
            amount = re.sub(r"\D", "", row["amount"])
            assert amount in digits or amount in run_together, (layout.name, seed, row)
            assert _squeezed(row["description"].split()[0]) in squeezed


@ALL
def test_nothing_is_drawn_off_the_page_or_upon_something_else(layout):
    for seed in range(4):
        drawn = _draw(layout, seed)
        width, height = drawn.paper
        by_height = sorted(drawn.spots, key=lambda spot: (spot.page, spot.y0))
        for number, spot in enumerate(by_height):
            assert 2 <= spot.x0 <= spot.x1 <= width - 2, (seed, spot)
            assert 2 <= spot.y0 <= spot.y1 <= height - 2, (seed, spot)
            for other in by_height[number + 1 : number + 40]:
                assert spot.x1 == spot.x0 or other.x1 == other.x0 or not spot.covers(other), (seed, spot, other)


@ALL
def test_the_same_seed_draws_the_same_bytes_and_another_seed_others(layout):
    assert _draw(layout, 7).pdf == _draw(layout, 7).pdf
    assert _draw(layout, 7).pdf != _draw(layout, 8).pdf


@pytest.mark.parametrize("layout", INVOICES, ids=lambda layout: layout.name)
def test_an_invoices_totals_add_up(layout):
    for seed in range(12):
        drawn = draw_invoice(layout, seed)
        amounts = drawn.truth["fields"] | drawn.truth["not_visible"]
        assert Decimal(amounts["subtotal"]) + Decimal(amounts["tax_total"]) == Decimal(amounts["total"])
        assert abs(Decimal(amounts["amount_due"])) <= abs(Decimal(amounts["total"]))
        assert drawn.truth["fields"]["total"]


@pytest.mark.parametrize("layout", STATEMENTS, ids=lambda layout: layout.name)
def test_a_statements_balances_follow_from_its_rows(layout):
    for seed in SEEDS:
        drawn = _draw(layout, seed)
        known = drawn.truth["fields"] | drawn.truth["not_visible"]
        accounts = drawn.truth.get("accounts", [known])
        owed = -1 if drawn.truth["document_kind"] == "credit_card_statement" else 1
        for account in accounts:
            if "opening_balance" not in account:
                continue
            booked = sum(Decimal(row["amount"]) for row in account["transactions"])
            assert Decimal(account["opening_balance"]) * owed + booked == Decimal(account["closing_balance"]) * owed


@pytest.mark.parametrize(
    "layout", [layout for layout in STATEMENTS if "balance" in layout.form.columns], ids=lambda layout: layout.name
)
def test_running_balances_follow_row_by_row(layout):
    drawn = _draw(layout, 1)
    rows = drawn.truth["fields"]["transactions"]
    if layout.form.newest_first:
        rows = rows[::-1]
    balance = Decimal((drawn.truth["fields"] | drawn.truth["not_visible"])["opening_balance"])
    for row in rows:
        balance += Decimal(row["amount"])
        assert Decimal(row.get("balance", balance)) == balance


def test_some_layouts_of_either_kind_are_held_out():
    assert 2 <= sum(layout.holdout for layout in INVOICES) < len(INVOICES) / 2
    assert 2 <= sum(layout.holdout for layout in STATEMENTS) < len(STATEMENTS) / 2


def test_a_statement_of_three_thousand_rows_can_be_drawn():
    drawn = draw_statement("many-pages", 3, rows=3000)
    assert len(drawn.truth["fields"]["transactions"]) == 3000
    assert drawn.pages > 60


def test_a_date_without_a_year_is_true_without_one_only_where_nobody_can_know_it():
    seen = set()
    for seed in range(60):
        fields = draw_statement("dates-without-year", seed, rows=5).truth["fields"]
        first = fields["transactions"][0]["date"]
        assert first.startswith("--") != ("period_start" in fields)
        seen.add(first.startswith("--"))
    assert seen == {True, False}
