"""What all pages share: their templates, who is looking at them, and what is said where something goes wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bursar.dashboard.reader import choose_locale, show_count, show_equal, show_money, show_said, show_span, show_text
from bursar.dashboard.recent import RecentFindings
from bursar.dashboard.shelf import address_of
from bursar.dashboard.visits import protect, token_of
from bursar.errors import BursarError, Forbidden, Gone, NotFound
from bursar.service.sessions import Session, find_session, proof_of
from bursar.wiring import Server

Endpoint = Callable[[Request], Awaitable[Response]]


class Site:
    """Renders pages on the parts of a server."""

    def __init__(self, server: Server) -> None:
        self.stores = server.stores
        self.settings = server.settings
        self.recent = RecentFindings(lambda: datetime.now(UTC))
        self._templates = Environment(
            loader=PackageLoader("bursar.dashboard"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, request: Request, template: str, status: int = 200, **shown: Any) -> Response:
        """Return a page in the reader's locale; `session` must be among what is shown."""
        locale = choose_locale(request.headers.get("accept-language", ""))
        text = self._templates.get_template(template).render(
            locale=locale,
            show=partial(show_text, locale=locale),
            count=partial(show_count, locale=locale),
            money=partial(show_money, locale=locale),
            span=partial(show_span, locale=locale),
            said=partial(show_said, locale=locale),
            equal=partial(show_equal, locale=locale),
            proof=proof_of(token_of(request)),
            path=request.url.path,
            asset=address_of,
            **shown,
        )
        return protect(HTMLResponse(text, status))

    def base_url(self, request: Request) -> str:
        """Return where clients reach this server."""
        return (self.settings.public_url or str(request.base_url)).rstrip("/")

    def public(self, page: Callable[[Site, Request], Awaitable[Response]]) -> Endpoint:
        """Let everybody see `page`."""

        async def answer(request: Request) -> Response:
            try:
                return await page(self, request)
            except BursarError as error:
                return self.render(request, "error.html", _status_of(error), error=error, session=None)

        return answer

    def private(
        self, page: Callable[[Site, Request, Session], Awaitable[Response]], permission: str = "read"
    ) -> Endpoint:
        """Let `page` be seen by those who are logged in with the permission; lead all others to the login."""

        async def answer(request: Request) -> Response:
            session = None
            try:
                async with self.stores.database.connection() as connection:
                    session = await find_session(connection, token_of(request))
                if session is None:
                    return _lead_in(request)
                if permission not in session.access.permissions:
                    raise Forbidden(f"The key lacks the permission {permission}", {"permission": permission})
                return await page(self, request, session)
            except BursarError as error:
                return self.render(request, "error.html", _status_of(error), error=error, session=session)

        return answer


def _lead_in(request: Request) -> Response:
    if "hx-request" in request.headers:  # a part of a page cannot be replaced by the login: the whole page goes there
        return protect(Response(status_code=204, headers={"HX-Redirect": "/login"}))
    query = f"?{request.url.query}" if request.url.query else ""
    return protect(RedirectResponse(f"/login?{urlencode({'next': request.url.path + query})}", 303))


def _status_of(error: BursarError) -> int:
    if isinstance(error, Gone):
        return 410
    if isinstance(error, NotFound):
        return 404
    return 403 if isinstance(error, Forbidden) else 400
