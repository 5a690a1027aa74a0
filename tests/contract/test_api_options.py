"""The options `categorize` and `detect_anomalies`, from the request to what they change in the results."""

from __future__ import annotations

import pytest

from builders.edited import replace_text
from builders.statements.layouts import draw_statement
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
