"""`bursar eval`: how right the reader is on a corpus with known truth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bursar.evaluation.corpus import VARIANTS, Example, read_corpus
from bursar.evaluation.run import Outcome, run_corpus
from bursar.evaluation.scoring import Scores, Tally, score_example
from bursar.evaluation.trust import Bucket, calibrate, cross_verdicts, judge_straight_through

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def evaluate(
    corpus: Annotated[Path, typer.Argument(help="A folder with index.jsonl and <dataset>/<id>/truth.json.")],
    *,
    variant: Annotated[str, typer.Option(help="Which file of each document: document, stripped or scan.")] = "document",
    dataset: Annotated[list[str] | None, typer.Option(help="Only this one; may be given several times.")] = None,
    worst: Annotated[int, typer.Option(help="List so many documents with the most errors.")] = 0,
    show: Annotated[
        list[str] | None, typer.Option(help="Print truth and result of this field where they differ.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    cache: Annotated[
        Path | None, typer.Option(help="Keep readings in this folder, so that scans are recognised once.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Documents at a time; the cores by default.")
    ] = None,
) -> None:
    """Parse every document of a corpus and score the results: fields, rows, calibration, verdicts.

    Exit code 0 when every document was parsed, 1 when one gave no result.
    """
    if variant not in VARIANTS:
        raise typer.BadParameter(f"--variant is one of {', '.join(VARIANTS)}")
    examples = list(read_corpus(corpus, variant, dataset or ()))
    runs = run_corpus(examples, cache, jobs)
    outcomes = list(track(runs, "parsing", len(examples), console=Console(stderr=True), transient=True))
    results = {outcome.name: outcome.result for outcome in outcomes}
    scores = Scores()
    for example in examples:
        score_example(scores, example, results[example.name])
    console = Console()
    _print_differences(console, scores, show or [])
    console.print(_field_table(scores.tallies))
    console.print(_calibration_table(calibrate(scores, results)))
    _print_trust(console, examples, scores, results)
    _print_outcomes(console, outcomes, scores, worst)
    if json_file:
        json_file.write_text(json.dumps(_figures(scores.tallies), indent=1) + "\n", encoding="utf-8")
    if any(outcome.error for outcome in outcomes):
        raise typer.Exit(1)


def _print_differences(console: Console, scores: Scores, fields: list[str]) -> None:
    for finding in scores.findings:
        if finding.field in fields and not finding.right:
            console.print(
                f"{finding.example} {finding.field}: truth {finding.truth!r} got {finding.value!r}", markup=False
            )


def _field_table(tallies: Mapping[tuple[str, str], Tally]) -> Table:
    table = Table(title="fields and rows", title_justify="left")
    for heading in ("type", "field"):
        table.add_column(heading)
    for heading in ("n", "right", "wrong", "missing", "P", "R", "F1"):
        table.add_column(heading, justify="right")
    for (kind, field), tally in sorted(tallies.items()):
        counts = (tally.count, tally.right, tally.wrong, tally.missing)
        shares = (tally.precision, tally.recall, tally.f1)
        table.add_row(kind, field, *map(str, counts), *(f"{share:.3f}" for share in shares))
    return table


def _calibration_table(buckets: list[Bucket]) -> Table:
    table = Table(
        title="calibration: of the values given with this confidence, so many are right", title_justify="left"
    )
    for heading in ("confidence", "n", "right", "share"):
        table.add_column(heading, justify="right")
    for bucket in buckets:
        table.add_row(
            f"{bucket.low:.2f}-{bucket.high:.2f}", str(bucket.count), str(bucket.right), f"{bucket.share_right:.3f}"
        )
    return table


def _print_trust(console: Console, examples: list[Example], scores: Scores, results: dict[str, dict[str, Any]]) -> None:
    table = Table(title="verdict against the truth of the rows", title_justify="left")
    for heading in ("type", "verdict", "rows exact", "rows not exact", "rows unknown"):
        table.add_column(heading)
    for (kind, verdict), counts in sorted(cross_verdicts(examples, scores, results).items()):
        table.add_row(kind, verdict, *(str(counts[key]) for key in ("exact", "inexact", "unknown")))
    console.print(table)
    passed, right, wrong = judge_straight_through(scores, results)
    console.print(f"straight through: {passed} documents, {right} of them with every header field right")
    for name in wrong:
        console.print(f"  not right: {name}")


def _print_outcomes(console: Console, outcomes: list[Outcome], scores: Scores, worst: int) -> None:
    for outcome in outcomes:
        if outcome.error:
            console.print(f"no result: {outcome.name}: {outcome.error}", markup=False)
    if outcomes:
        reading, extraction = (
            median(values) for values in zip(*((o.read_s, o.extract_s) for o in outcomes), strict=True)
        )
        console.print(f"seconds a document, median: {reading:.3f} reading, {extraction:.3f} extracting and checking")
    for name, count in sorted(scores.faults.items(), key=lambda item: -item[1])[:worst]:
        console.print(f"{count:5} wrong or missing: {name}")


def _figures(tallies: Mapping[tuple[str, str], Tally]) -> dict[str, dict[str, float]]:
    return {
        f"{kind}: {field}": {
            "n": tally.count,
            "right": tally.right,
            "wrong": tally.wrong,
            "missing": tally.missing,
            "precision": round(tally.precision, 4),
            "recall": round(tally.recall, 4),
            "f1": round(tally.f1, 4),
        }
        for (kind, field), tally in sorted(tallies.items())
    }
