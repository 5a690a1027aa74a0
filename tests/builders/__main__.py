"""Write a corpus of drawn documents: `python -m builders --out DIR --count N --seed S --kind invoice|statement|all`."""

from __future__ import annotations

import argparse
from pathlib import Path

from builders.corpus import draw_many, write_corpus


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m builders", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the folder to write")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1, help="the first seed; document n has seed + n")
    parser.add_argument("--kind", choices=["invoice", "statement", "all"], default="all")
    parser.add_argument(
        "--holdout", choices=["without", "only", "with"], default="without", help="layouts kept for testing only"
    )
    parser.add_argument("--scans", action="store_true", help="a picture-only variant of each")
    chosen = parser.parse_args()
    holdout = {"without": False, "only": True, "with": None}[chosen.holdout]
    documents = draw_many(chosen.kind, chosen.count, chosen.seed, holdout=holdout)
    print(write_corpus(chosen.out, documents, scans=chosen.scans), "documents in", chosen.out)  # noqa: T201


if __name__ == "__main__":
    main()
