"""Writes docs/reference/contract.md: each promise of the HTTP contract and the tests that hold it.

`write_contract.py --check` only says whether the page would change, and fails then.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from contract.promises import SECTIONS  # noqa: E402
from contract.rows import ROWS  # noqa: E402

TARGET = ROOT / "docs" / "reference" / "contract.md"


def render() -> str:
    """Return the page."""
    return "\n".join(_write()).rstrip() + "\n"


def _write() -> Iterator[str]:
    yield "<!-- Written by tools/write_contract.py from tests/contract/rows.py and promises.py; change those instead. -->"
    yield from ("", "# The contract and its tests", "")
    yield "Every operation of the API is called by `tests/contract/test_contract_rows.py`, against a real server with a real"
    yield "PostgreSQL, in each of the ways below; the reply's status, headers and shape are held against the OpenAPI document, its"
    yield "keys against the contract. A server with an operation that is not in this table fails the test. Every operation is then"
    yield "called wrongly: without a key, without the permission, with ids of nothing, bodies that are none, parameters out of their"
    yield "bounds, other methods."
    yield from ("", "| operation | permission | called |", "|---|---|---|")
    for operation in dict.fromkeys(row.operation for row in ROWS):
        rows = [row for row in ROWS if row.operation == operation]
        ways = "; ".join(row.how or "as documented" for row in rows)
        yield f"| `{operation}` | {rows[0].needs or 'none'} | {ways} |"
    for section, promises in SECTIONS.items():
        yield from ("", f"## {section}", "", "| promise | held by |", "|---|---|")
        for promise, tests in promises.items():
            yield f"| {promise} | {'<br>'.join(f'`{test}`' for test in tests)} |"


def main(arguments: list[str]) -> int:
    """Write or check the page; return the exit code."""
    text = render()
    if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text:
        return 0
    if "--check" not in arguments:
        TARGET.write_text(text, encoding="utf-8")
    print(f"{TARGET.name} {'would change' if '--check' in arguments else 'written'}")
    return int("--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
