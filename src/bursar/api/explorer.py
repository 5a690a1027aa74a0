"""`/docs`: the API to be read and tried in a browser. Everything it needs comes from this server."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

ADDRESS = "/docs"
_STATIC = f"{ADDRESS}/static"


def add_explorer(app: FastAPI) -> None:
    """Serve Swagger UI, whose files the package fastapi-offline brings along."""

    def explore() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="/openapi.json",
            title=f"{app.title} {app.version}",
            swagger_js_url=f"{_STATIC}/swagger-ui-bundle.js",
            swagger_css_url=f"{_STATIC}/swagger-ui.css",
            swagger_favicon_url="data:,",
        )

    app.add_api_route(ADDRESS, explore, include_in_schema=False)
    app.mount(_STATIC, StaticFiles(packages=[("fastapi_offline", "static")]))
