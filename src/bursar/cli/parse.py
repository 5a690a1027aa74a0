"""`bursar parse`: documents in, tables or JSON out, many at a time over the cores."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bursar.cli.tables import print_fact
from bursar.errors import BursarError, InvalidRequest
from bursar.exports.formats import FORMATS, export, get_format
from bursar.facts.codec import decode, dump_json
from bursar.sandbox.request import ParseOutcome, ParseRequest
from bursar.sandbox.sandbox import Sandbox

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

EXIT_FAILED = 1


@app.command()
def parse(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="PDF, PNG, JPEG, TIFF, WEBP or e-invoice XML.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result of one file as JSON.")] = False,
    as_jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Print one line of JSON a file, in the order given.")
    ] = False,
    kind: Annotated[str | None, typer.Option(help="Read as `invoice` or `statement`, whatever it looks like.")] = None,
    password: Annotated[str | None, typer.Option(help="Of an encrypted PDF.")] = None,
    pages: Annotated[str | None, typer.Option(help="Only these pages: 1-3,7.")] = None,
    ocr: Annotated[str, typer.Option(help="`auto` where a page needs it, `force` or `never`.")] = "auto",
    language: Annotated[str | None, typer.Option(help="A hint: de, or en-US for the order of day and month.")] = None,
    categorize: Annotated[
        bool, typer.Option("--categorize", help="Give each transaction of a statement a category, with the reason.")
    ] = False,
    categories: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Your own categories (TOML) for `--categorize`.")
    ] = None,
    detect_anomalies: Annotated[
        bool, typer.Option("--detect-anomalies", help="Add issues for odd rows and for signs of an edited file.")
    ] = False,
    profiles: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="A folder of your own bank profiles (TOML).")
    ] = None,
    export_format: Annotated[
        str | None, typer.Option("--export", metavar="FORMAT", help=f"Write one file's result as {', '.join(FORMATS)}.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", dir_okay=False, help="Where `--export` writes to; else stdout.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Documents at a time; the cores by default.")
    ] = None,
) -> None:
    """Read documents and print what they say.

    Exit code 0 when every file was read, 1 when one was not, 2 when the command line is wrong.
    """
    _check_form(files, export_format, output, as_json=as_json, as_jsonl=as_jsonl)
    request = ParseRequest(
        kind=kind,
        password=password,
        pages=pages,
        ocr=ocr,
        language=language,
        categorize=categorize or categories is not None,
        categories=None if categories is None else str(categories.absolute()),
        detect_anomalies=detect_anomalies,
        profiles=None if profiles is None else str(profiles.absolute()),
    )
    workers = min(jobs or os.cpu_count() or 1, len(files))
    failed = False
    with Sandbox(workers) as sandbox, _progress(len(files)) as advance:
        for path, outcome in _parse_all(sandbox, files, request, workers):
            failed |= isinstance(outcome, BursarError)
            advance()
            if not (export_format and _write_export(outcome, export_format, output)):
                _print_outcome(path, outcome, as_json=as_json, as_jsonl=as_jsonl)
    if failed:
        raise typer.Exit(EXIT_FAILED)


Outcome = ParseOutcome | BursarError


def _check_form(
    files: list[Path], export_format: str | None, output: Path | None, *, as_json: bool, as_jsonl: bool
) -> None:
    """Refuse options that do not go together."""
    if as_json and (as_jsonl or len(files) > 1):
        raise typer.BadParameter("--json prints one result: give one file, or use --jsonl")
    _check_export(export_format, output, files, is_shown=as_json or as_jsonl)


def _check_export(name: str | None, output: Path | None, files: list[Path], *, is_shown: bool) -> None:
    if name is None:
        if output is not None:
            raise typer.BadParameter("--output says where --export writes to; use both")
        return
    if name not in FORMATS:
        raise typer.BadParameter(f"--export is one of {', '.join(FORMATS)}")
    if len(files) > 1 or is_shown:
        raise typer.BadParameter("--export writes one file's result: give one file, and neither --json nor --jsonl")
    if name == "xlsx" and output is None and sys.stdout.isatty():
        raise typer.BadParameter("a workbook is no text for a terminal: say where to with --output")


def _write_export(outcome: Outcome, name: str, output: Path | None) -> bool:
    """Write the result where it is wanted; return False for an error, which is left to be printed."""
    if isinstance(outcome, BursarError):
        return False
    content = export(decode(outcome.document), get_format(name))
    if output is not None:
        output.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)
    return True


def _parse_all(
    sandbox: Sandbox, files: list[Path], request: ParseRequest, workers: int
) -> Iterator[tuple[Path, Outcome]]:
    """Yield each file with what came of it, in the order given, while later ones are read."""
    with ThreadPoolExecutor(workers) as pool:
        futures: list[Future[Outcome]] = [pool.submit(_parse_one, sandbox, path, request) for path in files]
        for path, future in zip(files, futures, strict=True):
            yield path, future.result()


def _parse_one(sandbox: Sandbox, path: Path, request: ParseRequest) -> Outcome:
    try:
        if not path.is_file():
            return InvalidRequest(f"{path} is not a file")
        return sandbox.parse(path, request)
    except BursarError as error:
        return error
    except OSError as error:
        return InvalidRequest(f"{path}: {error.strerror or error}")


def _print_outcome(path: Path, outcome: Outcome, *, as_json: bool, as_jsonl: bool) -> None:
    if as_jsonl:
        sys.stdout.write(f'{{"file": {json.dumps(str(path))}, {_line_of(outcome)}}}\n')
        sys.stdout.flush()
    elif isinstance(outcome, BursarError):
        typer.echo(f"{path}: {outcome.code}: {outcome.message}", err=True)
    elif as_json:
        sys.stdout.write(dump_json(_plain(outcome), indent=True).decode() + "\n")
    else:
        print_fact(Console(), path.name, decode(outcome.document))


def _line_of(outcome: Outcome) -> str:
    if isinstance(outcome, BursarError):
        return f'"error": {json.dumps({"code": outcome.code, "message": outcome.message})}'
    return f'"result": {outcome.document.decode()}'


def _plain(outcome: ParseOutcome) -> object:
    return json.loads(outcome.document, parse_float=Decimal)


def _progress(count: int) -> AbstractContextManager[Callable[[], None]]:
    """Return a bar on stderr where there is more than one file and a person to see it."""
    console = Console(stderr=True)
    if count < 2 or not console.is_terminal:
        return nullcontext(_stay)
    return _Bar(console, count)


def _stay() -> None:
    """Move nothing."""


class _Bar:
    """A progress bar whose value inside `with` is the function that moves it on."""

    def __init__(self, console: Console, count: int) -> None:
        columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        # Rich sends stdout through the console of the bars: right on one terminal, wrong for a pipe beside it.
        shared = sys.stdout.isatty()
        self._progress = Progress(*columns, console=console, transient=True, redirect_stdout=shared)
        self._task = self._progress.add_task("reading", total=count)

    def __enter__(self) -> Callable[[], None]:
        self._progress.start()
        return self._advance

    def _advance(self) -> None:
        self._progress.advance(self._task)

    def __exit__(self, *error: object) -> None:
        self._progress.stop()
