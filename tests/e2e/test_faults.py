"""A part that the server rests on goes away and comes back: clear errors meanwhile, and no restart afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from contextlib import contextmanager

import httpx
import psutil
import pytest

from bursar.database.embedded import EmbeddedPostgres
from serving import papers, run_cli_json, run_server, run_worker, wait_until
from serving.killing import members
from serving.replies import data_of, error_of, finish, start, upload

QUICK = {"heartbeat_s": 0.5, "heartbeat_lost_s": 3, "rescue_s": 0.3, "retry_wait_s": 0.1}


def try_upload(client, content=None):
    parts = [("files", ("invoice.pdf", papers.pdf() if content is None else content, "application/pdf"))]
    return client.post("/parse/upload", files=parts)


def is_ready(server):
    return httpx.get(f"{server.url}/health/ready", timeout=20).status_code == 200


# ---------------------------------------------------------------- a full disk


def test_where_no_byte_can_be_written_uploads_are_refused_and_nothing_half_written_stays(data_dir):
    with run_server(data_dir, workers=1) as server, server.client() as client:
        upload(client)
        before = server.stored_files()
        api = members(server)["api"]
        unlimited = api.rlimit(psutil.RLIMIT_FSIZE)
        api.rlimit(psutil.RLIMIT_FSIZE, (100, unlimited[1]))  # every write of a file fails, as on a full disk
        error = error_of(try_upload(client), 503, "UNAVAILABLE")
        assert "storage" in error["message"]
        assert str(data_dir) not in error["message"]
        assert server.stored_files() == before
        api.rlimit(psutil.RLIMIT_FSIZE, unlimited)
        assert finish(client, start(client))["status"] == "completed"


@contextmanager
def small_disk(folder, size):
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0711", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def can_mount():
    if os.geteuid() != 0 or not shutil.which("mount"):
        return False
    return subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "x", "/mnt"], check=False).returncode == 0


def fill(folder):
    """Take the last byte of the disk."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as filler:
        for size in (2**20, 2**12, 1):
            try:
                while True:
                    filler.write(bytes(size))
            except OSError:
                continue
    return path


@pytest.mark.slow
@pytest.mark.skipif(not can_mount(), reason="this machine lets us mount nothing (it takes root)")
def test_a_full_disk_under_database_and_files_is_told_and_survived_without_a_restart(data_dir):
    with small_disk(data_dir, "200m"), run_server(data_dir, workers=1, **QUICK) as server, server.client() as client:
        done = start(client)
        assert finish(client, done)["status"] == "completed"
        filler = fill(data_dir)
        error_of(try_upload(client), 503, "UNAVAILABLE")
        wait_until(lambda: not is_ready(server))
        for _ in range(20):  # whatever is asked meanwhile has an answer of ours
            reply = client.get(f"/jobs/{done}")
            assert reply.status_code in (200, 503), reply.text
            reply.json()
        filler.unlink()
        wait_until(lambda: is_ready(server), 60, every=0.3)
        assert data_of(client.get(f"/jobs/{done}"))["status"] == "completed"
        assert finish(client, start(client))["status"] == "completed"
        assert server.process.poll() is None


@pytest.mark.slow
def test_a_database_that_cannot_start_again_for_a_while_does_not_end_the_server(data_dir):
    with run_server(data_dir, workers=1, **QUICK) as server, server.client() as client:
        cluster = data_dir / "postgres"
        control, hidden = cluster / "global" / "pg_control", cluster / "global" / "pg_control.away"
        control.rename(hidden)
        members(server)["postgres"].kill()
        wait_until(lambda: any("does not start" in line for line in list(server.log)), 60)
        error_of(client.get("/jobs"), 503, "UNAVAILABLE")
        hidden.rename(control)
        wait_until(lambda: is_ready(server), 60, every=0.3)
        assert finish(client, start(client))["status"] == "completed"


# ---------------------------------------------------------------- storage and database


def test_jobs_wait_while_the_storage_is_away_and_none_fails_for_it(data_dir):
    files, away = data_dir / "files", data_dir / "files.away"
    with run_server(data_dir, workers=0) as server, server.client() as client:
        document_id = upload(client)["doc_id"]
        with run_worker(server, "fakes.paced:parse", **QUICK):
            assert finish(client, start(client))["status"] == "completed"  # it has found the storage
            files.rename(away)
            files.mkdir()  # as the empty mount point that an unmounted disk leaves
            job_id = data_of(client.post("/parse/invoices", json={"document_id": document_id}))["job_id"]
            time.sleep(2)
            assert data_of(client.get(f"/jobs/{job_id}"))["status"] in ("pending", "processing")
            files.rmdir()
            away.rename(files)
            assert finish(client, job_id)["status"] == "completed"


@pytest.mark.slow
def test_the_database_goes_away_and_comes_back(data_dir, open_folders):
    with (
        EmbeddedPostgres(open_folders() / "database") as postgres,
        run_server(data_dir, workers=1, database_url=postgres.url, **QUICK) as server,
        server.client(key=make_key(postgres.url)) as client,
    ):
        done = start(client)
        assert finish(client, done)["status"] == "completed"
        password = postgres.url.partition("bursar:")[2].partition("@")[0]
        postgres.stop()
        reply = client.get(f"/jobs/{done}")
        error = error_of(reply, 503, "UNAVAILABLE")
        assert reply.headers["retry-after"]
        assert password not in str(error)
        assert httpx.get(f"{server.url}/health/live").status_code == 200
        assert not is_ready(server)
        postgres.start()
        wait_until(lambda: is_ready(server), 30, every=0.2)
        assert data_of(client.get(f"/jobs/{done}"))["status"] == "completed"
        assert finish(client, start(client))["status"] == "completed"
        assert members(server).keys() == {"api", "worker"}


def make_key(url):
    os.environ["BURSAR_DATABASE_URL"] = url
    try:
        return run_cli_json("keys", "create", "--account", "acme", "--work-limit", "0", "--json")["key"]
    finally:
        del os.environ["BURSAR_DATABASE_URL"]
