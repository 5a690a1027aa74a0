"""The OpenAPI document shows every operation at work, and what it shows is true to its own schemas."""

from __future__ import annotations

import json
from functools import cache, reduce
from operator import getitem
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bursar import errors
from bursar.api.replies import status_of
from bursar.errors import BursarError

DOCUMENT = json.loads((Path(__file__).parents[3] / "openapi.json").read_text(encoding="utf-8"))


def resolve(part):
    """A part of the document, or what it refers to."""
    return reduce(getitem, part["$ref"].removeprefix("#/").split("/"), DOCUMENT) if "$ref" in part else part


for _operations in DOCUMENT["paths"].values():
    for _told in _operations.values():
        _told["responses"] = {status: resolve(answer) for status, answer in _told["responses"].items()}
        _told["parameters"] = [resolve(parameter) for parameter in _told.get("parameters", ())]
OPERATIONS = [
    pytest.param(operation, id=operation["operationId"])
    for operations in DOCUMENT["paths"].values()
    for operation in operations.values()
]


def examples_of(content):
    """The values of the examples of one media type, where they stand or where they are referred to."""
    for example in content["examples"].values():
        yield resolve(example)["value"]


SCHEMAS = {"components": {"schemas": DOCUMENT["components"]["schemas"]}}


@cache
def find_problems(schema, value):
    """What is wrong with a value, both as JSON text: most operations share a few of them."""
    validator = Draft202012Validator({**json.loads(schema), **SCHEMAS})
    return [f"{problem.json_path}: {problem.message}" for problem in validator.iter_errors(json.loads(value))]


def check(schema, value):
    assert find_problems(json.dumps(schema), json.dumps(value)) == [], value


def statuses_by_code():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, BursarError)]
    found = {}
    for kind in kinds:
        found.setdefault(kind.code, set()).add(status_of(kind("")))
    return found


STATUSES = statuses_by_code()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_body_is_shown_and_fits(operation):
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        values = list(examples_of(content))
        assert values, media_type
        for value in values:
            check(content["schema"], value)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_reply_is_shown_and_fits(operation):
    for status, answer in operation["responses"].items():
        assert answer["description"], status
        for media_type, content in answer.get("content", {}).items():
            if media_type != "application/json" or content["schema"].get("format") == "binary":
                continue
            values = list(examples_of(content))
            assert values, status
            for value in values:
                check(content["schema"], value)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_refusal_is_shown_by_codes_that_have_its_status(operation):
    for status, answer in operation["responses"].items():
        if int(status) < 400:
            continue
        codes = [value["error"]["code"] for value in examples_of(answer["content"]["application/json"])]
        assert codes
        for code in codes:
            assert int(status) in STATUSES[code], (status, code)


def test_every_guarded_operation_tells_of_budget_and_request_id():
    for case in OPERATIONS:
        operation = case.values[0]
        guarded = "security" in operation
        for status, answer in operation["responses"].items():
            assert "X-Request-Id" in answer["headers"]
            assert ("X-RateLimit-Remaining" in answer["headers"]) == guarded
            assert ("Retry-After" in answer["headers"]) == (status in ("429", "503"))


def test_whoever_may_send_again_is_told_how():
    for operations in DOCUMENT["paths"].values():
        post = operations.get("post")
        if post is not None:
            assert "Idempotency-Key" in {parameter["name"] for parameter in post["parameters"]}
            assert {"400", "409"} <= set(post["responses"])


def test_every_way_to_name_a_document_is_shown():
    schema = DOCUMENT["components"]["schemas"]["ProcessBody"]["properties"]
    shown = set()
    for path in ("/api/v1/parse/invoices", "/api/v1/parse/invoices/batch"):
        for value in examples_of(DOCUMENT["paths"][path]["post"]["requestBody"]["content"]["application/json"]):
            shown |= set(value)
    assert set(schema) == shown
