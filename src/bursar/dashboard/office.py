"""The developer's pages: schemas, keys, webhooks, usage."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from bursar.dashboard.charts import draw_days
from bursar.dashboard.site import Site
from bursar.service.accuracy import measure_accuracy
from bursar.service.events import dump_event
from bursar.service.jobs import list_jobs
from bursar.service.keys import list_account_keys
from bursar.service.pages import Listing
from bursar.service.schemas import get_schema, list_schemas
from bursar.service.sessions import Session
from bursar.service.usage import measure_usage
from bursar.service.webhooks import STATUSES, get_delivery, list_deliveries, shape_delivery

_SPANS = (7, 30, 90)
_NEW_SCHEMA = {"fields": ["invoice_number", "supplier_vat_id", "total_amount_due"]}


async def show_schemas(site: Site, request: Request, session: Session) -> Response:
    """Show the account's schemas."""
    async with site.stores.database.connection() as connection:
        found = await list_schemas(
            connection, session.access.account_id, None, Listing(_read_page(request), page_size=50)
        )
    return site.render(request, "schemas.html", session=session, found=found)


async def show_schema(site: Site, request: Request, session: Session) -> Response:
    """Show a schema to be changed and tried out; a new one where the address says so."""
    account_id, schema_id = session.access.account_id, request.path_params["schema_id"]
    async with site.stores.database.connection() as connection:
        schema = None if schema_id == "new" else await get_schema(connection, account_id, schema_id)
        recent = await list_jobs(
            connection, account_id, schema["kind"] if schema else None, Listing(1, 20, "completed")
        )
    definition = schema["definition"] if schema else orjson.dumps(_NEW_SCHEMA)
    parsed = json.loads(definition) if isinstance(definition, str | bytes) else definition
    text = json.dumps(parsed, indent=2, ensure_ascii=False)
    return site.render(request, "schema.html", session=session, schema=schema, text=text, recent=recent.rows)


async def show_keys(site: Site, request: Request, session: Session) -> Response:
    """Show the account's keys, never what they are."""
    async with site.stores.database.connection() as connection:
        keys = await list_account_keys(connection, session.access.account_id)
    now = datetime.now(UTC)
    return site.render(request, "keys.html", session=session, keys=[{**key, "state": _state(key, now)} for key in keys])


async def show_webhooks(site: Site, request: Request, session: Session) -> Response:
    """Show what was sent to whom, and how it went."""
    status = request.query_params.get("status")
    listing = Listing(_read_page(request), 20, status if status in STATUSES else None)
    async with site.stores.database.connection() as connection:
        found = await list_deliveries(connection, session.access.account_id, None, listing)
    rows = [shape_delivery(row) for row in found.rows]
    return site.render(request, "webhooks.html", session=session, found=found, rows=rows, chosen=listing.status)


async def show_delivery(site: Site, request: Request, session: Session) -> Response:
    """Show one delivery: what was sent, and what came back each time."""
    async with site.stores.database.connection() as connection:
        delivery, event = await get_delivery(connection, session.access.account_id, request.path_params["delivery_id"])
    body = json.dumps(json.loads(dump_event(event)), indent=2, ensure_ascii=False)
    shown = {**shape_delivery(delivery), "tries": delivery["tries"]}
    return site.render(request, "delivery.html", session=session, delivery=shown, body=body)


async def show_usage(site: Site, request: Request, session: Session) -> Response:
    """Show what was used day by day, and how often the engine was right where people looked."""
    given = request.query_params.get("days", "30")
    days = int(given) if given in map(str, _SPANS) else 30
    until: date = datetime.now(UTC).date()
    async with site.stores.database.connection() as connection:
        usage = await measure_usage(connection, session.access.account_id, until - timedelta(days=days - 1), until)
        accuracy = await measure_accuracy(connection, session.access.account_id)
    shown: dict[str, Any] = {"usage": usage, "charts": draw_days(usage.days), "accuracy": accuracy}
    return site.render(request, "usage.html", session=session, days=days, spans=_SPANS, **shown)


def _state(key: dict[str, Any], now: datetime) -> str:
    if key["revoked_at"] is not None:
        return "revoked"
    return "expired" if key["expires_at"] is not None and key["expires_at"] <= now else "live"


def _read_page(request: Request) -> int:
    given = request.query_params.get("page", "1")
    return max(int(given), 1) if given.isascii() and given.isdecimal() and len(given) < 6 else 1
