"""What an upload is, told before it is accepted; and a copy of a locked PDF without its lock. Runs in the child."""

from __future__ import annotations

import io
from typing import Any

import pikepdf

from bursar.errors import CorruptDocument, PasswordRequired, PasswordWrong
from bursar.reading.document import open_document
from bursar.reading.limits import Limits
from bursar.reading.sniff import check_extension, sniff_format


def inspect_document(content: bytes, filename: str | None, password: str | None, limits: Limits) -> dict[str, Any]:
    """Return the fields of an `Inspection`; raises the `DocumentError` that fits.

    `encrypted` is told by opening without the password: many PDFs are encrypted and open for everybody.
    """
    found = sniff_format(content)
    if filename:
        check_extension(filename, found)
    try:
        with open_document(content, limits=limits) as document:
            return {"format": found.value, "page_count": document.page_count, "encrypted": False}
    except PasswordRequired:
        if password is None:
            raise
    with open_document(content, password=password, limits=limits) as document:
        return {"format": found.value, "page_count": document.page_count, "encrypted": True}


def unlock_document(content: bytes, password: str) -> bytes:
    """Return the PDF without encryption, so that the password need not be kept. Raises `PasswordWrong`."""
    unlocked = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(content), password=password) as document:
            document.save(unlocked, encryption=False)
    except pikepdf.PasswordError:
        raise PasswordWrong("the password does not open the document") from None
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        raise CorruptDocument("the document does not open") from error
    return unlocked.getvalue()
