"""camt.053 against the message definition of ISO 20022, as `pyiso20022` carries it: names, order, lengths, patterns."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree
from pyiso20022.camt.camt_053_001_08 import Document
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig
from xsdata.formats.dataclass.serializers import XmlSerializer

from builders.statements.layouts import LAYOUTS, draw_statement
from bursar.exports.formats import FORMATS, export
from bursar.extraction.statements.extractor import extract_statement
from bursar.facts.statement import AccountInfo, Statement, StatementSummary, Transaction
from bursar.reading.document import read_document

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
STRICT = ParserConfig(fail_on_unknown_properties=True, fail_on_unknown_attributes=True, fail_on_converter_warnings=True)


def read(content):
    """The message; unknown, misplaced or missing elements and values of the wrong type are errors."""
    message = XmlParser(config=STRICT).from_bytes(content, Document)
    in_order = XmlSerializer().render(message, ns_map={None: NAMESPACE})
    assert names_of(etree.fromstring(in_order.encode())) == names_of(etree.fromstring(content))
    check(message)
    return message


def names_of(root):
    return [element.tag for element in root.iter()]


def check(value, limits=None, place="Document"):
    """Every text and number keeps the limits that the definition sets."""
    if isinstance(value, list | tuple):
        for each in value:
            check(each, limits, place)
    elif is_dataclass(value):
        for each in fields(value):
            check(getattr(value, each.name), each.metadata, f"{place}.{each.metadata.get('name', each.name)}")
    elif value is not None and limits:
        text = format(value, "f") if isinstance(value, Decimal) else str(value)
        assert not isinstance(value, str) or limits.get("min_length", 0) <= len(value), place
        assert len(text) <= limits.get("max_length", len(text)), place
        assert not limits.get("pattern") or re.fullmatch(limits["pattern"], text), (place, text)
        if isinstance(value, Decimal):
            digits = value.as_tuple()
            assert -digits.exponent <= limits.get("fraction_digits", 18), (place, text)
            assert len(digits.digits) <= limits.get("total_digits", 18), (place, text)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_what_is_read_from_any_drawn_statement_is_a_valid_message(layout):
    statement = extract_statement(read_document(draw_statement(layout, 3).pdf))
    if statement.account_info.currency is None:  # not every layout prints one
        statement = replace(statement, account_info=replace(statement.account_info, currency="EUR"))
    message = read(export(statement, FORMATS["camt053"]))
    booked = sum(len(each.ntry) for each in message.bk_to_cstmr_stmt.stmt)
    accounts = statement.accounts or (statement,)
    assert booked == sum(len(account.transactions) for account in accounts)


def test_long_and_hostile_texts_keep_the_limits():
    statement = Statement(
        account_info=AccountInfo(
            bank_name="B" * 300, account_holder="H" * 300, account_number="9" * 60, currency="EUR"
        ),
        summary=StatementSummary(opening_balance=Decimal(0), closing_balance=Decimal("-1.5")),
        transactions=(
            Transaction(1, date(2025, 6, 2), "x\x00" + "long " * 400, Decimal("1.5"), "debit", reference="r" * 99),
        ),
    )
    read(export(statement, FORMATS["camt053"]))
