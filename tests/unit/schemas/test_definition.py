from decimal import Decimal

import pytest

from bursar.errors import InvalidRequest
from bursar.schemas.definition import find_form, parse_definition
from bursar.schemas.generation import generate_definition
from bursar.schemas.validation import check_output


def names(definition):
    return [field.name for field in parse_definition(definition).fields]


def test_the_three_forms_are_told_apart():
    assert find_form({"fields": ["a"]}) == "fields"
    assert find_form({"fields": "", "total": 0}) == "template"
    assert find_form({"type": "object", "properties": {}}) == "json_schema"


def test_an_empty_value_shows_its_type():
    fields = parse_definition({"a": "", "b": 0.0, "c": False, "d": [{"e": ""}], "f": "date", "g": None}).fields
    assert [field.kind for field in fields] == ["string", "number", "boolean", "array", "string", "any"]
    assert fields[4].format == "date"
    assert fields[3].item.fields[0].name == "e"


def test_references_and_optional_fields_as_pydantic_writes_them_are_understood():
    party = {"type": "object", "properties": {"name": {"anyOf": [{"type": "string"}, {"type": "null"}]}}}
    schema = {"type": "object", "properties": {"vendor": {"$ref": "#/$defs/Party"}}, "$defs": {"Party": party}}
    (vendor,) = parse_definition(schema).fields
    assert (vendor.kind, vendor.fields[0].name, vendor.fields[0].kind) == ("object", "name", "string")


BAD = {
    "nothing": {},
    "itself": {"type": "object", "properties": {"a": {"$ref": "#"}}},
    "a loop": {"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}, "$defs": {"A": {"items": {"$ref": "#/$defs/A"}}}},
    "elsewhere": {"type": "object", "properties": {"a": {"$ref": "https://example.com/s.json"}}},
    "never": {"type": "object", "properties": {"a": False}},
    "too many": {"fields": [f"f{number}" for number in range(501)]},
    "too deep": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": ""}}}}}}}}},
}  # fmt: skip


@pytest.mark.parametrize("definition", BAD.values(), ids=BAD)
def test_a_definition_that_cannot_be_met_is_refused(definition):
    with pytest.raises(InvalidRequest):
        parse_definition(definition)


def test_null_is_allowed_everywhere_and_decimals_are_exact():
    rules = {"total": {"type": "number", "multipleOf": 0.01}, "rows": {"type": "array", "items": {"type": "string"}}}
    schema = parse_definition({"type": "object", "properties": rules, "required": ["total", "rows"]})
    assert check_output(schema, {"total": None, "rows": [None]}) == []
    assert check_output(schema, {"total": Decimal("681.87"), "rows": []}) == []
    assert [problem.path for problem in check_output(schema, {"total": Decimal("0.005"), "rows": [1]})] == [
        "rows.0",
        "total",
    ]


def test_a_schema_made_from_a_result_keeps_what_has_a_value():
    made = generate_definition({"metadata": {}, "a": "2024-01-07", "b": None, "rows": [{"x": None}, {"x": Decimal(2)}]})
    assert names(made) == ["a", "rows"]
    assert made["properties"]["a"] == {"type": "string", "format": "date"}
    assert made["properties"]["rows"]["items"]["properties"] == {"x": {"type": "number"}}
