"""Pages of a document for people to look at: pictures, and words with their places."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from bursar.api import wire_review
from bursar.api.access import Reader
from bursar.api.documentation import documented, refusals, unchanged
from bursar.api.replies import is_known, success
from bursar.api.services import services_of
from bursar.api.visit import Visit
from bursar.database.connections import Row
from bursar.service.documents import get_file
from bursar.service.sights import WIDTHS_PX, choose_width, find_turn, get_picture, get_words

_LIST_OF_WIDTHS = ", ".join(map(str, WIDTHS_PX))
PageNumber = Annotated[int, Path(ge=1, le=1_000_000, description="From 1.")]
Width = Annotated[
    int,
    Query(ge=WIDTHS_PX[0], le=WIDTHS_PX[-1], description=f"In pixels; rounded up to one of {_LIST_OF_WIDTHS}."),
]

router = APIRouter(tags=["files"])


@router.get(
    "/files/{file_id}/pages/{page}.png",
    response_model=None,
    responses={
        200: {
            "description": "The page, upright: the evidence's boxes scale to it by its width over the page's width.",
            "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
        },
        **unchanged(),
        **refusals(400, 404, 410),
    },
)
async def draw_page(request: Request, visit: Reader, file_id: str, page: PageNumber, width: Width = 1280) -> Response:
    """Read a page as a picture. An image is never made larger than it is."""
    document, quarters = await _find_page(request, visit, file_id, page)
    width_px = choose_width(width)
    headers = _head(document, f"{page}-{width_px}-{quarters}")
    if is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    picture = await get_picture(services_of(request).stores, document, page, width_px, quarters)
    return Response(picture, headers=headers, media_type="image/png")


@router.get("/files/{file_id}/pages/{page}/words", **documented(wire_review.PageWords, 400, 404, 410, tagged=True))
async def read_words(request: Request, visit: Reader, file_id: str, page: PageNumber) -> Response:
    """Read the words of a page with their boxes, in reading order; a scan is recognised the first time."""
    document, _ = await _find_page(request, visit, file_id, page)
    headers = _head(document, f"{page}-words")
    if is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return success(orjson.Fragment(await get_words(services_of(request).stores, document, page)), headers=headers)


async def _find_page(request: Request, visit: Visit, file_id: str, page: int) -> tuple[Row, int]:
    async with services_of(request).stores.database.connection() as connection:
        document = await get_file(connection, visit.account_id, file_id)
        return document, await find_turn(connection, document, page)


def _head(document: Row, form: str) -> dict[str, str]:
    """Equal bytes give equal pages, so that the document's hash and what is wanted of it tell versions apart."""
    return {
        "ETag": f'"{document["sha256"].hex()}-{form}"',
        "Cache-Control": "private, max-age=3600",
        "X-Content-Type-Options": "nosniff",
    }
