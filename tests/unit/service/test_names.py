from __future__ import annotations

import re

import pytest

from bursar.service.names import show_name, store_name

HOSTILE = [
    "../../etc/passwd",
    "..\\..\\windows\\system32\\a.pdf",
    "a\x00b.pdf",
    "x" * 300 + ".pdf",
    "😀" * 300 + ".pdf",
    "\u202efdp.exe.pdf",
    "فاتورة.pdf",
    "line\r\nSet-Cookie: a=b.pdf",
    "",
    ".",
    "..",
    "///",
    ".htaccess",
    "con.pdf" + "." * 50,
    "\ud800.pdf",
    "a" * 5000,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_stored_name_is_plain_ascii_without_folders(name):
    stored = store_name(name)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", stored)
    assert ".." not in stored


@pytest.mark.parametrize("name", HOSTILE)
def test_a_shown_name_has_no_control_characters_and_can_be_stored_as_text(name):
    shown = show_name(name)
    assert shown
    assert not re.search(r"[\x00-\x1f\x7f\u202a-\u202e]", shown)
    shown.encode()


def test_a_shown_name_is_kept_as_it_was_sent():
    assert show_name("Rechnung Mai – 👨‍👩‍👧 №7.pdf") == "Rechnung Mai – 👨‍👩‍👧 №7.pdf"
    assert show_name("../../etc/passwd") == "../../etc/passwd"
    assert show_name("فاتورة.pdf") == "فاتورة.pdf"


def test_a_stored_name_keeps_what_it_can():
    assert store_name("Rechnung Mai.pdf") == "Rechnung_Mai.pdf"
    assert store_name("Überweisung é.PDF") == "Uberweisung_e.PDF"
    assert store_name("x" * 300 + ".pdf") == "x" * 96 + ".pdf"
