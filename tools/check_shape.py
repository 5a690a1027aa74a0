"""Fails when the house loses its shape: long files, long functions, names that say nothing, floats near money.

The limits are those of CONTRIBUTING.md: a file has at most 500 lines, a function at most 60.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 60
EMPTY_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "base",
    "manager",
    "handler",
    "handlers",
    "processor",
    "data",
    "info",
    "misc",
}
EXACT_ROOMS = ("facts", "checks")  # where a float literal or type is a fault, boxes and probabilities aside
FLOATS_ALLOWED = {"facts/box.py", "facts/evidence.py", "facts/document.py", "facts/codec.py"}
HOST = re.compile(r"pypi\.org|pythonhosted|registry\.npmjs|deb\.debian\.org")


def main() -> int:
    """Print every fault; return 1 when there is one."""
    faults = [*_check_sources(), *_check_hosts()]
    for fault in faults:
        print(fault)
    print(f"shape: {len(faults)} faults")
    return 1 if faults else 0


def _check_sources() -> Iterator[str]:
    for path in sorted((ROOT / "src").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        room = path.relative_to(ROOT / "src" / "bursar").as_posix()
        lines = text.count("\n")
        if lines > MAX_FILE_LINES:
            yield f"{path}: {lines} lines, at most {MAX_FILE_LINES}"
        if path.stem in EMPTY_NAMES:
            yield f"{path}: the name says nothing"
        yield from _check_tree(path, room, ast.parse(text))


def _check_tree(path: Path, room: str, tree: ast.AST) -> Iterator[str]:
    no_floats = room.partition("/")[0] in EXACT_ROOMS and room not in FLOATS_ALLOWED
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MAX_FUNCTION_LINES:
                yield f"{path}:{node.lineno}: {node.name} has {length} lines, at most {MAX_FUNCTION_LINES}"
        if no_floats and isinstance(node, ast.Name) and node.id == "float":
            yield f"{path}:{node.lineno}: a float in a room of exact amounts"
        if isinstance(node, ast.Name) and node.id == "TYPE_CHECKING":
            yield f"{path}:{node.lineno}: TYPE_CHECKING hides two-way dependence"


def _check_hosts() -> Iterator[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for name in listed:
        path = ROOT / name
        if path == Path(__file__).resolve() or path.suffix in {".pdf", ".png", ".jpg", ".onnx"} or not path.is_file():
            continue
        if HOST.search(path.read_text(encoding="utf-8", errors="ignore")):
            yield f"{path}: names a package registry's host"


if __name__ == "__main__":
    sys.exit(main())
