"""The server starts once for a folder, stops when asked, and leaves nothing running or half done."""

from __future__ import annotations

import signal
import subprocess
import time

import psutil
import pytest

from patience import patient
from serving import papers, run_cli, run_server, run_worker, wait_until
from serving.replies import data_of, finish, start

PACED = "fakes.paced:parse"


def status_of(client, job_id):
    return data_of(client.get(f"/jobs/{job_id}"))["status"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_server_ends_with_code_0_and_all_its_processes_with_it(data_dir, number):
    with run_server(data_dir, workers=1) as server, server.client() as client:
        assert finish(client, start(client))["status"] == "completed"
        everybody = psutil.Process(server.process.pid).children(recursive=True)
        assert len(everybody) > 4
        server.process.send_signal(number)
        assert server.process.wait(timeout=120) == 0
        assert not [process for process in everybody if process.is_running()]


def test_sigterm_lets_a_running_document_finish(data_dir):
    with run_server(data_dir, workers=0) as server, server.client() as client:
        with run_worker(server, PACED) as worker:
            job_id = start(client, papers.pdf(10))
            waiting = [start(client, papers.pdf(1)) for _ in range(2)]
            wait_until(lambda: status_of(client, job_id) == "processing")
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(timeout=120) == 0
        assert status_of(client, job_id) == "completed"
        assert {status_of(client, other) for other in waiting} == {"pending"}


@pytest.mark.slow
def test_a_document_that_takes_too_long_to_drain_goes_back_and_costs_no_attempt_of_its_own(data_dir):
    with run_server(data_dir, workers=0) as server, server.client() as client:
        with run_worker(server, PACED, drain_s=0.5) as worker:
            job_id = start(client, papers.pdf(30))
            wait_until(lambda: status_of(client, job_id) == "processing")
            started = time.monotonic()
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(timeout=120) == 0
            assert time.monotonic() - started < patient(5)
        assert status_of(client, job_id) == "pending"
        with run_worker(server, PACED):
            assert finish(client, job_id)["status"] == "completed"


def test_a_waiter_is_answered_when_the_server_stops(data_dir):
    with run_server(data_dir, workers=0) as server, server.client() as client:
        job_id = start(client)
        timer = subprocess.Popen(["sh", "-c", f"sleep 1; kill -TERM {server.process.pid}"])
        started = time.monotonic()
        assert data_of(client.get(f"/parse/{job_id}", params={"wait": 60}))["status"] == "pending"
        assert time.monotonic() - started < patient(10)
        assert server.process.wait(timeout=120) == 0
        timer.wait()


def test_a_second_server_for_the_same_folder_is_refused_at_once(data_dir):
    with run_server(data_dir, workers=0):
        second = run_cli("serve", "--port", "0", "--data-dir", data_dir)
        assert second.returncode == 1
        assert "already" in second.stderr


def test_a_port_in_use_is_said_in_one_line(data_dir, open_folders):
    with run_server(data_dir, workers=0) as server:
        port = server.url.rpartition(":")[2]
        second = run_cli("serve", "--port", port, "--data-dir", open_folders() / "other")
    assert second.returncode == 1
    assert f"port {port}" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_worker_without_a_server_is_told_what_to_do(data_dir):
    done = run_cli("worker", "--data-dir", data_dir)
    assert done.returncode == 1
    assert "bursar serve" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_worker_with_another_storage_than_the_servers_is_refused(data_dir, tmp_path):
    with run_server(data_dir, workers=0) as server, server.client() as client:
        job_id = start(client)
        done = run_cli("worker", "--data-dir", data_dir, "--files-url", (tmp_path / "elsewhere").as_uri())
        assert done.returncode == 1
        assert "storage" in done.stderr
        assert status_of(client, job_id) == "pending"


@pytest.mark.slow
def test_a_second_worker_shares_the_work(data_dir):
    with (
        run_server(data_dir, workers=0) as server,
        server.client() as client,
        run_worker(server, PACED),
        run_worker(server, PACED),
    ):
        first, second = start(client, papers.pdf(15)), start(client, papers.pdf(15))
        wait_until(lambda: status_of(client, first) == status_of(client, second) == "processing")
        assert finish(client, first)["status"] == finish(client, second)["status"] == "completed"
