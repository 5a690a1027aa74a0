"""Pages packed by gzip on their way, where nobody can make use of how long they become."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

_LEVEL = 6  # nine makes a page two percent smaller and takes twice the time


class PackedForOwn:
    """Packs a page for a browser that was led to it by one of our pages, or by its user.

    A page holds secrets (the proof that goes along with changes, names and amounts) beside what its address says (the
    text of a filter). Who can make a browser ask for many addresses and sees how long the answers are, learns such
    secrets from how well they pack (BREACH). Browsers say in `Sec-Fetch-Site`, which no script can set, who made them
    ask: a page of another site is answered unpacked, and so is whoever does not say it. Nothing else of this server is
    packed here: no stream of events, no reply of the API.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._packed = GZipMiddleware(app, compresslevel=_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        is_own = Headers(scope=scope).get("sec-fetch-site") in ("same-origin", "none")
        await (self._packed if is_own else self._plain)(scope, receive, send)
