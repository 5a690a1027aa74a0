"""`bursar submit`: documents to a server, their results back, with a bar for each that is under way."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bursar.cli.tables import print_fact
from bursar.client import ApiError, Client, Job, JobFailed, StillRunning
from bursar.client.verbs import Kind, OnProgress, Wishes
from bursar.errors import BursarError, InvalidRequest
from bursar.facts.codec import dump_json
from bursar.settings import ClientSettings

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

EXIT_FAILED = 1
_KINDS: dict[str, Kind] = {"invoice": "invoice", "statement": "statement"}
Outcome = Job | BursarError


@app.command()
def submit(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Documents, as for `bursar parse`.")],
    *,
    server: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Address of the server. Default: BURSAR_SERVER, or http://127.0.0.1:8000."),
    ] = None,
    key: Annotated[
        str | None, typer.Option(metavar="KEY", help="API key. Default: BURSAR_KEY, better kept there than typed.")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="Read as `invoice` or `statement`, whatever it looks like.")] = None,
    password: Annotated[str | None, typer.Option(help="Of an encrypted PDF.")] = None,
    pages: Annotated[str | None, typer.Option(help="Only these pages: 1-3,7.")] = None,
    ocr: Annotated[str, typer.Option(help="`auto` where a page needs it, `force` or `never`.")] = "auto",
    language: Annotated[str | None, typer.Option(help="A hint: de, or en-US for the order of day and month.")] = None,
    schema_id: Annotated[
        str | None, typer.Option(help="Of a schema kept on the server: the shape of the results.")
    ] = None,
    wait: Annotated[bool, typer.Option(help="Wait for the results; else print the jobs that were started.")] = True,
    timeout: Annotated[float | None, typer.Option(min=0, help="Seconds to wait for a document at most.")] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, max=64, help="Documents at a time.")] = 4,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON a file, in the order given.")] = False,
) -> None:
    """Send documents to a server and print what they say.

    Exit code 0 when every document was read (or its job started), 1 when one was not, 2 when the command line is wrong.
    """
    if kind is not None and kind not in _KINDS:
        raise typer.BadParameter(f"--kind is one of {', '.join(_KINDS)}")
    kept = ClientSettings()
    key = kept.key.get_secret_value() if key is None else key
    if not key:
        raise typer.BadParameter("a key is needed: --key, or BURSAR_KEY in the environment")
    order = _Order(
        None if kind is None else _KINDS[kind], _read_wishes(password, pages, ocr, language, schema_id), wait, timeout
    )
    failed = False
    with Client(server or kept.server, key=key) as client, _progress() as follow:
        for path, outcome in _submit_all(client, files, order, follow, jobs):
            failed |= isinstance(outcome, BursarError)
            _print_outcome(path, outcome, as_json=as_json)
    if failed:
        raise typer.Exit(EXIT_FAILED)


@dataclass(frozen=True, slots=True)
class _Order:
    """What is wanted of every file."""

    kind: Kind | None
    wishes: Wishes
    wait: bool
    timeout_s: float | None


Follow = Callable[[Path], OnProgress | None]


def _read_wishes(
    password: str | None, pages: str | None, ocr: str, language: str | None, schema_id: str | None
) -> Wishes:
    wishes: Wishes = {}
    options = {"pages": pages, "language": language, "ocr": None if ocr == "auto" else ocr}
    if given := {name: value for name, value in options.items() if value is not None}:
        wishes["options"] = given
    if password is not None:
        wishes["password"] = password
    if schema_id is not None:
        wishes["schema_id"] = schema_id
    return wishes


def _submit_all(
    client: Client, files: list[Path], order: _Order, follow: Follow, at_once: int
) -> Iterator[tuple[Path, Outcome]]:
    """Yield each file with what came of it, in the order given, while later ones are under way."""
    pool = ThreadPoolExecutor(min(at_once, len(files)))
    try:
        futures: list[Future[Outcome]] = [pool.submit(_submit_one, client, path, order, follow) for path in files]
        for path, future in zip(files, futures, strict=True):
            yield path, future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # Ctrl-C does not send what was not sent yet


def _submit_one(client: Client, path: Path, order: _Order, follow: Follow) -> Outcome:
    on_progress = follow(path)
    try:
        return client.parse(
            path, order.kind, wait=order.wait, timeout_s=order.timeout_s, on_progress=on_progress, **order.wishes
        )
    except BursarError as error:
        return error
    except OSError as error:
        return InvalidRequest(f"{path}: {error.strerror or error}")


def _print_outcome(path: Path, outcome: Outcome, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(dump_json({"file": str(path), **_plain(outcome)}).decode() + "\n")
        sys.stdout.flush()
    elif isinstance(outcome, BursarError):
        typer.echo(f"{path}: {outcome.code}: {outcome.message}", err=True)
    elif outcome.fact is not None:
        print_fact(Console(), path.name, outcome.fact)
    elif outcome.results is not None:  # in a schema's own shape
        typer.echo(dump_json(outcome.results, indent=True).decode())
    else:
        typer.echo(f"{path}: {outcome.id} {outcome.status}")


def _plain(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Job):
        return {"job_id": outcome.id, "status": outcome.status, "results": outcome.results}
    error = {"code": outcome.code, "message": outcome.message, "details": outcome.details}
    return {**_place_of(outcome), "error": json.loads(json.dumps(error, default=str))}


def _place_of(error: BursarError) -> dict[str, Any]:
    """Return where to look for more about what failed."""
    if isinstance(error, JobFailed):
        return {"job_id": error.job.id, "status": "failed"}
    if isinstance(error, StillRunning):
        return {"job_id": error.job_id, "status": "processing"}
    return {"request_id": error.request_id} if isinstance(error, ApiError) else {}


def _progress() -> AbstractContextManager[Follow]:
    """Return bars on stderr where there is a person to see them."""
    console = Console(stderr=True)
    return _Bars(console) if console.is_terminal else nullcontext(lambda _path: None)


class _Bars:
    """One bar for each document under way; the value inside `with` opens one and returns what moves it on."""

    def __init__(self, console: Console) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeElapsedColumn(),
        )
        # Rich sends stdout through the console of the bars: right on one terminal, wrong for a pipe beside it.
        shared = sys.stdout.isatty()
        self._progress = Progress(*columns, console=console, transient=True, redirect_stdout=shared)

    def __enter__(self) -> Follow:
        self._progress.start()
        return self._follow

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def _follow(self, path: Path) -> OnProgress:
        name = escape(path.name)
        task = self._progress.add_task(f"{name}  sending", total=100)

        def move(job: Job) -> None:
            self._progress.update(
                task, completed=job.progress, description=f"{name}  {job.status}", visible=not job.has_ended
            )

        return move
