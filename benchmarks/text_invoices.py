"""One-page text invoices: their words, our reading, our result, and invoice2data with its own templates, on the same files.

    python benchmarks/text_invoices.py [CORPUS] [--rounds 3] [--limit 60] [--peer install] [--out FILE]

CORPUS is a folder as `bursar eval` reads it; without one, documents are drawn. Times are CPU milliseconds, the best of
several processes. Each process is warm from other documents and meets each document once, the three measures of it one
after another: what is remembered of a document from one time to the next does not count. `--peer` names the Python of an
environment that has invoice2data, or `install` makes one for the time being from the package registry.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import bursar  # noqa: E402
from builders.corpus import draw_many, write_corpus  # noqa: E402
from bursar.evaluation.corpus import Example, read_corpus  # noqa: E402
from bursar.evaluation.sameness import is_same  # noqa: E402
from bursar.evaluation.scoring import PATHS, find_at  # noqa: E402
from bursar.facts.codec import encode  # noqa: E402
from bursar.reading.document import open_document, read_document  # noqa: E402
from library import describe_machine, extract_words  # noqa: E402

MEASURES = ("words", "reading", "parse")
PEER = Path(__file__).parent / "peers" / "read_by_invoice2data.py"
PEER_FIELDS = {
    "invoice_number": "invoice_number",
    "invoice_date": "date",
    "currency": "currency",
    "seller_name": "issuer",
    "subtotal": "amount_untaxed",
    "tax_total": "amount_tax",
    "total": "amount",
}
WARM_SEED = 90_000  # far from the seeds of what is measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=int, default=60, help="so many documents at most")
    parser.add_argument("--peer", help="the Python that has invoice2data, or «install»")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--one-round", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one_round:
        print(json.dumps(measure_round([Path(path) for path in json.load(sys.stdin)])))
        return
    with tempfile.TemporaryDirectory() as scratch:
        examples = choose_examples(options.corpus or draw_corpus(Path(scratch) / "drawn", options.limit), options.limit)
        result = {
            "benchmark": "text_invoices",
            "machine": describe_machine(),
            **measure(examples, options.rounds),
            "invoice2data": compare_peer(examples, options.peer, Path(scratch)),
        }
    text = json.dumps(result, indent=1)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")


def draw_corpus(folder: Path, count: int) -> Path:
    write_corpus(folder, draw_many("invoice", count, 7))
    return folder


def choose_examples(corpus: Path, limit: int) -> list[Example]:
    """Return invoices and receipts of one page with a text layer: `stripped`, so that no XML tells what the page says."""
    found = [
        example
        for example in read_corpus(corpus, "stripped")
        if example.type != "bank_statement" and example.path.suffix == ".pdf" and is_one_page_of_text(example.path)
    ]
    step = max(1, -(-len(found) // limit))
    return found[::step]


def is_one_page_of_text(path: Path) -> bool:
    with open_document(path.read_bytes()) as document:
        return document.page_count == 1 and bool(document.read_page(1, ocr="never").words)


def measure(examples: Sequence[Example], rounds: int) -> dict[str, Any]:
    paths = json.dumps([str(example.path) for example in examples])
    command = [sys.executable, __file__, "--one-round"]
    answers = [
        json.loads(subprocess.run(command, input=paths, check=True, capture_output=True, text=True).stdout)
        for _ in range(rounds)
    ]
    best = {name: [min(times) for times in zip(*(each[name] for each in answers), strict=True)] for name in MEASURES}
    ratios = {
        name: [mine / bare for mine, bare in zip(best[name], best["words"], strict=True)]
        for name in ("reading", "parse")
    }
    return {
        "documents": len(examples),
        **{f"{name}_ms": describe(best[name]) for name in MEASURES},
        **{f"{name}_by_words": describe(values) for name, values in ratios.items()},
        "slowest": {examples[index].name: round(best["parse"][index], 1) for index in find_slowest(best["parse"])},
    }


def measure_round(paths: Sequence[Path]) -> dict[str, list[float]]:
    for _, drawn in draw_many("invoice", 12, WARM_SEED):
        bursar.parse(drawn.pdf)
    times: dict[str, list[float]] = {name: [] for name in MEASURES}
    for path in paths:
        content = path.read_bytes()
        actions: tuple[Callable[[bytes], Any], ...] = (extract_words, read_text, parse_text)
        for name, action in zip(MEASURES, actions, strict=True):
            begun = time.process_time()
            action(content)
            times[name].append(1_000 * (time.process_time() - begun))
    return times


def read_text(content: bytes) -> Any:
    return read_document(content, ocr="never")


def parse_text(content: bytes) -> Any:
    return bursar.parse(content, ocr="never")


def describe(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "median": round(statistics.median(ordered), 2),
        "p95": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 2),
        "highest": round(ordered[-1], 2),
    }


def find_slowest(values: Sequence[float], count: int = 5) -> list[int]:
    return sorted(range(len(values)), key=lambda index: -values[index])[:count]


def compare_peer(examples: Sequence[Example], peer: str | None, scratch: Path) -> dict[str, Any]:
    """Return the peer's times, how many files it knows, and its fields and ours that are right."""
    python = install_peer(scratch) if peer == "install" else peer
    if python is None:
        return {"skipped": "name the Python that has invoice2data with --peer, or --peer install"}
    paths = json.dumps([str(example.path) for example in examples])
    run = subprocess.run([python, PEER], input=paths, check=True, capture_output=True, text=True)
    answers = json.loads(run.stdout)
    known = [answer["fields"] for answer in answers if answer["fields"] and "error" not in answer["fields"]]
    ours = [json.loads(encode(parse_text(example.path.read_bytes()))) for example in examples]
    fields = [(example, name) for example in examples for name in PEER_FIELDS if example.fields.get(name)]
    by_peer = {example.name: answer["fields"] for example, answer in zip(examples, answers, strict=True)}
    by_us = dict(zip((example.name for example in examples), ours, strict=True))
    return {
        "ms": describe([answer["ms"] for answer in answers]),
        "recognised": len(known),
        "of": len(examples),
        "fields_true": len(fields),
        "fields_right": sum(
            is_same(name, example.fields[name], by_peer[example.name].get(PEER_FIELDS[name]))
            for example, name in fields
        ),
        "fields_right_by_bursar": sum(
            is_same(name, example.fields[name], read_ours(example, name, by_us[example.name]))
            for example, name in fields
        ),
    }


def read_ours(example: Example, name: str, result: Mapping[str, Any]) -> Any:
    return find_at(result, PATHS[example.type][name])


def install_peer(scratch: Path) -> str | None:
    """Return the Python of a fresh environment that has invoice2data; None where the registry cannot be reached."""
    home = scratch / "invoice2data"
    venv.create(home, with_pip=True)
    python = str(home / "bin" / "python")
    command = [python, "-m", "pip", "install", "--quiet", "invoice2data", "pypdfium2"]
    return python if subprocess.run(command, check=False).returncode == 0 else None


if __name__ == "__main__":
    main()
