"""The formats by name, and the one function that writes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bursar.errors import InvalidRequest
from bursar.exports.camt import write_camt053
from bursar.exports.cii import write_cii
from bursar.exports.ofx import write_ofx
from bursar.exports.qif import write_qif
from bursar.exports.spreadsheets import write_csv, write_xlsx
from bursar.exports.ubl import write_ubl
from bursar.facts.codec import encode
from bursar.facts.invoice import Invoice
from bursar.facts.statement import Statement


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: what it is called, for which facts it is, and what writes it."""

    name: str
    suffix: str
    media_type: str
    facts: tuple[type, ...]
    write: Callable[[Any], bytes]


_BOTH = (Invoice, Statement)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {
    form.name: form
    for form in (
        Format("json", "json", "application/json", _BOTH, encode),
        Format("csv", "csv", "text/csv; charset=utf-8", _BOTH, write_csv),
        Format("xlsx", "xlsx", _XLSX, _BOTH, write_xlsx),
        Format("ofx", "ofx", "application/x-ofx", (Statement,), write_ofx),
        Format("qif", "qif", "application/qif; charset=utf-8", (Statement,), write_qif),
        Format("camt053", "xml", "application/xml", (Statement,), write_camt053),
        Format("ubl", "xml", "application/xml", (Invoice,), write_ubl),
        Format("cii", "xml", "application/xml", (Invoice,), write_cii),
    )
}


def get_format(name: str) -> Format:
    """Return the format. Raises `InvalidRequest` for a name that there is not."""
    if name not in FORMATS:
        reason = f"must be one of {', '.join(FORMATS)}"
        raise InvalidRequest(f"format {reason}", {"field": "format", "reason": reason})
    return FORMATS[name]


def export(fact: Invoice | Statement, form: Format) -> bytes:
    """Return the file. Raises `InvalidRequest` for a format of the other kind, `CannotExport` where it demands what is not known."""
    if not isinstance(fact, form.facts):
        kind = "a statement" if isinstance(fact, Statement) else "an invoice"
        reason = f"{form.name} is no format for {kind}"
        raise InvalidRequest(reason, {"field": "format", "reason": reason})
    return form.write(fact)
