from __future__ import annotations

import importlib.util
import json
from pathlib import Path

ROOT = Path(__file__).parents[3]


def load_tool():
    spec = importlib.util.spec_from_file_location("write_openapi", ROOT / "tools" / "write_openapi.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


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
                schema = reply["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ErrorReply"}, (path, method, status)
        if path.startswith("/api/v1/") and not path.endswith("/health"):
            assert told["security"] == [{"HTTPBearer": []}], path
            assert {"401", "403", "429", "500", "503"} <= set(told["responses"])
