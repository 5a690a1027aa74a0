"""One suite for every store of bytes. S3 is that of BURSAR_TEST_S3_URL (a bucket), else a server in this process."""

from __future__ import annotations

import asyncio
import os
from uuid import uuid4

import httpx
import pytest
from moto.server import ThreadedMotoServer

from bursar.errors import Unavailable
from bursar.files.memory import MemoryFileStore
from bursar.files.objects import open_files, open_folder

pytestmark = pytest.mark.anyio
MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="session")
def s3_url():
    """The address of a bucket."""
    if given := os.environ.get("BURSAR_TEST_S3_URL"):
        yield given
        return
    s3 = ThreadedMotoServer("127.0.0.1", 0)
    s3.start()
    endpoint = "http://{}:{}".format(*s3.get_host_and_port())
    try:
        httpx.put(f"{endpoint}/bursar").raise_for_status()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {"ENDPOINT": endpoint, "ALLOW_HTTP": "true", "REGION": "us-east-1"}.items():
                patch.setenv(f"AWS_{name}", value)
            patch.setenv("AWS_ACCESS_KEY_ID", "nobody")
            patch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
            yield "s3://bursar"
    finally:
        s3.stop()


@pytest.fixture(params=["memory", "folder", "address", "s3"])
def store(request, tmp_path):
    if request.param == "memory":
        return MemoryFileStore()
    if request.param == "folder":
        return open_folder(tmp_path / "files")
    if request.param == "address":
        return open_files((tmp_path / "files with blanks").as_uri())
    return open_files(f"{request.getfixturevalue('s3_url')}/{uuid4().hex}")


async def chunks_of(*chunks, then=None):
    for chunk in chunks:
        yield chunk
    if then is not None:
        raise then


async def test_what_was_written_is_read(store):
    assert await store.write("a/b/c-1_2.pdf", chunks_of(b"one ", b"two ", b"", b"three")) == 13
    assert await store.read("a/b/c-1_2.pdf") == b"one two three"
    assert b"".join([chunk async for chunk in await store.stream("a/b/c-1_2.pdf")]) == b"one two three"
    assert await store.exists("a/b/c-1_2.pdf")


async def test_nothing_at_all_may_be_written(store):
    assert await store.write("empty", chunks_of()) == 0
    assert await store.read("empty") == b""


@pytest.mark.parametrize("size", [8 * MEBIBYTE - 1, 8 * MEBIBYTE, 21 * MEBIBYTE + 17])
async def test_files_around_and_above_the_size_of_a_part_come_back_whole(store, size):
    content = os.urandom(size)
    pieces = [content[start : start + 700_001] for start in range(0, size, 700_001)]
    assert await store.write("large", chunks_of(*pieces)) == size
    assert await store.read("large") == content
    streamed = [chunk async for chunk in await store.stream("large")]
    assert b"".join(streamed) == content
    assert max(map(len, streamed)) < size


async def test_writing_again_replaces(store):
    await store.write_bytes("key", b"a longer first version")
    await store.write_bytes("key", b"second")
    assert await store.read("key") == b"second"


async def test_what_is_not_there_is_not_found(store):
    with pytest.raises(FileNotFoundError):
        await store.read("no/such")
    with pytest.raises(FileNotFoundError):
        await store.stream("no/such")
    assert not await store.exists("no/such")


async def test_deleting_is_for_good_and_may_be_repeated(store):
    await store.write_bytes("a/key", b"content")
    await store.delete("a/key")
    await store.delete("a/key")
    assert not await store.exists("a/key")
    with pytest.raises(FileNotFoundError):
        await store.read("a/key")


@pytest.mark.parametrize("size", [100, 9 * MEBIBYTE])
async def test_an_upload_that_breaks_off_leaves_nothing_behind(store, size):
    with pytest.raises(ConnectionResetError):
        await store.write("broken", chunks_of(b"x" * size, then=ConnectionResetError("the client went away")))
    assert not await store.exists("broken")


@pytest.mark.parametrize("size", [100, 9 * MEBIBYTE])
async def test_an_upload_that_breaks_off_leaves_what_was_there(store, size):
    await store.write_bytes("kept", b"first")
    with pytest.raises(ConnectionResetError):
        await store.write("kept", chunks_of(b"x" * size, then=ConnectionResetError("the client went away")))
    assert await store.read("kept") == b"first"


async def test_an_upload_that_is_cancelled_leaves_nothing_behind(store):
    async def endless():
        while True:
            yield b"x" * 3 * MEBIBYTE
            await asyncio.sleep(0.01)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(store.write("cancelled", endless()), 0.2)
    await asyncio.sleep(0.1)
    assert not await store.exists("cancelled")


@pytest.mark.parametrize(
    "key",
    [
        "../up",
        "a/../../up",
        "/absolute",
        "a//b",
        "",
        ".",
        "..",
        "a/.",
        "a\x00b",
        "a b",
        "ü",
        "a\\b",
        "x" * 513,
        "a#1",
        "a/",
        "a\n",
    ],
)
async def test_a_key_that_could_lead_elsewhere_is_refused(store, key):
    for attempt in (store.read, store.delete, store.exists, store.stream):
        with pytest.raises(ValueError, match="not a storage key"):
            await attempt(key)
    with pytest.raises(ValueError, match="not a storage key"):
        await store.write_bytes(key, b"content")


async def test_dots_within_names_are_no_harm(store):
    await store.write_bytes("a/..b/c..d/.e", b"content")
    assert await store.read("a/..b/c..d/.e") == b"content"


async def test_a_store_that_works_says_so_and_keeps_nothing_of_the_check(store):
    await store.check()
    if isinstance(store, MemoryFileStore):
        assert not store.contents


async def test_many_files_at_once_do_not_mix(store):
    await asyncio.gather(*(store.write_bytes(f"many/{n}", str(n).encode() * 1000) for n in range(50)))
    contents = await asyncio.gather(*(store.read(f"many/{n}") for n in range(50)))
    assert contents == [str(n).encode() * 1000 for n in range(50)]


async def test_a_folder_keeps_no_traces_of_broken_uploads_and_is_closed_to_others(tmp_path):
    folder = tmp_path / "files"
    store = open_folder(folder)
    with pytest.raises(ConnectionResetError):
        await store.write("a/broken", chunks_of(b"x" * 20 * MEBIBYTE, then=ConnectionResetError()))
    await store.check()
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    assert folder.stat().st_mode & 0o077 == 0


async def test_a_folder_that_vanished_is_unavailable(tmp_path):
    store = open_folder(tmp_path / "files")
    (tmp_path / "files").rmdir()
    (tmp_path / "files").symlink_to("/proc/version")
    with pytest.raises(Unavailable):
        await store.check()


def test_an_address_of_an_unknown_kind_is_refused():
    with pytest.raises(Unavailable, match="ftp"):
        open_files("ftp://host/folder")


async def test_an_object_store_that_does_not_answer_is_unavailable(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    store = open_files("s3://bucket/prefix")
    with pytest.raises(Unavailable):
        await store.read("key")
