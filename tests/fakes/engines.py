"""Engines with one habit each, named for it. A sandbox child imports them: `fakes.engines:hangs`."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import sys
import time

import numpy as np

from bursar.errors import CorruptDocument, ModelFailed, NotFound
from bursar.extraction.model import Question
from bursar.facts.invoice import Invoice, InvoiceInfo


def answers(source, **options):
    """Read the invoice's number from the document, word for word."""
    options["progress"](1, 1)
    content = source if isinstance(source, bytes) else open(source, "rb").read()  # noqa: PTH123, SIM115
    return Invoice(invoice_info=InvoiceInfo(invoice_number=content.decode(errors="replace")[:100]))


def tells_its_pid(source, **options):
    return Invoice(invoice_info=InvoiceInfo(invoice_number=str(os.getpid())))


def tells_its_environment(source, **options):
    return Invoice(invoice_info=InvoiceInfo(invoice_number=" ".join(sorted(os.environ))))


def hangs(source, **options):
    while True:
        time.sleep(60)


def hangs_after_a_page(source, **options):
    options["progress"](1, 2)
    while True:
        time.sleep(60)


def spins(source, **options):
    while True:
        pass


def turns_pages(source, **options):
    """As many pages as the document says, a tenth of a second each."""
    pages = int(source)
    for page in range(pages):
        time.sleep(0.1)
        options["progress"](page + 1, pages)
    return Invoice(invoice_info=InvoiceInfo(invoice_number=f"{pages} pages"))


def eats_memory(source, **options):
    hoard = []
    while True:
        hoard.append(np.ones(16 * 1024 * 1024, dtype=np.uint8))
        time.sleep(0.002)


def gulps_memory(source, **options):
    return np.ones(1 << 40, dtype=np.uint8)


def segfaults(source, **options):
    ctypes.string_at(0)


def aborts_without_memory(source, **options):
    sys.stderr.write("terminate called after throwing an instance of 'std::bad_alloc'\n")
    sys.stderr.flush()
    os.abort()


def exits(source, **options):
    os._exit(3)


def is_killed_by_the_kernel(source, **options):
    os.kill(os.getpid(), signal.SIGKILL)


def prints(source, **options):
    """Print far more than a pipe holds, by Python's way and by the libraries'."""
    for _ in range(2000):
        print("x" * 200)  # noqa: T201
    os.write(1, b"y" * 300_000)
    return answers(source, **options)


def refuses(source, **options):
    raise CorruptDocument("no such thing", {"page": 7})


def refuses_by_another_code(source, **options):
    error = NotFound("gone")
    error.code = "SOMETHING_NOT_FOUND"
    raise error


def has_a_bug(source, **options):
    return {}["secret of the document"]


def leaks(source, **options):
    leaks.hoard = np.ones(300 * 1024 * 1024, dtype=np.uint8)
    return tells_its_pid(source, **options)


def chooses_by_content(source, **options):
    """The document names the habit; `turns_12_pages` has twelve pages."""
    name = source.decode()
    if pages := re.fullmatch(r"turns_(\d+)_pages", name):
        return turns_pages(pages[1], **options)
    return globals()[name](source, **options)


def starts_a_program(source, **options):
    """Leave a grandchild whose command line holds the document's text."""
    os.system(f"sleep 1000.{source.decode()} &")
    return hangs(source)


def asks(source, **options):
    """Tell the model's answer, or why there is none."""
    try:
        said = options["model"].ask(Question("Quote.", source.decode(), {"type": "object"}))
    except ModelFailed as failure:
        said = failure.message
    return Invoice(invoice_info=InvoiceInfo(invoice_number=said))
