"""The figures of an evaluation as tables on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from bursar.evaluation.report import Report
from bursar.evaluation.scoring import Scores, Tally


def print_scores(console: Console, report: Report, worst: int, fields: Sequence[str]) -> None:
    """Print everything; of the `worst` documents only so many, differences only of the `fields` named."""
    _print_differences(console, report.scores, fields)
    console.print(_field_table(report.scores.tallies))
    console.print(_calibration_table(report))
    console.print(_reliability_table(report))
    console.print(_verdict_table(report))
    _print_summary(console, report)
    for name, count in sorted(report.scores.faults.items(), key=lambda item: -item[1])[:worst]:
        console.print(f"{count:5} wrong or missing: {name}")


def print_sets(console: Console, reports: Mapping[str, Report]) -> None:
    """Print what most people ask for: header fields and rows of each set of documents, in each variant."""
    table = Table("set", "variant", title="by set of documents", title_justify="left")
    for heading in ("header values", "F1", "rows", "F1", "lists", "whole"):
        table.add_column(heading, justify="right")
    for (kind, variant), tallies in sorted(_tallies_by_set(reports).items()):
        cells: list[str] = []
        for name in ("all fields", "rows", "whole"):
            tally = tallies.get(name)
            share = "" if tally is None else str(tally.right) if name == "whole" else f"{tally.f1:.3f}"
            cells += [str(tally.count) if tally else "", share]
        table.add_row(kind, variant, *cells)
    console.print(table)


def _tallies_by_set(reports: Mapping[str, Report]) -> dict[tuple[str, str], dict[str, Tally]]:
    """Return the tallies by set and variant: all header fields, rows, and lists that are right as a whole."""
    found: dict[tuple[str, str], dict[str, Tally]] = {}
    for variant, report in reports.items():
        for (kind, field), tally in report.scores.tallies.items():
            if " " not in kind:
                continue  # of all sets together
            rows = "whole" if field.endswith("(whole list)") else "rows"
            found.setdefault((kind, variant), {})[field if field == "all fields" else rows] = tally
    return found


def _print_differences(console: Console, scores: Scores, fields: Sequence[str]) -> None:
    for finding in scores.findings:
        if finding.field in fields and not finding.right:
            line = f"{finding.example} {finding.field}: truth {finding.truth!r} got {finding.value!r}"
            console.print(line, markup=False, soft_wrap=True)


def _field_table(tallies: Mapping[tuple[str, str], Tally]) -> Table:
    table = Table("type", "field", title="fields and rows", title_justify="left")
    for heading in ("n", "right", "wrong", "missing", "P", "R", "F1"):
        table.add_column(heading, justify="right")
    for (kind, field), tally in sorted(tallies.items()):
        counts = (tally.count, tally.right, tally.wrong, tally.missing)
        shares = (tally.precision, tally.recall, tally.f1)
        table.add_row(kind, field, *map(str, counts), *(f"{share:.3f}" for share in shares))
    return table


def _calibration_table(report: Report) -> Table:
    table = Table(title="calibration: how many values given with this confidence are right", title_justify="left")
    for heading in ("confidence", "n", "right", "share"):
        table.add_column(heading, justify="right")
    for bucket in report.calibration:
        edges = f"{bucket.low:.2f}-{bucket.high:.2f}"
        table.add_row(edges, str(bucket.count), str(bucket.right), f"{bucket.share_right:.3f}" if bucket.count else "")
    return table


def _reliability_table(report: Report) -> Table:
    table = Table("type", "field or dataset", title="reliability: confidence promised and kept", title_justify="left")
    for heading in ("n", "confidence", "right", "too sure by"):
        table.add_column(heading, justify="right")
    for (kind, group), found in report.reliability.items():
        shares = (found.mean_confidence, found.share_right, found.gap)
        table.add_row(kind, group, str(found.count), *(f"{share:.3f}" for share in shares))
    return table


def _verdict_table(report: Report) -> Table:
    table = Table("type", "verdict", title="verdict against the truth of the rows", title_justify="left")
    for heading in ("rows exact", "rows not exact", "rows unknown"):
        table.add_column(heading, justify="right")
    for (kind, verdict), counts in sorted(report.verdicts.items()):
        table.add_row(kind, verdict, *(str(counts[key]) for key in ("exact", "inexact", "unknown")))
    return table


def _print_summary(console: Console, report: Report) -> None:
    for kind, count in sorted(report.scores.documents.items()):
        told, right = report.scores.told[kind], report.scores.told_right[kind]
        closer = f"; document_type right in {right} of {told} whose truth tells it" if told else ""
        console.print(f"{kind}: {count} documents, kind recognised in {report.scores.kinds_right[kind]}{closer}")
    passed = report.straight_through
    console.print(
        f"straight through: {passed.passed} documents, {passed.right} right in every field and row"
        f" (precision {passed.precision:.3f})"
    )
    for name in passed.wrong:
        console.print(f"  not right: {name}", markup=False)
    for outcome in report.outcomes:
        if outcome.error:
            console.print(f"no result: {outcome.name}: {outcome.error}", markup=False, soft_wrap=True)
    seconds = report.seconds
    console.print(
        f"seconds a document, median and longest: reading {seconds.reading_median:.3f} {seconds.reading_longest:.3f},"
        f" extracting and checking {seconds.extracting_median:.3f} {seconds.extracting_longest:.3f}"
    )
