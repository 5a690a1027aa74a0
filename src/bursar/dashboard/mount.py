"""The dashboard's addresses, put before those of the application."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bursar.dashboard import desk, entrance, office
from bursar.dashboard.site import Site
from bursar.wiring import Server

_STATIC = Path(__file__).parent / "static"


class _HtmlRoute(Route):
    """An address that is a page for those who read HTML, and stays something else for all others."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match only where the client says that it takes HTML, or asks for a part of a page."""
        headers = dict(scope["headers"]) if scope["type"] == "http" else {}
        is_page = b"text/html" in headers.get(b"accept", b"") or b"hx-request" in headers
        return super().matches(scope) if is_page else (Match.NONE, {})


def add_dashboard(app: Starlette, server: Server) -> None:
    """Serve the dashboard from the application, `/` included where a browser asks for it."""
    app.router.routes[:] = [*_list_routes(Site(server)), *app.router.routes]


def _list_routes(site: Site) -> list[BaseRoute]:
    return [
        _HtmlRoute("/", site.private(desk.show_documents), methods=["GET"]),
        Route("/login", site.public(entrance.ask_for_key), methods=["GET"]),
        Route("/login", site.public(entrance.log_in), methods=["POST"]),
        Route("/login/{link}", site.public(entrance.log_in_by_link), methods=["GET"]),
        Route("/logout", site.public(entrance.log_out), methods=["POST"]),
        Route("/review/{job_id}", site.private(desk.show_review), methods=["GET"]),
        Route("/next", site.private(desk.go_to_next), methods=["GET"]),
        Route("/schemas", site.private(office.show_schemas), methods=["GET"]),
        Route("/schemas/{schema_id}", site.private(office.show_schema), methods=["GET"]),
        Route("/keys", site.private(office.show_keys, "admin"), methods=["GET"]),
        Route("/webhooks", site.private(office.show_webhooks), methods=["GET"]),
        Route("/webhooks/{delivery_id}", site.private(office.show_delivery), methods=["GET"]),
        Route("/usage", site.private(office.show_usage), methods=["GET"]),
        Route("/style", site.private(desk.show_style), methods=["GET"]),
        Mount("/static", StaticFiles(directory=_STATIC)),
    ]
