"""The Files API: list, read, download, delete; with its older addresses."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bursar.api import wire
from bursar.api.access import Reader, Writer
from bursar.api.documentation import documented, refusals, unchanged
from bursar.api.forms import KINDS
from bursar.api.replies import is_known, success
from bursar.api.routes.jobs import Page, PageSize
from bursar.api.services import services_of
from bursar.api.shapes import shape_described_file, shape_file, shape_page
from bursar.database.connections import Row
from bursar.service.documents import delete_document, describe_document, get_file, list_documents, read_content
from bursar.service.names import store_name
from bursar.service.pages import Listing

FileStatus = Annotated[Literal["pending", "processing", "completed", "failed", "deleted"] | None, Query()]
FileType = Annotated[Literal["invoice", "statement", "bank_statement"] | None, Query()]

router = APIRouter(tags=["files"])

_MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "tiff": "image/tiff",
    "webp": "image/webp",
    "heic": "image/heic",
    "xml": "application/xml",
}


@router.get("/files", **documented(wire.FilePage, 400))
async def list_files(
    request: Request,
    visit: Reader,
    page: Page = 1,
    page_size: PageSize = 20,
    status: FileStatus = None,
    type: FileType = None,  # noqa: A002 (the contract's word)
) -> Response:
    """List files, newest first; deleted ones only with `status=deleted`."""
    services = services_of(request)
    kind = KINDS[type] if type else None
    async with services.stores.database.connection() as connection:
        found = await list_documents(connection, visit.account_id, kind, Listing(page, page_size, status))
    base_url = services.base_url(request)
    return success(shape_page("files", found, [shape_file(document, base_url) for document in found.rows]))


@router.get("/files/{file_id}", **documented(wire.File, 404))
@router.get("/parse/files/{file_id}", **documented(wire.File, 404))
async def read_file(request: Request, visit: Reader, file_id: str) -> Response:
    """Read a file, its newest result and its jobs, by its `doc_id` or its `file_id`."""
    services = services_of(request)
    async with services.stores.database.connection() as connection:
        document = await describe_document(connection, await get_file(connection, visit.account_id, file_id))
    return success(shape_described_file(document, services.base_url(request)))


@router.get(
    "/files/{file_id}/download",
    response_model=None,
    responses={
        200: {
            "description": "The bytes as they were uploaded.",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        },
        **unchanged(),
        **refusals(404, 410),
    },
)
async def download_file(request: Request, visit: Reader, file_id: str) -> Response:
    """Download a file as it was uploaded."""
    stores = services_of(request).stores
    async with stores.database.connection() as connection:
        document = await get_file(connection, visit.account_id, file_id)
    etag = f'"{document["sha256"].hex()}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}
    if document["deleted_at"] is None and is_known(request, etag):
        return Response(status_code=304, headers=headers)
    headers |= {
        "Content-Length": str(document["size_bytes"]),
        "Content-Disposition": _attach(document),
        "Accept-Ranges": "none",  # a file is small enough to be fetched whole
    }
    return StreamingResponse(
        await read_content(stores, document), headers=headers, media_type=_MEDIA_TYPES[document["format"]]
    )


@router.delete("/files/{file_id}", **documented(wire.DeletedFile, 404, 409))
@router.delete("/parse/files/{file_id}", **documented(wire.DeletedFile, 404, 409))
async def delete_file(request: Request, visit: Writer, file_id: str) -> Response:
    """Remove a file's bytes and results for good; jobs on it that have not ended are cancelled."""
    document = await delete_document(services_of(request).stores, visit.account_id, file_id)
    return success({"file_id": document["file_id"], "message": "File deleted successfully"})


def _attach(document: Row) -> str:
    """Never shown in place: a document is foreign content, and our address would vouch for it (RFC 6266)."""
    last = document["filename"].replace("\\", "/").rpartition("/")[2] or "document"
    return f"attachment; filename=\"{store_name(last)}\"; filename*=UTF-8''{quote(last, safe='')}"
