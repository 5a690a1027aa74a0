"""Whether a result may be trusted as far as it says: confidences, verdicts and straight-through against the truth."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bursar.evaluation.corpus import Example
from bursar.evaluation.scoring import Scores

BUCKETS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class Bucket:
    """The values given with a confidence from `low` to `high`: how many, and how many of them are right."""

    low: float
    high: float
    count: int
    right: int

    @property
    def share_right(self) -> float:
        """Calibrated when it lies between `low` and `high`."""
        return self.right / self.count if self.count else 0.0


def calibrate(scores: Scores, results: Mapping[str, Mapping[str, Any]]) -> list[Bucket]:
    """Return how often values of each confidence are right; values without evidence on the page do not count."""
    counts: Counter[int] = Counter()
    rights: Counter[int] = Counter()
    for finding in scores.findings:
        seen = results.get(finding.example, {}).get("evidence", {}).get(finding.path)
        if seen is None or finding.value in (None, ""):
            continue
        index = max(i for i, low in enumerate(BUCKETS) if float(seen["confidence"]) >= low)
        counts[index] += 1
        rights[index] += finding.right
    edges = (*BUCKETS, 1.0)
    return [Bucket(edges[i], edges[i + 1], counts[i], rights[i]) for i in range(len(BUCKETS))]


def cross_verdicts(
    examples: Iterable[Example], scores: Scores, results: Mapping[str, Mapping[str, Any]]
) -> dict[tuple[str, str], Counter[str]]:
    """Return, by (type, verdict), how many documents have `exact` rows, `inexact` ones, or no rows in the truth (`unknown`)."""
    table: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for example in examples:
        verdict = results.get(example.name, {}).get("checks", {}).get("verdict", "no result")
        exact = scores.rows_exact.get(example.name)
        table[example.type, verdict]["unknown" if exact is None else "exact" if exact else "inexact"] += 1
    return dict(table)


def judge_straight_through(scores: Scores, results: Mapping[str, Mapping[str, Any]]) -> tuple[int, int, list[str]]:
    """Return how many results went straight through, how many of them have every scalar field right, and which have not."""
    passed = {name for name, result in results.items() if result.get("checks", {}).get("straight_through")}
    wrong = sorted({finding.example for finding in scores.findings if finding.example in passed and not finding.right})
    return len(passed), len(passed) - len(wrong), wrong
