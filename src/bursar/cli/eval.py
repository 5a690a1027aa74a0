"""`bursar eval`: how right the reader is on a corpus with known truth."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from bursar.cli.score_tables import print_scores, print_sets
from bursar.evaluation.corpus import VARIANTS, Example, read_variants
from bursar.evaluation.report import Report, make_report
from bursar.evaluation.run import run_corpus
from bursar.evaluation.scoring import Scores, score_example

_ALL = "all"
_PIPE_WIDTH = 140  # a pipe has no width to fit into

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def evaluate(
    corpus: Annotated[Path, typer.Argument(help="A folder with index.jsonl and <dataset>/<id>/truth.json.")],
    *,
    variant: Annotated[
        str, typer.Option(help="Which file of each document: document, stripped, scan, or all, one after the other.")
    ] = "document",
    dataset: Annotated[list[str] | None, typer.Option(help="Only this one; may be given several times.")] = None,
    worst: Annotated[int, typer.Option(min=0, help="List so many documents with the most errors.")] = 0,
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
    if variant not in (*VARIANTS, _ALL):
        raise typer.BadParameter(f"--variant is one of {', '.join((*VARIANTS, _ALL))}")
    plain = Console()
    console = plain if plain.is_terminal else Console(width=_PIPE_WIDTH)
    reports: dict[str, Report] = {}
    for name, examples in read_variants(corpus, VARIANTS if variant == _ALL else (variant,), dataset or ()).items():
        reports[name] = _measure(examples, cache, jobs)
        if variant == _ALL:
            console.rule(name)
        print_scores(console, reports[name], worst, show or [])
    print_sets(console, reports)
    if json_file:
        figures = {name: report.figures() for name, report in reports.items()}
        json_file.write_text(
            json.dumps(figures if variant == _ALL else figures[variant], indent=1) + "\n", encoding="utf-8"
        )
    if any(outcome.error for report in reports.values() for outcome in report.outcomes):
        raise typer.Exit(1)


def _measure(examples: Sequence[Example], cache: Path | None, jobs: int | None) -> Report:
    runs = run_corpus(examples, cache, jobs)
    outcomes = list(track(runs, "parsing", len(examples), console=Console(stderr=True), transient=True))
    results = {outcome.name: outcome.result for outcome in outcomes}
    scores = Scores()
    for example in examples:
        score_example(scores, example, results[example.name])
    return make_report(examples, outcomes, scores)
