"""The options `categorize` and `detect_anomalies`, from the request to what they change in the results."""

from __future__ import annotations

import pytest

import bursar
from builders.edited import replace_text
from builders.statements.layouts import draw_statement
from serving import run_worker
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
