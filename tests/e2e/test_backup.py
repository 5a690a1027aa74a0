"""A backup that nobody has restored is none: it is taken, restored into a fresh folder, and served from there."""

from __future__ import annotations

import json

import pytest

from serving import papers, run_cli, run_server
from serving.replies import data_of, finish, start, upload


@pytest.mark.slow
def test_a_backup_of_a_running_server_is_restored_into_a_fresh_folder(data_dir, open_folders):
    backup, fresh = open_folders() / "backup", open_folders() / "fresh"
    with run_server(data_dir, workers=1) as server, server.client() as client:
        document = upload(client, content := papers.pdf())
        job = finish(
            client, data_of(client.post("/parse/invoices", json={"document_id": document["doc_id"]}))["job_id"]
        )
        key = server.key_of("acme")
        done = run_cli("backup", backup, "--data-dir", data_dir)
        assert done.returncode == 0, done.stderr
        late = start(client)
    assert json.loads((backup / "manifest.json").read_text())["has_files"] is True
    assert backup.stat().st_mode & 0o077 == 0
    done = run_cli("restore", backup, "--data-dir", fresh)
    assert done.returncode == 0, done.stderr
    with run_server(fresh, workers=1) as restored, restored.client(key=key) as client:
        found = data_of(client.get(f"/jobs/{job['job_id']}"))
        assert found["status"] == "completed"
        assert found["results"] == job["results"]
        assert client.get(f"/files/{document['doc_id']}/download").content == content
        assert client.get(f"/jobs/{late}").status_code == 404
        assert finish(client, start(client))["status"] == "completed"


@pytest.mark.slow
def test_a_stopped_server_is_backed_up_and_its_waiting_jobs_run_where_it_is_restored(data_dir, open_folders):
    backup, fresh = open_folders() / "backup", open_folders() / "fresh"
    with run_server(data_dir, workers=0) as server, server.client() as client:
        waiting = start(client)
        key = server.key_of("acme")
    assert run_cli("backup", backup, "--data-dir", data_dir).returncode == 0
    assert run_cli("restore", backup, "--data-dir", fresh).returncode == 0
    with run_server(fresh, workers=1) as restored, restored.client(key=key) as client:
        assert finish(client, waiting)["status"] == "completed"


@pytest.mark.slow
def test_nothing_is_overwritten_and_half_a_backup_is_none(data_dir, open_folders):
    backup = open_folders() / "backup"
    with run_server(data_dir, workers=0):
        assert run_cli("backup", backup, "--data-dir", data_dir).returncode == 0
        again = run_cli("backup", backup, "--data-dir", data_dir)
        running = run_cli("restore", backup, "--data-dir", data_dir)
    assert again.returncode == running.returncode == 1
    assert "already" in again.stderr
    assert "already" in running.stderr
    used = run_cli("restore", backup, "--data-dir", data_dir)
    assert used.returncode == 1
    assert "already" in used.stderr
    (backup / "manifest.json").unlink()
    half = run_cli("restore", backup, "--data-dir", open_folders() / "other")
    assert half.returncode == 1
    assert "no backup" in half.stderr
    for refused in (again, running, used, half):
        assert "Traceback" not in refused.stderr
