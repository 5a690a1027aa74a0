"""How files and pages travel: kept until they change, packed where that tells nobody anything."""

from __future__ import annotations

import gzip

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route

from bursar.dashboard import shelf
from bursar.dashboard.packing import PackedForOwn
from bursar.dashboard.shelf import Shelf, address_of

pytestmark = pytest.mark.anyio


def _visit(*routes):
    return httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=routes)), base_url="http://here")


async def test_a_file_is_kept_for_ever_by_the_address_of_what_it_is_now_and_by_no_other():
    async with _visit(Mount("/static", Shelf())) as visitor:
        now = await visitor.get(address_of("bursar.css"))
        assert "immutable" in now.headers["cache-control"]
        for other in ("/static/bursar.css", "/static/bursar.css?v=000000000000"):
            assert (await visitor.get(other)).headers["cache-control"] == "no-cache", other


def test_the_address_of_a_file_changes_with_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(shelf, "_FOLDER", tmp_path)
    file = tmp_path / "made-up.js"
    file.write_text("one")
    before = address_of("made-up.js")
    assert address_of("made-up.js") == before
    file.write_text("another")
    assert address_of("made-up.js") != before


@pytest.mark.parametrize(
    ("site", "is_packed"),
    [("same-origin", True), ("none", True), ("cross-site", False), ("same-site", False), (None, False)],
)
async def test_a_page_is_packed_for_who_was_not_sent_by_another_site(site, is_packed):
    async def show(request):
        return HTMLResponse("a page " * 1000)

    headers = {"accept-encoding": "gzip"} | ({"sec-fetch-site": site} if site else {})
    async with (
        _visit(Route("/", show, middleware=[Middleware(PackedForOwn)])) as visitor,
        visitor.stream("GET", "/", headers=headers) as reply,
    ):
        assert reply.headers.get("content-encoding") == ("gzip" if is_packed else None)
        sent = b"".join([chunk async for chunk in reply.aiter_raw()])
    assert len(sent) < 200 if is_packed else len(sent) == 7000
    assert (gzip.decompress(sent) if is_packed else sent) == b"a page " * 1000
