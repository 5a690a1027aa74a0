"""Reading a corpus: documents, their files and their truth."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bursar.errors import InvalidRequest

VARIANTS = ("document", "stripped", "scan")


@dataclass(frozen=True, slots=True)
class Example:
    """One document with its truth.

    `type` is `invoice`, `receipt` or `bank_statement`, `fields` the truth by canonical name; `kind` says more closely
    what it is (`credit_note`), where the truth does.
    """

    dataset: str
    id: str
    type: str
    path: Path
    fields: dict[str, Any]
    kind: str | None = None

    @property
    def name(self) -> str:
        """Dataset and id, as tables show them."""
        return f"{self.dataset}/{self.id}"


def read_variants(folder: Path, variants: Sequence[str], datasets: Sequence[str] = ()) -> dict[str, list[Example]]:
    """Return the documents of each variant; a file that an earlier variant has too (a picture is its own scan) only there."""
    seen: set[Path] = set()
    found: dict[str, list[Example]] = {}
    for variant in variants:
        found[variant] = [example for example in read_corpus(folder, variant, datasets) if example.path not in seen]
        seen |= {example.path for example in found[variant]}
    return found


def read_corpus(folder: Path, variant: str, datasets: Sequence[str] = ()) -> Iterator[Example]:
    """Yield the documents that have the variant, in the order of the index; raises InvalidRequest when there is no index."""
    index = folder / "index.jsonl"
    if not index.is_file():
        raise InvalidRequest(f"{folder} is no corpus: it has no index.jsonl")
    for line in index.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        file = entry["files"].get(variant)
        if file is None or (datasets and entry["dataset"] not in datasets):
            continue
        place = folder / entry["dataset"] / entry["id"]
        truth = json.loads((place / "truth.json").read_text(encoding="utf-8"))
        yield Example(
            entry["dataset"], entry["id"], entry["type"], place / file, truth["fields"], truth.get("document_kind")
        )
