from __future__ import annotations

import importlib.util
import json
from functools import reduce
from operator import getitem
from pathlib import Path

ROOT = Path(__file__).parents[3]


def load_tool():
    spec = importlib.util.spec_from_file_location("write_openapi", ROOT / "tools" / "write_openapi.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


def resolve(document, part):
    """A part of the document, or what it refers to."""
    return reduce(getitem, part["$ref"].removeprefix("#/").split("/"), document) if "$ref" in part else part


def test_what_many_operations_say_alike_stands_there_once():
    text = (ROOT / "openapi.json").read_text()
    document = json.loads(text)
    written = [
        json.dumps(part, sort_keys=True)
        for methods in document["paths"].values()
        for told in methods.values()
        for part in (*told["responses"].values(), *told.get("parameters", ()))
        if "$ref" not in part
    ]
    written += [json.dumps(value, sort_keys=True) for value in document["components"]["examples"].values()]
    assert len(set(written)) == len(written)
    assert len(text.splitlines()) < 15_000
    for kind in ("responses", "parameters", "examples"):
        for name in document["components"][kind]:
            assert f'"#/components/{kind}/{name}"' in text, name


def test_the_committed_document_is_what_the_code_says():
    assert (ROOT / "openapi.json").read_text() == load_tool().render(), "run make openapi"


def test_every_operation_is_named_told_and_refuses_in_the_envelope():
    document = json.loads((ROOT / "openapi.json").read_text())
    operations = [
        (path, method, told) for path, methods in document["paths"].items() for method, told in methods.items()
    ]
    assert len(operations) > 30
    assert len({told["operationId"] for _, _, told in operations}) == len(operations)
    for path, method, told in operations:
        assert told["description"], path
        assert "422" not in told["responses"]
        for status, reply in told["responses"].items():
            if int(status) >= 400:
                schema = resolve(document, reply)["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ErrorReply"}, (path, method, status)
        if path.startswith("/api/v1/") and not path.endswith("/health"):
            assert told["security"] == [{"HTTPBearer": []}], path
            assert {"401", "403", "429", "500", "503"} <= set(told["responses"])
