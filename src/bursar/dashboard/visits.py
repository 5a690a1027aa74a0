"""Who is looking, and the headers that every page carries."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bursar.errors import Forbidden, RequestTooLarge
from bursar.service.sessions import LASTING, SESSION_NAME, is_proof

_MAX_FORM_BYTES = 10_000
_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def protect(response: Response) -> Response:
    """Return the response with the headers that keep foreign content from doing anything in it."""
    response.headers.update(_HEADERS)
    return response


def token_of(request: Request) -> str:
    """Return the session's token as the browser sent it, empty where it sent none."""
    return request.cookies.get(SESSION_NAME, "")


def keep_token(request: Request, response: Response, token: str) -> Response:
    """Let the browser keep the token where no script sees it and no other site's page sends it along with a change."""
    response.set_cookie(
        SESSION_NAME,
        token,
        max_age=int(LASTING.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a short form. Raises `Forbidden` where a page of another site sent it."""
    _check_origin(request)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_FORM_BYTES:
            raise RequestTooLarge("The form is too large", {"max_bytes": _MAX_FORM_BYTES})
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20)
    return {name: values[0] for name, values in fields.items()}


def check_proof(request: Request, given: str) -> None:
    """Raise `Forbidden` unless a page of ours, in this session, sent the request."""
    if not is_proof(token_of(request), given):
        raise Forbidden("The page is too old; load it again")


def is_own_path(path: str) -> bool:
    """Whether the path leads to a page here, not to another site."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()


def _check_origin(request: Request) -> None:
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden("Another site sent this form")
