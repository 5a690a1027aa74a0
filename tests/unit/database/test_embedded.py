"""The private PostgreSQL starts, stops, and comes back after every kind of violent end."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from bursar.database.embedded import EmbeddedPostgres, borrow_postgres, find_running
from bursar.errors import Unavailable
from ended import has_ended


@pytest.fixture(scope="module")
def used_folder(open_folders):
    """A data folder with a cluster that holds one row, stopped."""
    folder = open_folders() / "data"
    with EmbeddedPostgres(folder) as postgres:
        execute(postgres.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    return folder


def execute(url, statement):
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


def read_answer(url):
    return execute(url, "SELECT answer FROM kept")


def server_process(folder):
    pid = int((cluster_of(folder) / "postmaster.pid").read_text().split()[0])
    return psutil.Process(pid)


def cluster_of(folder):
    note = folder / "postgres.location"
    return Path(note.read_text().strip()) if note.exists() else folder / "postgres"


def run_python(code, *arguments):
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE, text=True)


def wait_gone(process):
    psutil.wait_procs([process], timeout=60)
    assert has_ended(process)


def test_rows_are_kept_from_run_to_run_at_the_same_address(used_folder):
    with EmbeddedPostgres(used_folder) as first:
        assert read_answer(first.url) == 42
    with EmbeddedPostgres(used_folder) as second:
        assert second.url == first.url


def test_nobody_gets_in_without_the_password(used_folder):
    with EmbeddedPostgres(used_folder) as postgres:
        open_url = postgres.url.replace(postgres.url.split(":")[2].split("@")[0], "guess")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(open_url)
        assert execute(postgres.url, "SHOW password_encryption") == "scram-sha-256"
        assert execute(
            postgres.url, "SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolname = 'bursar'"
        )
    assert stat.S_IMODE((used_folder / "postgres.json").stat().st_mode) == 0o600


def test_it_listens_on_this_machine_only_and_checks_its_pages(used_folder):
    with EmbeddedPostgres(used_folder) as postgres:
        listening = [c.laddr.ip for c in server_process(used_folder).net_connections("inet") if c.status == "LISTEN"]
        assert listening == ["127.0.0.1"]
        assert execute(postgres.url, "SHOW data_checksums") == "on"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another user")
def test_started_by_root_it_runs_as_an_unprivileged_user(used_folder):
    with EmbeddedPostgres(used_folder):
        assert server_process(used_folder).uids().effective != 0
    assert stat.S_IMODE(cluster_of(used_folder).stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another user")
def test_a_data_folder_that_the_user_cannot_reach_is_not_opened_but_the_cluster_put_elsewhere(
    open_folders, monkeypatch
):
    system = open_folders()
    monkeypatch.setattr("bursar.database.placement.SYSTEM_DIR", system)
    closed = open_folders() / "closed"
    closed.mkdir(mode=0o700)
    with EmbeddedPostgres(closed / "data") as postgres:
        execute(postgres.url, "CREATE TABLE kept AS SELECT 7 AS answer")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert cluster_of(closed / "data").is_relative_to(system)
    with EmbeddedPostgres(closed / "data") as postgres:
        assert read_answer(postgres.url) == 7


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another user")
def test_a_folder_named_for_the_cluster_that_cannot_be_reached_is_an_error_that_says_so(data_dir, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(Unavailable, match="cannot reach"):
        EmbeddedPostgres(data_dir, cluster_dir=closed / "cluster").start()


def test_after_a_kill_of_the_server_it_starts_again_at_the_same_address(used_folder):
    with EmbeddedPostgres(used_folder) as postgres:
        url = postgres.url
        execute(url, "UPDATE kept SET answer = 42")
        server_process(used_folder).kill()
        deadline = time.monotonic() + 60
        while postgres.running:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        postgres.restart()
        assert postgres.url == url
        assert read_answer(url) == 42


START = """
import sys, time
from pathlib import Path
from bursar.database.embedded import EmbeddedPostgres
print(EmbeddedPostgres(Path(sys.argv[1])).start(), flush=True)
time.sleep(60)
"""


def test_it_ends_with_its_parent_and_the_next_start_takes_over_at_once(used_folder):
    owner = run_python(START, used_folder)
    owner.stdout.readline()
    server = server_process(used_folder)
    owner.kill()
    with EmbeddedPostgres(used_folder) as postgres:  # while the old server is still on its way out
        assert read_answer(postgres.url) == 42
    wait_gone(server)
    owner.wait()


def test_after_a_kill_of_everything_it_recovers(used_folder):
    owner = run_python(START, used_folder)
    url = owner.stdout.readline().strip()
    execute(url, "INSERT INTO kept VALUES (43)")
    server = server_process(used_folder)
    for process in [psutil.Process(owner.pid), server, *server.children()]:
        with suppress(psutil.NoSuchProcess):  # PostgreSQL's own children may end of themselves first
            process.kill()
    with EmbeddedPostgres(used_folder) as postgres:
        assert execute(postgres.url, "DELETE FROM kept WHERE answer = 43 RETURNING answer") == 43
    owner.wait()


def test_a_pid_file_with_the_number_of_another_process_does_not_stop_it(used_folder):
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        with EmbeddedPostgres(used_folder):
            remembered = (cluster_of(used_folder) / "postmaster.pid").read_text().splitlines()
        pid_file = cluster_of(used_folder) / "postmaster.pid"
        pid_file.write_text("\n".join([str(bystander.pid), *remembered[1:]]) + "\n")
        with EmbeddedPostgres(used_folder) as postgres:
            assert read_answer(postgres.url) == 42
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_cluster_half_made_is_made_again(data_dir):
    unfinished = data_dir / "postgres.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(data_dir) as postgres:
        assert execute(postgres.url, "SELECT 1") == 1


def test_a_lost_password_file_gets_a_new_password(used_folder):
    old = json.loads((used_folder / "postgres.json").read_text())["password"]
    (used_folder / "postgres.json").unlink()
    with EmbeddedPostgres(used_folder) as postgres:
        assert read_answer(postgres.url) == 42
        assert old not in postgres.url


def test_a_second_starter_is_told_who_has_it_and_may_use_it(used_folder):
    with EmbeddedPostgres(used_folder) as postgres:
        with pytest.raises(Unavailable, match="another process"):
            EmbeddedPostgres(used_folder).start(wait_s=0.2)
        assert find_running(used_folder) == postgres.url
        with borrow_postgres(used_folder) as url:
            assert read_answer(url) == 42
        assert postgres.running
    assert find_running(used_folder) is None


BORROW = """
import sys, time, psycopg
from pathlib import Path
from bursar.database.embedded import borrow_postgres
with borrow_postgres(Path(sys.argv[1])) as url:
    for _ in range(int(sys.argv[2])):
        with psycopg.connect(url) as connection:
            connection.execute("SELECT 1")
        time.sleep(0.05)
print("done", flush=True)
"""


def test_borrowers_at_the_same_time_start_it_once_and_leave_it_to_the_last(used_folder):
    borrowers = [run_python(BORROW, used_folder, rounds) for rounds in (2, 10, 20)]
    assert [borrower.communicate(timeout=60)[0] for borrower in borrowers] == ["done\n"] * 3
    assert all(borrower.returncode == 0 for borrower in borrowers)
    assert find_running(used_folder) is None


def test_a_starter_waits_for_one_who_borrows(used_folder):
    borrower = run_python(BORROW, used_folder, 10)
    while find_running(used_folder) is None:
        time.sleep(0.02)
    with EmbeddedPostgres(used_folder) as postgres:
        assert borrower.wait(timeout=60) == 0
        assert read_answer(postgres.url) == 42


def test_ctrl_c_on_the_terminal_is_not_the_servers_business(used_folder):
    before = signal.getsignal(signal.SIGINT)  # ignored already, where a shell started the tests in its background
    with EmbeddedPostgres(used_folder) as postgres:
        assert os.getpgid(server_process(used_folder).pid) != os.getpgid(0)
        assert signal.getsignal(signal.SIGINT) is before
        assert postgres.running
