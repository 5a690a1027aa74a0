"""Examples of the OpenAPI document: what is sent, every variant of a body."""

from __future__ import annotations

from typing import Any

from bursar.api.examples import DEFINITION, DOCUMENT, FILE, JOB, SCHEMA, URL

_PROCESS: dict[str, Any] = {
    "by document": {"document_id": DOCUMENT},
    "by file": {"file_id": FILE},
    "by both": {"file_id": FILE, "document_id": DOCUMENT},
    "several documents": {"document_ids": [DOCUMENT, "7a0b8c55-93a2-4c0f-8a51-0f6d6f0e2b10"]},
    "several files": {"file_ids": [FILE, "1739260380783576730_second.pdf"]},
    "with everything": {
        "document_id": DOCUMENT,
        "callback_url": URL,
        "options": {"pages": "1-3", "language": "de", "ocr": "auto"},
        "metadata": {"reference": "yours"},
        "password": "open sesame",
    },
    "in a kept schema": {"document_id": DOCUMENT, "schema_id": SCHEMA},
    "in a schema of its own": {"document_id": DOCUMENT, "schema": DEFINITION},
}
_PROCESS_BATCH: dict[str, Any] = {
    "files": {"files": [{"document_id": DOCUMENT}, {"file_id": FILE, "schema_id": SCHEMA}], "callback_url": URL},
    "document ids": {"document_ids": [DOCUMENT], "options": {"categorize": True}},
    "file ids": {"file_ids": [FILE]},
}
_FORM = {"files": ["(the file's bytes)"], "type": "invoice"}

BODIES: dict[str, dict[str, Any]] = {
    "post_parse": _PROCESS,
    "post_parse_invoices": _PROCESS,
    "post_parse_statements": _PROCESS,
    "post_parse_invoices_batch": _PROCESS_BATCH,
    "post_parse_statements_batch": _PROCESS_BATCH,
    "post_jobs_job_id_retry": {"nothing anew": {}, "an encrypted document": {"password": "open sesame"}},
    "patch_jobs_job_id_results": {
        "a value": {"fields": {"summary.total": 681.87}, "note": "as on the paper copy"},
        "rows": {"insert": {"items.2": {"description": "Travel", "amount": 200.30}}, "remove": ["items.5"]},
        "where it stands": {
            "fields": {"summary.total": 681.87},
            "places": {"summary.total": {"page": 1, "box": [412.1, 633.0, 470.4, 645.2], "text": "681,87"}},
        },
    },
    "post_schemas": {
        "fields": {"name": "Purchase ledger", "type": "invoice", "schema_string": DEFINITION},
        "template": {
            "name": "As we book it",
            "type": "invoice",
            "schema_string": '{"invoice_number": "", "total": 0.0, "items": [{"sku": ""}]}',
        },
        "JSON Schema": {
            "name": "Project invoices",
            "type": "invoice",
            "description": "What the project controllers want",
            "schema_string": {
                "type": "object",
                "properties": {"project_code": {"type": "string", "description": "P- and four digits"}},
            },
        },
    },
    "put_schemas_id_schema_id": {"a new version": {"schema_string": DEFINITION, "description": "As of January"}},
    "post_schemas_validate": {
        "a definition": {"schema_string": DEFINITION},
        "and an output": {"schema_string": DEFINITION, "output": {"invoice_number": "INV-2024-001"}},
    },
    "post_schemas_generate": {"from a job": {"job_id": JOB}, "from a document": {"document_id": DOCUMENT}},
    "post_webhooks_test": {"": {"url": URL}},
    "post_keys": {
        "as ever": {},
        "to read, for a year": {"permissions": ["read"], "expires_at": "2025-01-07T10:00:00Z", "read_limit": 600},
    },
}
"""JSON bodies by operation and name."""

_STARTING_FORM = {"upload and start": {**_FORM, "process": True, "callback_url": URL, "options": '{"pages": "1-3"}'}}

FORMS: dict[str, dict[str, Any]] = {
    "post_parse_upload": {"": _FORM},
    "post_files_upload": {"": {**_FORM, "expires_in": 86_400}},
    "post_parse": _STARTING_FORM,
    "post_parse_invoices": _STARTING_FORM,
    "post_parse_statements": _STARTING_FORM,
}
"""Forms by operation and name, files as text."""
