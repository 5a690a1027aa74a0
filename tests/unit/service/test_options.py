from __future__ import annotations

import pytest

from bursar.errors import InvalidRequest
from bursar.service.options import DEFAULTS, check_options, check_pages


def test_no_options_are_the_defaults():
    assert check_options(None) == {}
    assert check_options({}) == {}
    assert check_options(dict(DEFAULTS)) == {}


def test_what_differs_from_the_defaults_is_kept():
    assert check_options({"categorize": True, "ocr": "force", "pages": " 1-3, 7 "}) == {
        "categorize": True,
        "ocr": "force",
        "pages": "1-3,7",
    }


def test_a_synonym_is_known_by_its_own_name():
    assert check_options({"extract_items": False}) == {"extract_line_items": False}


def test_a_synonym_may_not_contradict_its_name():
    with pytest.raises(InvalidRequest):
        check_options({"extract_items": False, "extract_line_items": True})


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"colour": True}, "options.colour"),
        ({"ocr": "sometimes"}, "options.ocr"),
        ({"ocr": None}, "options.ocr"),
        ({"ocr": ["auto"]}, "options.ocr"),
        ({"engine": "gpt"}, "options.engine"),
        ({"categorize": "yes"}, "options.categorize"),
        ({"categorize": 1}, "options.categorize"),
        ({"detect_tax": None}, "options.detect_tax"),
        ({"pages": 3}, "options.pages"),
        ({"pages": "three"}, "options.pages"),
        ({"pages": ""}, "options.pages"),
        ({"pages": "1-"}, "options.pages"),
        ({"pages": "1," * 600 + "1"}, "options.pages"),
        ({"pages": "\u0661"}, "options.pages"),
        ({"language": "de\x00"}, "options.language"),
        ({"language": 7}, "options.language"),
        ([], "options"),
        ("fast", "options"),
    ],
)
def test_anything_else_is_refused_by_name(options, field):
    with pytest.raises(InvalidRequest) as caught:
        check_options(options)
    assert caught.value.details["field"] == field
    assert caught.value.details["reason"]


@pytest.mark.parametrize("pages", ["1", "3", "1-3", "3,1", "2-2"])
def test_pages_of_the_document_may_be_selected(pages):
    check_pages(pages, 3)


@pytest.mark.parametrize("pages", ["0", "4", "2-4", "3-2", "1,9"])
def test_pages_that_the_document_lacks_are_refused(pages):
    with pytest.raises(InvalidRequest):
        check_pages(pages, 3)
