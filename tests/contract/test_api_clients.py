"""The contract, 8: clients written as the published ones are, against a real server."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request

import httpx
import pytest

from serving import papers
from serving.replies import data_of

POLL_S = 0.2  # theirs is 5 s; nothing depends on it but the length of this test


class Sdk:
    """The published Python SDK: decodes before it looks at the status, raises on 400 and above, never tries again."""

    def __init__(self, base_url, key):
        self._http = httpx.AsyncClient(base_url=base_url, headers={"Authorization": f"Bearer {key}"}, timeout=60)

    async def request(self, method, path, **sent):
        reply = await self._http.request(method, path, **sent)
        body = json.loads(reply.content)
        assert isinstance(body, dict)
        if reply.status_code >= 400:
            raise RuntimeError(body["error"]["message"])
        return body["data"]

    async def upload(self, *contents):
        files = [("files", (f"{n}.pdf", content, "application/octet-stream")) for n, content in enumerate(contents)]
        data = await self.request("POST", "/api/v1/parse/upload", files=files)
        return [data["files"][index]["doc_id"] for index in range(len(contents))]

    async def parse(self, kind, content):
        (doc_id,) = await self.upload(content)
        job = await self.request("POST", f"/api/v1/parse/{kind}", json={"document_id": doc_id})
        return await self.poll(kind, job["job_id"])

    async def parse_batch(self, kind, contents):
        doc_ids = await self.upload(*contents)
        body = {"files": [{"document_id": doc_id} for doc_id in doc_ids]}
        batch = await self.request("POST", f"/api/v1/parse/{kind}/batch", json=body)
        return await asyncio.gather(*[self.poll(kind, job_id) for job_id in batch["job_ids"]])

    async def poll(self, kind, job_id):
        while True:
            job = await self.request("GET", f"/api/v1/parse/{kind}/{job_id}")
            if job["status"] in ("completed", "failed"):
                return job
            await asyncio.sleep(POLL_S)


@pytest.mark.parametrize("kind", ["invoices", "statements"])
def test_the_sdk_parses_one_document(server, kind):
    job = asyncio.run(Sdk(server.url, server.key_of("acme")).parse(kind, papers.pdf()))
    assert job["status"] == "completed"
    assert job["result"]["document_type"]


def test_the_sdk_parses_an_invoice_as_a_statement_and_is_told_what_it_is(server):
    job = asyncio.run(Sdk(server.url, server.key_of("acme")).parse("statements", papers.pdf()))
    assert "transactions" in job["results"]
    assert job["results"]["metadata"]["detected_type"] == "invoice"


def test_the_sdk_polls_a_batch_of_ten_concurrently_with_an_ordinary_key(server):
    key = server.make_key("sdk", work_limit=None, read_limit=None)
    jobs = asyncio.run(Sdk(server.url, key).parse_batch("invoices", [papers.pdf(pages=n) for n in range(1, 11)]))
    assert [job["results"]["metadata"]["page_count"] for job in jobs] == list(range(1, 11))
    assert {job["status"] for job in jobs} == {"completed"}


def test_the_sdk_gets_an_object_also_where_it_is_refused(server):
    sdk = Sdk(server.url, server.key_of("acme"))
    for path in ("/api/v1/parse/invoices/job_1739261168870934041", "/api/v1/nowhere", "/api/v1/parse/invoices/x"):
        with pytest.raises(RuntimeError):
            asyncio.run(Sdk(server.url, server.key_of("acme")).request("GET", path))
    with pytest.raises(RuntimeError, match="Invalid file type"):
        asyncio.run(sdk.upload(papers.archive()))


@pytest.mark.parametrize("field", ["files", "file"])
def test_the_python_sample_sends_a_part_without_a_content_type(server, field):
    """The sample of the documentation, with nothing but the standard library."""
    boundary = "----sample"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="invoice.pdf"\r\n\r\n'.encode()
        + papers.pdf()
        + f'\r\n--{boundary}\r\nContent-Disposition: form-data; name="type"\r\n\r\ninvoice\r\n--{boundary}--\r\n'.encode()
    )

    def call(method, path, content=None, content_type="application/json"):
        headers = {"Authorization": f"Bearer {server.key_of('acme')}", "Content-Type": content_type}
        request = urllib.request.Request(server.api + path, data=content, headers=headers, method=method)
        with urllib.request.urlopen(request) as reply:
            return json.load(reply)

    uploaded = call("POST", "/parse/upload", body, f"multipart/form-data; boundary={boundary}")
    doc_id = uploaded["data"]["files"][0]["doc_id"]
    started = call("POST", "/parse/invoices", json.dumps({"document_id": doc_id}).encode())
    job_id = started["data"]["job_id"]
    while (status := call("GET", f"/parse/invoices/{job_id}"))["data"]["status"] in ("pending", "processing"):
        time.sleep(POLL_S)
    assert status["data"]["status"] == "completed"
    listed = call("GET", "/parse/invoices?page=1&page_size=10&status=completed")
    assert job_id in [job["job_id"] for job in listed["data"]["jobs"]]


def test_the_javascript_sample_runs_from_a_web_page(server):
    """It sends JSON with an origin, after a preflight, and returns `data.results` when `data.status` is completed."""
    page = {"Origin": "https://app.example.com"}
    with server.client() as client:
        client.headers.update(page)
        asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
        assert client.options("/parse/upload", headers=asked).status_code == 200
        uploaded = client.post("/parse/upload", files={"files": ("blob", papers.pdf(), "application/pdf")})
        assert uploaded.headers["access-control-allow-origin"] == "*"
        doc_id = data_of(uploaded)["files"][0]["doc_id"]
        body = {"file_id": data_of(uploaded)["file_id"], "document_id": doc_id}
        job_id = data_of(client.post("/parse/invoices", json=body))["job_id"]
        while (data := data_of(client.get(f"/parse/invoices/{job_id}")))["status"] != "completed":
            assert data["status"] != "failed"
            time.sleep(POLL_S)
        assert data["results"]["summary"]
