"""Reading replies the way the contract promises them."""

from __future__ import annotations

from serving import papers


def data_of(reply, status=200):
    """The data of a reply that must have gone well."""
    body = reply.json()
    assert reply.status_code == status, body
    assert body["success"] is True
    return body["data"]


def error_of(reply, status, code):
    """The error of a reply that must have been refused like that, in the whole envelope."""
    body = reply.json()
    assert reply.status_code == status, body
    assert body["success"] is False
    assert reply.headers["content-type"] == "application/json"
    assert set(body["error"]) == {"code", "message", "details", "request_id"}
    assert body["error"]["code"] == code, body
    assert body["error"]["request_id"] == reply.headers["x-request-id"]
    assert isinstance(body["error"]["details"], dict)
    assert body["error"]["message"]
    return body["error"]


def upload(client, content=None, filename="invoice.pdf", **fields):
    """Upload one file; return its element."""
    parts = [("files", (filename, papers.pdf() if content is None else content, "application/octet-stream"))]
    return data_of(client.post("/parse/upload", files=parts, data=fields))["files"][0]


def start(client, content=None, kind="invoices", **body):
    """Upload a file and start a job on it; return the job's id."""
    document_id = upload(client, content)["doc_id"]
    return data_of(client.post(f"/parse/{kind}", json={"document_id": document_id, **body}))["job_id"]


def finish(client, job_id):
    """Wait for a job's end; return its last status."""
    while (job := data_of(client.get(f"/parse/{job_id}", params={"wait": 60})))["status"] not in (
        "completed",
        "failed",
    ):
        pass
    return job
