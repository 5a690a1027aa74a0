"""The dashboard's addresses, put before those of the application."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import Scope

from bursar.dashboard import desk, entrance, office
from bursar.dashboard.packing import PackedForOwn
from bursar.dashboard.shelf import Shelf
from bursar.dashboard.site import Endpoint, Site
from bursar.wiring import Server

_PACKED = [Middleware(PackedForOwn)]


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
        _HtmlRoute("/", site.private(desk.show_documents), methods=["GET"], middleware=_PACKED),
        _page("/login", site.public(entrance.ask_for_key)),
        Route("/login", site.public(entrance.log_in), methods=["POST"]),
        Route("/login/{link}", site.public(entrance.log_in_by_link), methods=["GET"]),
        Route("/logout", site.public(entrance.log_out), methods=["POST"]),
        _page("/review/{job_id}", site.private(desk.show_review)),
        _page("/next", site.private(desk.go_to_next)),
        _page("/schemas", site.private(office.show_schemas)),
        _page("/schemas/{schema_id}", site.private(office.show_schema)),
        _page("/keys", site.private(office.show_keys, "admin")),
        _page("/webhooks", site.private(office.show_webhooks)),
        _page("/webhooks/{delivery_id}", site.private(office.show_delivery)),
        _page("/usage", site.private(office.show_usage)),
        _page("/style", site.private(desk.show_style)),
        Mount("/static", Shelf(), middleware=[Middleware(GZipMiddleware)]),
    ]


def _page(path: str, endpoint: Endpoint) -> Route:
    return Route(path, endpoint, methods=["GET"], middleware=_PACKED)
