"""Uploading: the published address and that of the Files API."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bursar.api import wire
from bursar.api.access import Writer
from bursar.api.documentation import documented, form, partial_upload
from bursar.api.uploading import answer_upload

router = APIRouter(tags=["files"])

_DOCUMENTED = documented(wire.Uploaded, 400, 413, 415)
_DOCUMENTED["responses"].update(partial_upload())


@router.post("/parse/upload", **_DOCUMENTED, openapi_extra=form())
@router.post("/files/upload", **_DOCUMENTED, openapi_extra=form())
async def upload_files(request: Request, visit: Writer) -> Response:
    """Upload up to 50 files: PDF, JPG, PNG, TIFF, WEBP, HEIC or XML e-invoices. The bytes decide what a file is."""
    return await answer_upload(request, visit)
