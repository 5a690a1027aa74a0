"""File names as callers send them are hostile: one form for showing, one for storing."""

from __future__ import annotations

import re
import unicodedata

_MAX_SHOWN = 1_024  # characters
_MAX_STORED = 100  # characters, extension included
_MAX_EXTENSION = 10
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
# Overrides and isolates reorder what stands around the name (`gnp.exe` for `exe.png`); joiners of emoji stay.
_REORDERING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def show_name(filename: str) -> str:
    """Return the name as it may be displayed: as sent, less what is no character and what reorders its neighbours."""
    visible = "".join(char for char in filename if unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp"))
    return _REORDERING.sub("", visible).strip()[:_MAX_SHOWN] or "document"


def store_name(filename: str) -> str:
    """Return an ASCII name without folders that is safe in paths, addresses and headers: `Rechnung_Mai.pdf`."""
    last = re.split(r"[/\\]", show_name(filename))[-1]
    plain = unicodedata.normalize("NFKD", last).encode("ascii", "ignore").decode()
    safe = re.sub(r"\.{2,}", ".", _UNSAFE.sub("_", plain)).strip("._-")
    stem, dot, extension = safe.rpartition(".")
    if not dot or len(extension) > _MAX_EXTENSION:
        return safe[:_MAX_STORED] or "document"
    return f"{stem[: _MAX_STORED - len(extension) - 1]}.{extension}"
