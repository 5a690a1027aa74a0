"""In and out: by key, by the one-time link, and the way back."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bursar.dashboard.site import Site
from bursar.dashboard.visits import check_proof, is_own_path, keep_token, protect, read_form, token_of
from bursar.errors import BursarError, Unauthorized
from bursar.service.sessions import SESSION_NAME, end_session, open_session, open_session_by_link


async def ask_for_key(site: Site, request: Request) -> Response:
    """Show the way in."""
    return _ask(site, request, request.query_params.get("next", "/"), None)


async def log_in(site: Site, request: Request) -> Response:
    """Open a session with the key sent."""
    form = await read_form(request)
    wanted = form.get("next", "/")
    try:
        async with site.stores.database.transaction() as connection:
            token = await open_session(connection, form.get("key", "").strip())
    except Unauthorized as error:
        return _ask(site, request, wanted, error, 401)
    return protect(keep_token(request, RedirectResponse(wanted if is_own_path(wanted) else "/", 303), token))


async def log_in_by_link(site: Site, request: Request) -> Response:
    """Open the session of a one-time link."""
    try:
        async with site.stores.database.transaction() as connection:
            token = await open_session_by_link(connection, request.path_params["link"])
    except Unauthorized as error:
        return _ask(site, request, "/", error, 401)
    return protect(keep_token(request, RedirectResponse("/", 303), token))


async def log_out(site: Site, request: Request) -> Response:
    """End the session."""
    form = await read_form(request)
    check_proof(request, form.get("proof", ""))
    async with site.stores.database.transaction() as connection:
        await end_session(connection, token_of(request))
    response = RedirectResponse("/login", 303)
    response.delete_cookie(SESSION_NAME)
    return protect(response)


def _ask(site: Site, request: Request, wanted: str, error: BursarError | None, status: int = 200) -> Response:
    return site.render(request, "login.html", status, session=None, wanted=wanted, error=error)
