from pathlib import Path

import pytest

from bursar.evaluation.corpus import Example
from bursar.evaluation.sameness import is_same_item
from bursar.evaluation.scoring import Scores, Tally, count_aligned, score_example
from bursar.evaluation.trust import calibrate, cross_verdicts, judge_straight_through, measure_reliability


def make_example(fields, *, type_="invoice", id_="one"):
    return Example("set", id_, type_, Path("one.pdf"), fields)


def score(fields, result, **options):
    scores = Scores()
    score_example(scores, make_example(fields, **options), result)
    return scores


def test_a_field_is_right_wrong_or_missing():
    fields = {"total": "10.00", "subtotal": "9.00", "currency": "EUR"}
    scores = score(fields, {"summary": {"total": 10, "subtotal": 8}, "invoice_info": {"currency": None}})
    assert scores.tallies["invoice", "total"] == Tally(right=1)
    assert scores.tallies["invoice", "subtotal"] == Tally(wrong=1)
    assert scores.tallies["invoice", "currency"] == Tally(missing=1)
    assert scores.tallies["invoice set", "all fields"] == Tally(right=1, wrong=1, missing=1)
    assert scores.faults["set/one"] == 2


def test_only_fields_of_the_truth_count():
    assert ("invoice", "due_date") not in score({"total": "1"}, {"invoice_info": {"due_date": "2024-01-01"}}).tallies


def test_a_document_without_a_result_misses_everything():
    scores = score({"total": "10.00", "line_items": [{"description": "a", "amount": "1"}]}, {})
    assert scores.tallies["invoice", "total"] == Tally(missing=1)
    assert scores.tallies["invoice", "line_items"] == Tally(missing=1)


def test_rows_have_a_tally_of_their_own_and_are_not_among_all_fields():
    scores = score(
        {"total": "1.00", "line_items": [{"description": "a", "amount": "1"}] * 9}, {"summary": {"total": 1}}
    )
    assert scores.tallies["invoice", "all fields"] == Tally(right=1)
    assert scores.tallies["invoice set", "all fields"] == Tally(right=1)
    assert scores.tallies["invoice", "line_items"] == Tally(missing=9)


def test_rows_are_paired_in_order():
    truth = [{"description": name, "amount": amount} for name, amount in (("a", "1"), ("b", "2"), ("c", "3"))]
    rows = [{"description": name, "amount": amount} for name, amount in (("a", 1), ("x", 9), ("c", 3))]
    assert count_aligned(truth, rows, is_same_item) == 2
    scores = score({"line_items": truth}, {"items": rows})
    assert scores.tallies["invoice", "line_items"] == Tally(right=2, wrong=1)
    assert scores.tallies["invoice", "line_items (whole list)"] == Tally(wrong=1)


def test_surplus_rows_cost_precision_and_not_recall():
    truth = [{"description": "a", "amount": "1"}]
    rows = [{"description": "a", "amount": 1}, {"description": "b", "amount": 2}]
    tally = score({"line_items": truth}, {"items": rows}).tallies["invoice", "line_items"]
    assert tally.count == 1
    assert tally.recall == 1
    assert tally.precision == 0.5
    assert tally.f1 == pytest.approx(2 / 3)


def test_group_lines_and_rows_without_amount_are_no_rows():
    scores = score({"line_items": [{"description": "Group", "line_status": "GROUP"}]}, {"items": []})
    assert scores.tallies["invoice", "line_items (whole list)"] == Tally(right=1)
    scores = score(
        {"transactions": [{"date": "2025-01-01", "amount": None}]}, {"transactions": []}, type_="bank_statement"
    )
    assert scores.rows_exact["set/one"]


def test_the_receipts_number_gives_way_to_an_invoice_number():
    fields = {"invoice_number": "7", "receipt_number": "8"}
    scores = score(fields, {"invoice_info": {"invoice_number": "7"}}, type_="receipt")
    assert scores.tallies["receipt", "all fields"] == Tally(right=1)


def test_calibration_counts_the_values_of_each_confidence():
    result = {
        "summary": {"total": 10, "subtotal": 8},
        "evidence": {"summary.total": {"confidence": 0.96}, "summary.subtotal": {"confidence": 0.6}},
    }
    scores = score({"total": "10.00", "subtotal": "9.00"}, result)
    buckets = {bucket.low: bucket for bucket in calibrate(scores, {"set/one": result})}
    assert (buckets[0.95].count, buckets[0.95].right) == (1, 1)
    assert (buckets[0.5].count, buckets[0.5].right) == (1, 0)


def test_a_wrong_field_or_row_spoils_straight_through():
    result = {"summary": {"total": 10}, "checks": {"straight_through": True, "verdict": "proven"}}
    right = judge_straight_through(score({"total": "10.00"}, result), {"set/one": result})
    assert (right.passed, right.right, right.wrong) == (1, 1, ())
    wrong = judge_straight_through(score({"total": "11.00"}, result), {"set/one": result})
    assert (wrong.passed, wrong.right, wrong.wrong) == (1, 0, ("set/one",))
    truth = {"total": "10.00", "line_items": [{"description": "a", "amount": "10.00"}]}
    assert judge_straight_through(score(truth, result), {"set/one": result}).precision == 0


def test_reliability_compares_what_confidences_promise_with_what_is_right():
    result = {
        "summary": {"total": 10, "subtotal": 8},
        "evidence": {"summary.total": {"confidence": 0.9}, "summary.subtotal": {"confidence": 0.7}},
    }
    found = measure_reliability(score({"total": "10.00", "subtotal": "9.00"}, result), {"set/one": result})
    assert found["invoice", "subtotal"].gap == pytest.approx(0.7)
    assert found["invoice", "set"].mean_confidence == pytest.approx(0.8)
    assert found["invoice", "set"].share_right == 0.5


def test_verdicts_are_crossed_with_the_truth_of_the_rows():
    example = make_example({"line_items": [{"description": "a", "amount": "1"}]})
    result = {"items": [{"description": "a", "amount": 2}], "checks": {"verdict": "proven"}}
    scores = Scores()
    score_example(scores, example, result)
    assert cross_verdicts([example], scores, {"set/one": result}) == {("invoice", "proven"): {"inexact": 1}}
