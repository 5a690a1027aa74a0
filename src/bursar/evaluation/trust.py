"""Whether a result may be trusted as far as it says: confidences, verdicts and straight-through against the truth."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bursar.evaluation.corpus import Example
from bursar.evaluation.scoring import Finding, Scores

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


@dataclass(frozen=True, slots=True)
class Reliability:
    """The values given for one field, or within one dataset: what their confidences promise, and what is true of them."""

    count: int
    mean_confidence: float
    share_right: float

    @property
    def gap(self) -> float:
        """Above zero: surer than it has reason to be."""
        return self.mean_confidence - self.share_right


@dataclass(frozen=True, slots=True)
class StraightThrough:
    """How many results claim that a person need not look, and which of them are not right in all fields and rows."""

    passed: int
    wrong: tuple[str, ...]

    @property
    def right(self) -> int:
        """How many of those that passed are right."""
        return self.passed - len(self.wrong)

    @property
    def precision(self) -> float:
        """The share of those that passed that are right; 1 when none passed."""
        return self.right / self.passed if self.passed else 1.0


def calibrate(scores: Scores, results: Mapping[str, Mapping[str, Any]]) -> list[Bucket]:
    """Return how often values of each confidence are right; values without evidence on the page do not count."""
    counts: Counter[int] = Counter()
    rights: Counter[int] = Counter()
    for finding, confidence in _confidences(scores, results):
        index = max(i for i, low in enumerate(BUCKETS) if confidence >= low)
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


def measure_reliability(scores: Scores, results: Mapping[str, Mapping[str, Any]]) -> dict[tuple[str, str], Reliability]:
    """Return the reliability of each (type, field) and of each (type, dataset)."""
    groups: dict[tuple[str, str], list[tuple[float, bool]]] = defaultdict(list)
    for finding, confidence in _confidences(scores, results):
        for group in (finding.field, finding.example.partition("/")[0]):
            groups[finding.type, group].append((confidence, finding.right))
    return {
        key: Reliability(
            len(values),
            sum(confidence for confidence, _ in values) / len(values),
            sum(right for _, right in values) / len(values),
        )
        for key, values in sorted(groups.items())
    }


def judge_straight_through(scores: Scores, results: Mapping[str, Mapping[str, Any]]) -> StraightThrough:
    """Return how far the claim «a person need not look» holds: every field of the truth right, and every row."""
    passed = {name for name, result in results.items() if result.get("checks", {}).get("straight_through")}
    wrong = {finding.example for finding in scores.findings if not finding.right}
    wrong |= {name for name, exact in scores.rows_exact.items() if not exact}
    return StraightThrough(len(passed), tuple(sorted(passed & wrong)))


def _confidences(scores: Scores, results: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[Finding, float]]:
    """Yield the scalar values that were given and have evidence, with their confidence."""
    for finding in scores.findings:
        seen = results.get(finding.example, {}).get("evidence", {}).get(finding.path)
        if seen is not None and finding.value not in (None, ""):
            yield finding, float(seen["confidence"])
