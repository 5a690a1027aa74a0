"""All figures of one evaluation, together and as plain JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from bursar.evaluation.corpus import Example
from bursar.evaluation.run import Outcome
from bursar.evaluation.scoring import Scores, Tally
from bursar.evaluation.trust import (
    Bucket,
    Reliability,
    StraightThrough,
    calibrate,
    cross_verdicts,
    judge_straight_through,
    measure_reliability,
)


@dataclass(frozen=True, slots=True)
class Seconds:
    """Wall time a document, of those that gave a result: median and longest, for reading and for the rest."""

    reading_median: float = 0.0
    reading_longest: float = 0.0
    extracting_median: float = 0.0
    extracting_longest: float = 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """What one evaluation found."""

    outcomes: Sequence[Outcome]
    scores: Scores
    calibration: Sequence[Bucket]
    reliability: dict[tuple[str, str], Reliability]
    verdicts: dict[tuple[str, str], Counter[str]]
    straight_through: StraightThrough
    seconds: Seconds

    def figures(self) -> dict[str, Any]:
        """Return plain JSON; fields are keyed `type: field`, datasets `type dataset: all fields`."""
        passed = self.straight_through
        return {
            "documents": dict(self.scores.documents),
            "kind_right": dict(self.scores.kinds_right),
            "document_type_told": dict(self.scores.told),
            "document_type_right": dict(self.scores.told_right),
            "no_result": sum(outcome.error is not None for outcome in self.outcomes),
            "fields": {f"{kind}: {name}": _tally(tally) for (kind, name), tally in sorted(self.scores.tallies.items())},
            "calibration": [
                {"low": bucket.low, "high": bucket.high, "n": bucket.count, "right": bucket.right}
                for bucket in self.calibration
            ],
            "reliability": {
                f"{kind}: {group}": {
                    "n": found.count,
                    "confidence": round(found.mean_confidence, 4),
                    "right": round(found.share_right, 4),
                }
                for (kind, group), found in self.reliability.items()
            },
            "verdicts": {
                f"{kind}: {verdict}": dict(counts) for (kind, verdict), counts in sorted(self.verdicts.items())
            },
            "straight_through": {"passed": passed.passed, "right": passed.right, "wrong": list(passed.wrong)},
            "seconds": {name: round(getattr(self.seconds, name), 4) for name in Seconds.__slots__},
        }


def make_report(examples: Sequence[Example], outcomes: Sequence[Outcome], scores: Scores) -> Report:
    """Put the figures together; `scores` hold every example already."""
    results = {outcome.name: outcome.result for outcome in outcomes}
    return Report(
        outcomes,
        scores,
        calibrate(scores, results),
        measure_reliability(scores, results),
        cross_verdicts(examples, scores, results),
        judge_straight_through(scores, results),
        _time([outcome for outcome in outcomes if outcome.error is None]),
    )


def _time(outcomes: Sequence[Outcome]) -> Seconds:
    if not outcomes:
        return Seconds()
    reading = [outcome.read_s for outcome in outcomes]
    rest = [outcome.extract_s for outcome in outcomes]
    return Seconds(median(reading), max(reading), median(rest), max(rest))


def _tally(tally: Tally) -> dict[str, float]:
    return {
        "n": tally.count,
        "right": tally.right,
        "wrong": tally.wrong,
        "missing": tally.missing,
        "precision": round(tally.precision, 4),
        "recall": round(tally.recall, 4),
        "f1": round(tally.f1, 4),
    }
