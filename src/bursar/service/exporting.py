"""A job's result as a file that other programs open."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import orjson

from bursar.database.connections import Row
from bursar.errors import CannotExport
from bursar.exports.formats import Format, export, get_format
from bursar.facts.codec import decode

_STANDARD = ("account_info", "invoice_info")


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """The bytes of a file, what they are, and a name for it of plain letters."""

    content: bytes
    media_type: str
    filename: str


async def export_result(job: Row, format_name: str) -> ExportedFile:
    """Return the job's result in a format. Raises `InvalidRequest` for one that is not of its kind, else `CannotExport`."""
    form = get_format(format_name)
    if job["status"] != "completed":
        raise CannotExport(f"The job is {job['status']}", {"job_id": job["id"], "status": job["status"]})
    content = await asyncio.to_thread(_write, job["result"], form)  # a long workbook takes a second of one core
    return ExportedFile(content, form.media_type, f"{job['id']}.{form.suffix}")


def _write(result: bytes, form: Format) -> bytes:
    if form.name == "json":
        return result
    if not any(key in orjson.loads(result) for key in _STANDARD):
        raise CannotExport(
            "The result has the shape of a custom schema, which only json can carry", {"format": form.name}
        )
    return export(decode(result), form)
