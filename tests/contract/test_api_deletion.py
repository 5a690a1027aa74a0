"""The contract, 3.3: a deletion that really deletes, and files that delete themselves."""

import pytest

from serving import papers, run_server, run_worker, wait_until
from serving.replies import data_of, error_of, finish, start, upload

SECRET = "Xylophonist-4711"


def count_in_database(server, text):
    """In how many rows of which tables the text stands."""

    async def look(connection):
        cursor = await connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        found = {}
        for table in [row["relname"] for row in await cursor.fetchall()]:
            query = f'SELECT count(*) AS rows FROM "{table}" AS t WHERE t::text LIKE %s'
            row = await (await connection.execute(query, (f"%{text}%",))).fetchone()
            if row["rows"]:
                found[table] = row["rows"]
        return found

    return server.run_in_database(look)


def files_with(server, text):
    folder = server.data_dir / "files"
    return {name for name in server.stored_files() if text.encode() in (folder / name).read_bytes()}


def test_nothing_of_a_deleted_file_is_left_in_database_or_storage(server):
    before = server.stored_files()
    with server.client() as client:
        content = papers.pdf(lines=(*papers.INVOICE, f"Reference {SECRET}"))
        job = finish(client, start(client, content))
        job_id, file_id = job["job_id"], job["document_id"]
        data_of(client.patch(f"/jobs/{job_id}/results", json={"fields": {"notes": SECRET}, "note": SECRET}))
        data_of(client.get(f"/files/{file_id}/pages/1/words"))
        assert client.get(f"/files/{file_id}/pages/1.png").status_code == 200

        assert set(count_in_database(server, SECRET)) == {"jobs", "corrections"}
        assert len(files_with(server, SECRET)) == 1
        assert len(server.stored_files() - before) == 3

        data_of(client.delete(f"/files/{file_id}"))
        assert count_in_database(server, SECRET) == {}
        assert server.stored_files() <= before
        assert data_of(client.get(f"/jobs/{job_id}"))["results"] is None
        assert data_of(client.get(f"/jobs/{job_id}/results/history"))["corrections"] == []
        error_of(client.patch(f"/jobs/{job_id}/results", json={"fields": {"notes": "x"}}), 409, "CANNOT_REVIEW_JOB")


def test_what_waits_in_the_queue_for_a_deleted_file_goes_too(idle_server):
    with idle_server.client() as client:
        file_id = upload(client)["doc_id"]
        job_id = data_of(client.post("/parse/invoices", json={"document_id": file_id}))["job_id"]
        assert "procrastinate_jobs" in count_in_database(idle_server, job_id)
        data_of(client.delete(f"/files/{file_id}"))
        assert set(count_in_database(idle_server, job_id)) == {"jobs", "events"}  # what happened, without content


def test_files_delete_themselves_when_their_time_is_up(data_dir):
    with run_server(data_dir, workers=0) as server, server.client() as client:
        brief = upload(client, expires_in="1")["doc_id"]
        lasting = upload(client, papers.pdf(lines=("Another",)), expires_in="86400")["doc_id"]
        kept = upload(client, papers.pdf(lines=("A third",)))["doc_id"]
        assert data_of(client.get(f"/files/{kept}"))["expires_at"] is None
        assert (
            data_of(client.get(f"/files/{lasting}"))["expires_at"]
            > data_of(client.get(f"/files/{brief}"))["expires_at"]
        )

        def status_of(file_id):
            return data_of(client.get(f"/files/{file_id}"))["status"]

        with run_worker(server):
            wait_until(lambda: status_of(brief) == "deleted", seconds=60)
        assert (status_of(lasting), status_of(kept)) == ("pending", "pending")
        wait_until(lambda: len(server.stored_files()) == 2 + 1)  # the storage's own number beside

        with run_worker(server, retention_days=0.00001):
            wait_until(lambda: status_of(kept) == "deleted")
            wait_until(lambda: len(server.stored_files()) == 1)


@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "1e9", "99999999999"])
def test_a_lifetime_that_is_none_is_refused(idle_server, seconds):
    with idle_server.client() as client:
        parts = [("files", ("a.pdf", papers.pdf()))]
        error_of(client.post("/parse/upload", files=parts, data={"expires_in": seconds}), 400, "VALIDATION_ERROR")
