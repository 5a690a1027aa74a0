"""How the price of a statement grows with its pages: time a page against extracting the words, and the peak of memory.

    python benchmarks/statements.py [--pages 1 10 100 200] [--rounds 3] [--out FILE]

Each length is drawn once and measured in a process of its own, so that the peak of memory belongs to it alone. `growth` is
the time a page of the longest over that of the second shortest: 1 is linear. Times are CPU seconds.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import bursar  # noqa: E402
from builders.statements.layouts import draw_statement  # noqa: E402
from library import best, describe_machine, extract_words  # noqa: E402

LAYOUT = "debit-credit"
SEED = 11
_KIBIBYTE = 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, nargs="+", default=[1, 10, 100, 200])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one, options.rounds)))
        return
    lengths = [measure_apart(pages, options.rounds) for pages in sorted(options.pages)]
    result = {
        "benchmark": "statements",
        "machine": describe_machine(),
        "lengths": lengths,
        "growth": round(lengths[-1]["parse_ms_a_page"] / lengths[min(1, len(lengths) - 1)]["parse_ms_a_page"], 3),
    }
    text = json.dumps(result, indent=1)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")


def measure_apart(pages: int, rounds: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--one", str(pages), "--rounds", str(rounds)]
    answer: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return answer


def measure(wanted_pages: int, rounds: int) -> dict[str, Any]:
    pdf, pages, rows = draw(wanted_pages)
    bursar.parse(draw(1)[0])  # models and tables are loaded before anything is measured
    before = read_peak_mb()
    statement = bursar.parse(pdf)
    peak = read_peak_mb()
    assert isinstance(statement, bursar.Statement)
    whole, bare = best(lambda: bursar.parse(pdf), rounds), best(lambda: extract_words(pdf), rounds)
    return {
        "pages": pages,
        "rows_drawn": rows,
        "rows_read": len(statement.transactions),
        "verdict": statement.checks.verdict,
        "parse_ms_a_page": round(1_000 * whole / pages, 2),
        "pypdfium2_words_ms_a_page": round(1_000 * bare / pages, 2),
        "ratio": round(whole / bare, 2),
        "memory_over_one_page_mb": round(peak - before, 1),
    }


def draw(wanted_pages: int) -> tuple[bytes, int, int]:
    """A statement of about so many pages."""
    rows = 20
    while True:
        drawn = draw_statement(LAYOUT, SEED, rows=rows)
        if drawn.pages >= wanted_pages or wanted_pages == 1:
            return drawn.pdf, drawn.pages, rows
        rows = max(rows + 10, rows * wanted_pages // drawn.pages)


def read_peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIBIBYTE


if __name__ == "__main__":
    main()
