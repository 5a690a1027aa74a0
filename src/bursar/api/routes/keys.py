"""Keys of the caller's own account, for administrators; and what the account has used."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from bursar.api import wire_keys
from bursar.api.access import Reader, require
from bursar.api.bodies import read_model
from bursar.api.documentation import documented, json_body
from bursar.api.replies import success, utc
from bursar.api.services import services_of
from bursar.api.visit import Visit
from bursar.database.connections import Row
from bursar.errors import InvalidRequest
from bursar.service.accuracy import measure_accuracy
from bursar.service.keys import bound_limit, create_account_key, list_account_keys, revoke_account_key
from bursar.service.quotas import Quota, measure_quotas
from bursar.service.usage import measure_usage

_LONGEST_DAYS = 366

router = APIRouter()


def _require_admin(request: Request) -> Visit:
    return require(request, "admin")


Admin = Annotated[Visit, Depends(_require_admin)]


@router.get("/keys", tags=["keys"], **documented(wire_keys.Keys))
async def list_all(request: Request, visit: Admin) -> Response:
    """List the keys of the account; needs the permission `admin`."""
    async with services_of(request).stores.database.connection() as connection:
        rows = await list_account_keys(connection, visit.account_id)
    return success({"keys": [_shape(row) for row in rows]})


@router.post(
    "/keys",
    tags=["keys"],
    **documented(wire_keys.NewKey, 400, 413, 415),
    openapi_extra=json_body(wire_keys.KeyBody, required=False),
)
async def create(request: Request, visit: Admin) -> Response:
    """Make a key for the account; it is shown in this reply and never again. Needs the permission `admin`.

    It may do as much a minute as the key that makes it at most; limits beyond that are an operator's to give.
    """
    body = await read_model(request, wire_keys.KeyBody, optional=True)
    if body.expires_at is not None and body.expires_at <= datetime.now(UTC):
        raise InvalidRequest("expires_at: is past", {"field": "expires_at", "reason": "is past"})
    services, maker = services_of(request), visit.caller
    work_limit = bound_limit("work_limit", body.work_limit, maker.work_limit, services.settings.work_limit)
    read_limit = bound_limit("read_limit", body.read_limit, maker.read_limit, services.settings.read_limit)
    async with services.stores.database.transaction() as connection:
        key, row = await create_account_key(
            connection,
            visit.account_id,
            permissions=body.permissions,
            expires_at=body.expires_at,
            work_limit=work_limit,
            read_limit=read_limit,
        )
    return success({**_shape(row), "key": key})


@router.delete("/keys/{key_id}", tags=["keys"], **documented(wire_keys.Key, 404))
async def revoke(request: Request, visit: Admin, key_id: str) -> Response:
    """Revoke a key of the account, at once in all processes; needs the permission `admin`."""
    services = services_of(request)
    async with services.stores.database.transaction() as connection:
        row = await revoke_account_key(connection, visit.account_id, key_id)
    services.keys.forget_all()  # the announcement tells the others, and may come here after the next request
    return success(_shape(row))


@router.get("/usage", tags=["usage"], **documented(wire_keys.Usage, 400))
async def read_usage(
    request: Request,
    visit: Reader,
    since: Annotated[date | None, Query(description="First day, in UTC. Default: 29 days before `until`.")] = None,
    until: Annotated[date | None, Query(description="Last day. Default: today.")] = None,
) -> Response:
    """Read what the account has used, day by day, what it has stored, and how much it may."""
    last = until or datetime.now(UTC).date()
    first = since or last - timedelta(days=min(29, (last - date.min).days))
    if not 0 <= (last - first).days < _LONGEST_DAYS:
        reason = f"must be at most {_LONGEST_DAYS} days before until, and not after it"
        raise InvalidRequest(f"since {reason}", {"field": "since", "reason": reason})
    async with services_of(request).stores.database.connection() as connection:
        usage = await measure_usage(connection, visit.account_id, first, last)
        quotas = await measure_quotas(connection, visit.account_id, services_of(request).quotas)
    told: dict[str, Any] = {"total": usage.total, "days": usage.days, "stored": usage.stored}
    told["quotas"] = {name: _shape_quota(quota) for name, quota in quotas.items()}
    return success({"since": first, "until": last, **told})


@router.get("/accuracy", tags=["usage"], **documented(wire_keys.Accuracy))
async def read_accuracy(request: Request, visit: Reader) -> Response:
    """Read how often the engine was right, field by field, in the newest documents that people have approved."""
    async with services_of(request).stores.database.connection() as connection:
        return success(asdict(await measure_accuracy(connection, visit.account_id)))


def _shape_quota(quota: Quota) -> dict[str, Any]:
    told: dict[str, Any] = {"limit": quota.limit or None, "used": quota.used}
    if quota.waiting is not None:
        told["waiting"] = quota.waiting
    if quota.resets_at is not None:
        told["resets_at"] = utc(quota.resets_at)
    return told


def _shape(row: Row) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "prefix": row["prefix"],
        "permissions": row["permissions"],
        "work_limit": row["work_limit"],
        "read_limit": row["read_limit"],
        "created_at": utc(row["created_at"]),
        "expires_at": utc(row["expires_at"]),
        "revoked_at": utc(row["revoked_at"]),
        "last_used_at": utc(row["last_used_at"]),
    }
