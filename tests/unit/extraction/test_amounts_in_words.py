"""Amounts spelled out in English, in the world's way and India's, and what only looks like one."""

from decimal import Decimal

import pytest

from builders.readings import make_page, make_reading
from bursar.checks.invoice import check_invoice
from bursar.extraction.amounts_in_words import find_spelled_amount
from bursar.extraction.invoices.extractor import extract_invoice
from bursar.facts.codec import from_wire, to_wire
from bursar.facts.evidence import Status, Verdict


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Amount in words: Rupees One Lakh Twenty Three Thousand Four Hundred Fifty Six and Paise Seventy Eight Only", "123456.78"),
        ("INR Five Hundred Fifty Six and Seventy Eight Paise Only", "556.78"),
        ("Rupees Five Hundred and Seventy Eight Paise", "500.78"),
        ("One Crore Two Lakh Rupees Only", "10200000"),
        ("One thousand two hundred thirty-four and 50/100 dollars", "1234.50"),
        ("EUR one hundred and twenty only", "120"),
        ("In words: one hundred twenty dollars and five cents", "120.05"),
        ("Two million three hundred and one thousand and xx/100 dollars only", "2301000"),
        ("Three Thousand Five Hundred Only.", "3500"),
    ],
)  # fmt: skip
def test_amounts_in_words_are_read(text, value):
    assert find_spelled_amount(text.split()).value == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "We sell two hundred pounds of sugar",
        "Five only",
        "Total amount only",
        "Rupees Only",
        "Rupees twenty thirty four only",
        "Rupees five thousand two lakh only",
        "Rupees hundred thousand hundred only",
    ],
)
def test_other_words_and_numbers_out_of_order_give_nothing(text):
    assert find_spelled_amount(text.split()) is None


def read(*words, total="1,23,456.00"):
    lines = [(text, 50, 500 + 12 * place) for place, text in enumerate(words)]
    page = make_page(("Tax Invoice", 50, 40, 18), ("Total", 320, 400), (total, 500, 400), *lines)
    return extract_invoice(make_reading(page))


def test_words_that_agree_prove_the_total_and_survive_json():
    invoice = read("Rupees One Lakh Twenty Three Thousand Four Hundred", "Fifty Six Only")
    assert invoice.summary.amount_in_words == Decimal(123456)
    assert invoice.evidence["summary.amount_in_words"].text.endswith("Only")
    assert check_invoice(invoice).statuses["summary.total"] is Status.PROVEN
    assert from_wire(to_wire(invoice)).summary == invoice.summary


def test_words_that_differ_are_an_issue():
    outcome = check_invoice(read("Rupees One Lakh Twenty Three Thousand Only"))
    assert "AMOUNT_IN_WORDS_MISMATCH" in [issue.code for issue in outcome.checks.issues]
    assert outcome.checks.verdict is Verdict.CONTRADICTED


def test_a_document_without_words_has_no_such_key():
    assert "amount_in_words" not in to_wire(read("Thank you"))["summary"]
