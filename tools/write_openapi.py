"""Write openapi.json, the document of the HTTP API, from the code."""

from __future__ import annotations

import json
from pathlib import Path

from bursar.api.app import describe_api

TARGET = Path(__file__).parent.parent / "openapi.json"


def render() -> str:
    """Return the document as it is committed: sorted, so that its diff shows what changed."""
    return json.dumps(describe_api(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
    print(f"wrote {TARGET.name}")
