"""Two servers and two workers, as on four machines: one PostgreSQL and one S3-compatible store between them."""

from __future__ import annotations

import json
import os
import subprocess

import httpx
import pytest
from moto.server import ThreadedMotoServer

from serving import BURSAR, papers, run_server, stop, wait_until
from serving.replies import data_of, upload

JOBS = 12


@pytest.fixture
def bucket():
    """Settings that lead to a bucket."""
    s3 = ThreadedMotoServer("127.0.0.1", 0)
    s3.start()
    endpoint = "http://{}:{}".format(*s3.get_host_and_port())
    httpx.put(f"{endpoint}/bursar").raise_for_status()
    yield {
        "BURSAR_FILES_URL": "s3://bursar/documents",
        "AWS_ENDPOINT": endpoint,
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
    }
    s3.stop()


def run_worker_at(folder, log):
    command = [str(BURSAR), "worker", "--data-dir", str(folder)]
    return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env={**os.environ, "BURSAR_WORKERS": "1"})


@pytest.mark.slow
def test_work_that_comes_in_at_one_machine_is_done_and_told_at_any_other(
    empty_database_url, bucket, open_folders, tmp_path, monkeypatch
):
    for name, value in {**bucket, "BURSAR_DATABASE_URL": empty_database_url, "BURSAR_LOG_FORMAT": "json"}.items():
        monkeypatch.setenv(name, value)
    logs = [(tmp_path / f"worker-{number}").open("w+") for number in (1, 2)]
    with run_server(open_folders() / "a", workers=0) as first, run_server(open_folders() / "b", workers=0) as second:
        workers = [run_worker_at(open_folders() / "w", log) for log in logs]
        made = subprocess.run(
            [str(BURSAR), "keys", "create", "--account", "acme", "--json"], capture_output=True, check=True
        )
        key = json.loads(made.stdout)["key"]
        with first.client(key=key) as here, second.client(key=key) as there:
            documents = [upload(here, papers.pdf(lines=(*papers.INVOICE, str(n))))["doc_id"] for n in range(JOBS)]
            jobs = [data_of(there.post("/parse/invoices", json={"document_id": each}))["job_id"] for each in documents]
            for job_id in jobs:
                wait_until(lambda job_id=job_id: data_of(here.get(f"/jobs/{job_id}?wait=30"))["status"] == "completed")
        for worker in workers:
            stop(worker)
            assert worker.returncode == 0
    done = [json.loads(line) for log in logs for line in (log.seek(0), *log)[1:] if "job completed" in line]
    assert sorted(entry["job_id"] for entry in done) == sorted(jobs)
