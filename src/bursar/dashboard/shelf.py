"""The files that pages need, scripts, the stylesheet and the icon: fetched once, and again only when they have changed."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_FOLDER = Path(__file__).parent / "static"
_KEPT = "public, max-age=31536000, immutable"
_ASKED_AGAIN = "no-cache"


def address_of(name: str) -> str:
    """Return the address of a file of `static/`; it is another one as soon as the file has changed."""
    return f"/static/{name}?v={_version_of(name)}"


class Shelf(StaticFiles):
    """Serves the files; browsers keep those that they asked for by an address of `address_of`."""

    def __init__(self) -> None:
        super().__init__(directory=_FOLDER)

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, *given: Any, **named: Any
    ) -> Response:
        """Return the file, to be kept for ever where the address names what it is now.

        While servers of two releases run side by side, a page of the one asks the other for a file that it does not
        have: what it answers instead must not be kept.
        """
        response = super().file_response(full_path, stat_result, scope, *given, **named)
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("v")
        response.headers["Cache-Control"] = _KEPT if asked == [_version_of(Path(full_path).name)] else _ASKED_AGAIN
        return response


def _version_of(name: str) -> str:
    changed_at_ns = (_FOLDER / name).stat().st_mtime_ns
    return _hash(name, changed_at_ns)


@lru_cache
def _hash(name: str, changed_at_ns: int) -> str:  # noqa: ARG001 (a file that was changed is hashed again)
    return hashlib.sha256((_FOLDER / name).read_bytes()).hexdigest()[:12]
