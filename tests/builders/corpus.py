"""Writes drawn documents as a corpus folder that `bursar eval` reads: files, truth, index.jsonl."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from builders.drawn import Drawn
from builders.scan import scan


def write_corpus(folder: Path, documents: Iterable[tuple[str, Drawn]], *, scans: bool = False) -> int:
    """Write `(id, document)` pairs, each below `built-<kind>/<id>/`; returns how many."""
    entries = [_write_one(folder, name, drawn, number, scans=scans) for number, (name, drawn) in enumerate(documents)]
    folder.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(entry, ensure_ascii=False) for entry in entries)
    (folder / "index.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(entries)


def _write_one(folder: Path, name: str, drawn: Drawn, seed: int, *, scans: bool) -> dict[str, Any]:
    dataset = f"built-{drawn.kind.replace('_', '-')}"
    home = folder / dataset / name
    home.mkdir(parents=True, exist_ok=True)
    files = {"document": "document.pdf", "stripped": "document.pdf"}
    (home / "document.pdf").write_bytes(drawn.pdf)
    if scans:
        ending, content = scan(drawn.pdf, seed)
        files["scan"] = f"scan.{ending}"
        (home / files["scan"]).write_bytes(content)
    (home / "truth.json").write_text(json.dumps(drawn.truth, indent=1, ensure_ascii=False), encoding="utf-8")
    return {
        "dataset": dataset,
        "id": name,
        "type": drawn.kind,
        "lang": drawn.language,
        "pages": drawn.pages,
        "has_text_layer": True,
        "truth_tier": "A",
        "synthetic": True,
        "group": f"layout:{drawn.layout}",
        "license": "Apache-2.0",
        "source": "bursar builders",
        "core": not drawn.holdout,
        "files": files,
    }


def draw_many(kind: str, count: int, seed: int, *, holdout: bool | None = False) -> Iterator[tuple[str, Drawn]]:
    """`count` documents, going round the layouts. `kind`: invoice, statement or all; `holdout` None for both sorts."""
    drawers: list[tuple[Any, Any]] = []
    if kind in {"invoice", "all"}:
        from builders.invoices.layouts import LAYOUTS as INVOICES
        from builders.invoices.layouts import draw_invoice

        drawers += [(draw_invoice, layout) for layout in INVOICES]
    if kind in {"statement", "all"}:
        from builders.statements.layouts import LAYOUTS as STATEMENTS
        from builders.statements.layouts import draw_statement

        drawers += [(draw_statement, layout) for layout in STATEMENTS]
    drawers = [(draw, layout) for draw, layout in drawers if holdout is None or layout.holdout == holdout]
    for number in range(count):
        draw, layout = drawers[number % len(drawers)]
        yield f"{layout.name}-{seed + number:05d}", draw(layout, seed + number)
