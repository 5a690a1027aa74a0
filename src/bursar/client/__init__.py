"""The Python client of a Bursar server; needs `pip install 'bursar[client]'`.

>>> from bursar.client import Client
>>> with Client("http://127.0.0.1:8000", key="…") as client:      # doctest: +SKIP
...     job = client.parse_invoice("invoice.pdf", on_progress=lambda job: print(job.progress))
...     print(job.invoice.summary.total)
"""

from bursar.client.async_client import AsyncClient
from bursar.client.blocking import Client
from bursar.client.errors import ApiError, JobFailed, ServerUnreachable, StillRunning
from bursar.client.models import Batch, BatchFile, File, Job, Problem, UploadedFile
from bursar.client.webhooks import WebhookEvent, WebhookRefused, verify_webhook

__all__ = [
    "ApiError",
    "AsyncClient",
    "Batch",
    "BatchFile",
    "Client",
    "File",
    "Job",
    "JobFailed",
    "Problem",
    "ServerUnreachable",
    "StillRunning",
    "UploadedFile",
    "WebhookEvent",
    "WebhookRefused",
    "verify_webhook",
]
