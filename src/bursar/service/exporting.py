"""Results as files that other programs open: of one job, or of several together."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import orjson

from bursar.database.connections import Connection, Row
from bursar.database.queries import load_queries
from bursar.errors import CannotExport, InvalidRequest, JobNotFound, RequestError
from bursar.exports.formats import Format, export, get_format
from bursar.exports.gathered import Named, write_gathered_csv, write_gathered_xlsx
from bursar.facts.codec import decode
from bursar.facts.statement import Statement
from bursar.service.jobs import check_job_id
from bursar.service.names import show_name, store_name

MOST_TOGETHER = 100
"""How many jobs' results one file may hold."""

_MOST_BYTES = 64 * 2**20  # of results together, which all lie in memory while the file is written
_STANDARD = ("account_info", "invoice_info")
ZIP_TYPE = "application/zip"
"""The media type of several files in one."""

_STAMP = (2000, 1, 1, 0, 0, 0)  # the same results, the same bytes
_GATHERED: dict[str, Callable[[Sequence[Named]], bytes]] = {"csv": write_gathered_csv, "xlsx": write_gathered_xlsx}
_SQL = load_queries("jobs")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """The bytes of a file, what they are, and a name for it of plain letters."""

    content: bytes
    media_type: str
    filename: str


async def export_result(job: Row, format_name: str) -> ExportedFile:
    """Return the job's result in a format. Raises `InvalidRequest` for one that is not of its kind, else `CannotExport`."""
    form = get_format(format_name)
    _check_result(job)
    content = await asyncio.to_thread(_write, job["result"], form)  # a long workbook takes a second of one core
    return ExportedFile(content, form.media_type, f"{job['id']}.{form.suffix}")


async def export_results(
    connection: Connection, account_id: UUID, job_ids: Sequence[str], format_name: str
) -> ExportedFile:
    """Return the results of several jobs as one file: rows of all in one table or workbook, else a ZIP of a file for each.

    Raises `JobNotFound`, and `CannotExport` whose `details.jobs` says of each job that is in the way why it is: there
    is no file with a part of what was asked for.
    """
    form = get_format(format_name)
    ids = list(dict.fromkeys(map(check_job_id, job_ids)))
    if not 0 < len(ids) <= MOST_TOGETHER:
        reason = f"must name between 1 and {MOST_TOGETHER} jobs"
        raise InvalidRequest(f"job_id {reason}", {"field": "job_id", "reason": reason})
    weight = await _SQL.fetch_one(connection, "weigh_results", account_id=account_id, ids=ids)
    if weight is not None and weight["bytes"] > _MOST_BYTES:
        raise CannotExport("These results are too large for one file; take fewer", {"max_bytes": _MOST_BYTES})
    jobs = await _SQL.fetch_all(connection, "find_results", account_id=account_id, ids=ids)
    if missing := set(ids) - {job["id"] for job in jobs}:
        raise JobNotFound("No such job", {"job_id": min(missing)})
    return await asyncio.to_thread(_write_together, jobs, form)


def _check_result(job: Row) -> None:
    if job["status"] != "completed":
        raise CannotExport(f"The job is {job['status']}", {"job_id": job["id"], "status": job["status"]})
    if job["result"] is None:
        raise CannotExport("The document was deleted, and its result with it", {"job_id": job["id"]})


def _write(result: bytes, form: Format) -> bytes:
    if form.name == "json":
        return result
    return export(decode(_check_shape(result, form)), form)


def _check_shape(result: bytes, form: Format) -> bytes:
    if not any(key in orjson.loads(result) for key in _STANDARD):
        raise CannotExport(
            "The result has the shape of a custom schema, which only json can carry", {"format": form.name}
        )
    return result


def _write_together(jobs: Sequence[Row], form: Format) -> ExportedFile:
    if form.name not in _GATHERED:
        contents = _do_each(jobs, lambda job: _write(job["result"], form))
        return _pack(zip(_name_files(jobs, form.suffix), contents, strict=True))
    named = _do_each(
        jobs, lambda job: Named(show_name(job["filename"]), job["id"], decode(_check_shape(job["result"], form)))
    )
    statements = [one for one in named if isinstance(one.fact, Statement)]
    invoices = [one for one in named if not isinstance(one.fact, Statement)]
    if form.name == "csv" and statements and invoices:  # their rows have other columns: two tables, and so two files
        parts = (("invoices.csv", invoices), ("statements.csv", statements))
        return _pack((name, write_gathered_csv(part)) for name, part in parts)
    return ExportedFile(_GATHERED[form.name](named), form.media_type, f"results.{form.suffix}")


def _do_each(jobs: Sequence[Row], work: Callable[[Row], _T]) -> list[_T]:
    """Return what `work` makes of each job; where it cannot, say of every one of those why."""
    done, refusals = [], []
    for job in jobs:
        try:
            _check_result(job)
            done.append(work(job))
        except RequestError as error:
            refusals.append({"job_id": job["id"], "code": error.code, "message": error.message})
    if refusals:
        raise CannotExport(f"{len(refusals)} of {len(jobs)} results cannot be exported", {"jobs": refusals})
    return done


def _name_files(jobs: Iterable[Row], suffix: str) -> Iterator[str]:
    """Yield a name for each job's file, after its document; no two are equal, also where letters' case does not count."""
    taken: set[str] = set()
    for job in jobs:
        stored = store_name(job["filename"])
        stem = stored.rpartition(".")[0] or stored
        names = (stem, *(f"{stem}-{number}" for number in range(2, MOST_TOGETHER + 1)))
        name = next(name for name in names if name.lower() not in taken)
        taken.add(name.lower())
        yield f"{name}.{suffix}"


def _pack(files: Iterable[tuple[str, bytes]]) -> ExportedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, _STAMP), content, zipfile.ZIP_DEFLATED)
    return ExportedFile(out.getvalue(), ZIP_TYPE, "results.zip")
