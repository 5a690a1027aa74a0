"""Whatever process is killed, at whatever moment: no job is lost, and none ends twice."""

from __future__ import annotations

import os
import signal
import time

import psutil
import psycopg
import pytest

from bursar.database.embedded import find_running
from ended import has_ended
from patience import patient
from serving import papers, run_server, run_worker, wait_until
from serving.killing import kill_all, members
from serving.replies import data_of, finish, start, upload

PACED = "fakes.paced:parse"
QUICK = {"heartbeat_s": 0.5, "heartbeat_lost_s": 2, "rescue_s": 0.3}


def count_endings(server):
    """Count from now on how often any job is brought to an end, and how often a result is written."""
    with psycopg.connect(find_running(server.data_dir), autocommit=True) as connection:
        connection.execute("CREATE TABLE endings (job_id text, status text, has_result boolean)")
        connection.execute(
            "CREATE FUNCTION note_ending() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN INSERT INTO endings VALUES (NEW.id, NEW.status, NEW.result IS NOT NULL); RETURN NULL; END $$"
        )
        connection.execute(
            "CREATE TRIGGER note_ending AFTER UPDATE ON jobs FOR EACH ROW"
            " WHEN (NEW.status IN ('completed', 'failed')) EXECUTE FUNCTION note_ending()"
        )


def read_endings(server, job_id):
    with psycopg.connect(find_running(server.data_dir)) as connection:
        return connection.execute("SELECT status, has_result FROM endings WHERE job_id = %s", (job_id,)).fetchall()


def read_attempt(server, job_id):
    with psycopg.connect(find_running(server.data_dir)) as connection:
        return connection.execute("SELECT attempt FROM jobs WHERE id = %s", (job_id,)).fetchone()[0]


def progress_of(client, job_id):
    return data_of(client.get(f"/jobs/{job_id}"))["progress"]


def check_killed_worker(data_dir, seconds, **settings):
    with run_server(data_dir, workers=0) as server, server.client() as client:
        count_endings(server)
        with run_worker(server, PACED, **settings) as lost:
            job_id = start(client, papers.pdf(20))
            wait_until(lambda: progress_of(client, job_id) >= 10)
            with run_worker(server, PACED, **settings):
                progress = progress_of(client, job_id)
                child = psutil.Process(lost.pid).children()[0]
                lost.kill()
                killed_at = time.monotonic()
                wait_until(lambda: has_ended(child), patient(5))
                wait_until(lambda: read_attempt(server, job_id) == 2, patient(seconds), every=0.2)
                assert time.monotonic() - killed_at < patient(seconds)
                assert progress_of(client, job_id) >= progress
                job = finish(client, job_id)
        assert (job["status"], job["progress"]) == ("completed", 100)
        assert job["results"]["invoice_info"]["invoice_number"] == "20 pages"
        assert read_endings(server, job_id) == [("completed", True)]
        assert read_attempt(server, job_id) == 2


@pytest.mark.slow
def test_the_job_of_a_killed_worker_runs_again_elsewhere_and_finishes_once(data_dir):
    check_killed_worker(data_dir, 10, **QUICK)


@pytest.mark.slow
def test_with_the_settings_as_they_come_it_does_so_within_thirty_seconds(data_dir):
    check_killed_worker(data_dir, 30)


@pytest.mark.slow
def test_a_worker_thought_dead_that_wakes_up_late_changes_nothing(data_dir):
    with run_server(data_dir, workers=0) as server, server.client() as client:
        count_endings(server)
        with run_worker(server, PACED, **QUICK) as sleeper:
            job_id = start(client, papers.pdf(20))
            wait_until(lambda: progress_of(client, job_id) >= 10)
            sleeper.send_signal(signal.SIGSTOP)
            with run_worker(server, PACED, **QUICK):
                wait_until(lambda: read_attempt(server, job_id) == 2)
                sleeper.send_signal(signal.SIGCONT)  # its child went on meanwhile and has the result
                assert finish(client, job_id)["status"] == "completed"
                time.sleep(1)
        assert read_endings(server, job_id) == [("completed", True)]
        assert read_attempt(server, job_id) == 2


@pytest.mark.slow
@pytest.mark.parametrize("who", ["the server alone", "every process at once"])
def test_after_a_kill_of_everything_the_next_start_goes_on(data_dir, who):
    with run_server(data_dir, workers=0, **QUICK) as server, server.client() as client:
        count_endings(server)
        with run_worker(server, PACED, **QUICK) as worker:
            job_id = start(client, papers.pdf(20))
            wait_until(lambda: progress_of(client, job_id) >= 10)
            mine = psutil.Process(server.process.pid)
            theirs = [*mine.children(recursive=True), *psutil.Process(worker.pid).children()]
            if who == "every process at once":
                kill_all([mine, psutil.Process(worker.pid), *theirs])
            else:
                kill_all([mine, psutil.Process(worker.pid)])
                _, alive = psutil.wait_procs(theirs, timeout=60)
                assert all(has_ended(process) for process in alive)
    with run_server(data_dir, workers=1, **QUICK) as server, server.client() as client:
        job = finish(client, job_id)
        assert job["status"] == "completed"
        assert job["progress"] == 100
        assert read_endings(server, job_id) == [("completed", True)]


@pytest.mark.slow
def test_a_killed_worker_of_the_server_is_started_again_and_finishes_a_real_scan(data_dir):
    with run_server(data_dir, workers=1, **QUICK) as server, server.client() as client:
        count_endings(server)
        document_id = upload(client, papers.image(size=(1600, 1200)), "scan.png")["doc_id"]
        job_id = data_of(client.post("/parse/invoices", json={"document_id": document_id}))["job_id"]
        wait_until(lambda: data_of(client.get(f"/jobs/{job_id}"))["status"] != "pending", every=0.005)
        first = members(server)["worker"]
        first.kill()
        job = finish(client, job_id)
        assert job["status"] == "completed"
        assert job["results"]["metadata"]["source"] == "ocr"
        assert members(server)["worker"].pid != first.pid
        assert read_endings(server, job_id) == [("completed", True)]


def test_a_killed_api_is_started_again_at_the_same_address(data_dir):
    with run_server(data_dir, workers=0) as server, server.client() as client:
        document_id = upload(client)["doc_id"]
        members(server)["api"].kill()
        with server.client() as again:
            wait_until(lambda: answers(again))
            assert data_of(again.get(f"/files/{document_id}"))["id"] == document_id


def test_a_killed_database_is_started_again_and_jobs_go_on(data_dir):
    with run_server(data_dir, workers=1, **QUICK) as server, server.client() as client:
        before = start(client)
        members(server)["postgres"].kill()
        after = start_patiently(client)
        assert finish(client, before)["status"] == "completed"
        assert finish(client, after)["status"] == "completed"


def start_patiently(client):
    """Start a job as a client does that asks again after a 503."""
    deadline = time.monotonic() + 120
    while True:
        try:
            return start(client)
        except AssertionError as refused:
            if "UNAVAILABLE" not in str(refused) or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def answers(client):
    try:
        return client.get("/health").status_code == 200
    except OSError as error:
        return not error
    except Exception as error:  # noqa: BLE001 (whatever httpx makes of a closed connection)
        return not error


@pytest.mark.slow
def test_a_killed_child_fails_no_job_but_costs_an_attempt(data_dir):
    with run_server(data_dir, workers=0) as server, server.client() as client, run_worker(server, PACED) as worker:
        job_id = start(client, papers.pdf(10))
        wait_until(lambda: progress_of(client, job_id) >= 10)
        (child,) = psutil.Process(worker.pid).children()
        os.kill(child.pid, signal.SIGSEGV)
        assert finish(client, job_id)["status"] == "completed"
        assert read_attempt(server, job_id) == 2
