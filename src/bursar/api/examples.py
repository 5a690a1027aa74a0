"""Examples of the OpenAPI document: what comes back. A test holds every one of them against the document's own schemas."""

from __future__ import annotations

from typing import Any

JOB = "job_1739261168870934041"
BATCH = "batch_1739261168870934077"
FILE = "1739260380783576729_invoice.pdf"
DOCUMENT = "f663d9ac-6d5b-4cfe-bf30-ac19ad9429e4"
SCHEMA = "0b1f7c1e-6b0a-4a55-9c0e-2f4f6d1f8a11"
KEY = "5d0c8f2a-3f51-4c3c-8f2e-0f3f9a1c7b21"
DELIVERY = "dlv_815"
AT, LATER = "2024-01-07T10:00:00Z", "2024-01-07T10:00:02Z"
URL = "https://example.com/bursar"
_DOWNLOAD = f"https://bursar.example.com/api/v1/files/{DOCUMENT}/download"
DEFINITION = {"fields": ["invoice_number", "supplier_vat_id", "project_code"]}
_RESULT = {
    "document_type": "invoice",
    "invoice_info": {"invoice_number": "INV-2024-001", "invoice_date": "2024-01-07", "currency": "EUR"},
    "summary": {"subtotal": 573.00, "tax_total": 108.87, "total": 681.87, "amount_due": 681.87},
    "evidence": {
        "summary.total": {
            "page": 1,
            "box": [412.1, 633.0, 470.4, 645.2],
            "text": "681,87 €",
            "confidence": 0.99,
            "status": "proven",
            "source": "text",
        }
    },
    "checks": {"verdict": "proven", "straight_through": True, "equations": [], "issues": []},
}
_REVIEW = {"verdict": "proven", "needs_review": False, "approved_at": None, "approved_by": None, "revision": 0}
_LISTED_JOB = {
    "job_id": JOB,
    "status": "completed",
    "file_id": FILE,
    "document_id": DOCUMENT,
    "job_type": "invoice_parsing",
    "batch_id": None,
    "created_at": AT,
    "updated_at": LATER,
    "completed_at": LATER,
    "progress": 100,
    "error": None,
    "metadata": {"reference": "yours"},
    "review": _REVIEW,
}
_DONE_JOB = {**_LISTED_JOB, "results": _RESULT, "result": _RESULT}
_STARTED = {
    "job_id": JOB,
    "status": "pending",
    "created_at": AT,
    "updated_at": AT,
    "estimated_completion": LATER,
    "document_id": DOCUMENT,
    "file_id": FILE,
}
_STARTED_BATCH = {
    "batch_id": BATCH,
    "status": "pending",
    "job_ids": [JOB],
    "total_files": 1,
    "created_at": AT,
    "updated_at": AT,
    "callback_url": None,
}
_BATCH_STATUS = {
    "batch_id": BATCH,
    "status": "processing",
    "total_files": 2,
    "processed_files": 1,
    "failed_files": 0,
    "progress": 60,
    "created_at": AT,
    "updated_at": LATER,
    "files": [
        {"file_id": FILE, "document_id": DOCUMENT, "job_id": JOB, "status": "completed", "error": None},
        {
            "file_id": "1739260380783576730_second.pdf",
            "document_id": "7a0b8c55-93a2-4c0f-8a51-0f6d6f0e2b10",
            "job_id": "job_1739261168870934042",
            "status": "processing",
            "error": None,
        },
    ],
    "callback_url": None,
}
_DONE_BATCH = {
    **_BATCH_STATUS,
    "status": "completed",
    "total_files": 1,
    "processed_files": 1,
    "progress": 100,
    "files": _BATCH_STATUS["files"][:1],  # type: ignore[index]
}
_VALIDATION = {"page_count": 1, "file_size": 48213, "format": "pdf"}
_UPLOADED_FILE = {
    "file_id": FILE,
    "file_url": _DOWNLOAD,
    "doc_id": DOCUMENT,
    "document_id": DOCUMENT,
    "filename": "invoice.pdf",
    "type": "invoice",
    "error": None,
    "validation": _VALIDATION,
}
_REFUSED_FILE = {
    **dict.fromkeys(("file_id", "file_url", "doc_id", "document_id", "validation")),
    "filename": "notes.txt",
    "type": "invoice",
    "error": {"code": "VALIDATION_ERROR", "message": "Invalid file type", "details": {"cause": "UNSUPPORTED_FORMAT"}},
}
_LISTED_FILE = {
    "id": DOCUMENT,
    "doc_id": DOCUMENT,
    "document_id": DOCUMENT,
    "file_id": FILE,
    "filename": "invoice.pdf",
    "file_url": _DOWNLOAD,
    "type": "invoice",
    "status": "completed",
    "size": 48213,
    "created_at": AT,
    "completed_at": LATER,
    "expires_at": None,
}
_PAGE = {"total": 1, "page": 1, "page_size": 20, "total_pages": 1}
_KEPT_SCHEMA = {
    "id": SCHEMA,
    "user_id": "1c7d4b0e-5d37-4f2b-b3f1-9a8a6f2c0d55",
    "name": "Purchase ledger",
    "type": "invoice",
    "description": None,
    "schema_string": '{"fields":["invoice_number","supplier_vat_id","project_code"]}',
    "version": 1,
    "is_active": True,
    "created_at": AT,
    "updated_at": AT,
}
_KEPT_KEY = {
    "id": KEY,
    "prefix": "bsr_AbCdEfGh",
    "permissions": ["read", "write"],
    "work_limit": None,
    "read_limit": None,
    "created_at": AT,
    "expires_at": None,
    "revoked_at": None,
    "last_used_at": LATER,
}
_SENT = {
    "id": DELIVERY,
    "event": "job.completed",
    "event_id": "evt_4711",
    "job_id": JOB,
    "batch_id": None,
    "url": URL,
    "status": "delivered",
    "attempts": 1,
    "response_status": 200,
    "response_ms": 84,
    "error": None,
    "created_at": LATER,
    "completed_at": LATER,
    "next_attempt_at": None,
}
_WAITING = {
    **_SENT,
    "status": "pending",
    "attempts": 0,
    "response_status": None,
    "response_ms": None,
    "completed_at": None,
}
_EVENT = {
    "event": "job.completed",
    "event_id": "evt_4711",
    "job_id": JOB,
    "batch_id": None,
    "job_type": "invoice_parsing",
    "status": "completed",
    "progress": 100,
    "created_at": AT,
    "updated_at": LATER,
    "completed_at": LATER,
    "metadata": {"reference": "yours"},
    "error": None,
    "results": _RESULT,
}
_SHARE = {
    "documents": 12,
    "bytes": 1_204_120,
    "jobs": 12,
    "completed": 11,
    "failed": 1,
    "pages": 31,
    "seconds": 4.82,
    "straight_through": 9,
    "invoices": 10,
    "statements": 1,
    "verdicts": {"proven": 9, "consistent": 2},
}
_HEALTH = {
    "status": "ok",
    "version": "0.1.0",
    "database": {"status": "ok"},
    "storage": {"status": "ok"},
    "queue": {"status": "ok", "pending": 0, "processing": 1, "oldest_s": 0.0},
}
_TESTED = {
    "valid": True,
    "form": "fields",
    "json_schema": {"type": "object", "properties": {"invoice_number": {}}},
    "fields": [{"name": "invoice_number", "type": "any", "description": None, "fields": []}],
    "errors": [],
}
_GENERATED = {"type": "object", "properties": {"invoice_number": {"type": ["string", "null"]}}}
_CORRECTION = {
    "number": 1,
    "author": "bsr_AbCdEfGh",
    "note": "as on the paper copy",
    "created_at": LATER,
    "undone_at": None,
    "undone_by": None,
    "fields": {"summary.total": 681.87},
    "insert": {},
    "remove": [],
    "replaced": {"summary.total": 618.87},
}

_UPLOAD = {"one file": {**_UPLOADED_FILE, "files": [_UPLOADED_FILE], "status": "done"}}
_PARTLY = {"one of two": {"files": [_UPLOADED_FILE, _REFUSED_FILE], "status": "partial_error"}}
_JOBS = {"": {"jobs": [_LISTED_JOB], **_PAGE, "pagination": _PAGE}}
_STATUS = {
    "completed": _DONE_JOB,
    "failed": {
        **_LISTED_JOB,
        "status": "failed",
        "progress": 0,
        "results": None,
        "result": None,
        "error": {"code": "TIMEOUT", "message": "parsing took too long", "details": {}},
        "review": {**_REVIEW, "verdict": None, "needs_review": None},
    },
    "a batch": _BATCH_STATUS,
}
_FILE_READ = {
    "": {
        **_LISTED_FILE,
        "processed_data": _RESULT,
        "validation": _VALIDATION,
        "jobs": [
            {
                "job_id": JOB,
                "job_type": "invoice_parsing",
                "status": "completed",
                "progress": 100,
                "created_at": AT,
                "completed_at": LATER,
            }
        ],
    }
}
_FILE_GONE = {"": {"file_id": FILE, "message": "File deleted successfully"}}
_CANCELLED = {"": {"job_id": JOB, "status": "failed", "message": "Job cancelled successfully"}}
_CALLED = {
    "one document": _STARTED,
    "several": _STARTED_BATCH,
    "waited for in place": _DONE_JOB,
    "only uploaded": _UPLOAD["one file"],
}
_CALLED_BATCH = {"": _STARTED_BATCH, "waited for in place": _DONE_BATCH}
_SCHEMAS = {"": {"schemas": [_KEPT_SCHEMA], **_PAGE, "pagination": _PAGE, "limit": 20}}

REPLIES: dict[str, dict[str, Any]] = {
    "get_root": {"": {"name": "Bursar", "version": "0.1.0", "docs": "/docs", "openapi": "/openapi.json"}},
    "get_health": {"": _HEALTH},
    "get_health_live": {"": {"status": "ok", "version": "0.1.0"}},
    "get_health_ready": {"": _HEALTH},
    "post_parse_upload": _UPLOAD,
    "post_files_upload": _UPLOAD,
    "get_files": {"": {"files": [_LISTED_FILE], **_PAGE, "pagination": _PAGE}},
    "get_files_file_id": _FILE_READ,
    "get_parse_files_file_id": _FILE_READ,
    "delete_files_file_id": _FILE_GONE,
    "delete_parse_files_file_id": _FILE_GONE,
    "get_files_file_id_pages_page_words": {
        "": {
            "page": 1,
            "width": 595.0,
            "height": 842.0,
            "rotation": 0,
            "skew": 0.0,
            "source": "text",
            "words": [{"text": "681,87", "box": [412.1, 633.0, 448.9, 645.2], "confidence": 1.0}],
        }
    },
    "post_parse": _CALLED,
    "post_parse_invoices": _CALLED,
    "post_parse_statements": _CALLED,
    "post_parse_invoices_batch": _CALLED_BATCH,
    "post_parse_statements_batch": _CALLED_BATCH,
    "get_parse_invoices_batch_batch_id": {"": _BATCH_STATUS},
    "get_parse_statements_batch_batch_id": {"": _BATCH_STATUS},
    "get_parse_invoices": _JOBS,
    "get_parse_statements": _JOBS,
    "get_jobs": _JOBS,
    "get_parse_jobs": _JOBS,
    "get_parse_invoices_job_id": _STATUS,
    "get_parse_statements_job_id": _STATUS,
    "get_parse_job_id": _STATUS,
    "get_jobs_job_id": _STATUS,
    "get_parse_jobs_job_id": _STATUS,
    "delete_jobs_job_id": _CANCELLED,
    "delete_parse_jobs_job_id": _CANCELLED,
    "post_jobs_job_id_retry": {"": _STARTED},
    "post_jobs_job_id_approve": {"": _DONE_JOB},
    "patch_jobs_job_id_results": {"": _DONE_JOB},
    "post_jobs_job_id_results_undo": {"": _DONE_JOB},
    "get_jobs_job_id_results_history": {"": {"job_id": JOB, "corrections": [_CORRECTION]}},
    "post_schemas": {"": _KEPT_SCHEMA},
    "get_schemas": _SCHEMAS,
    "get_schemas_list": _SCHEMAS,
    "get_schemas_id_schema_id": {"": _KEPT_SCHEMA},
    "put_schemas_id_schema_id": {"": {**_KEPT_SCHEMA, "version": 2, "updated_at": LATER}},
    "delete_schemas_id_schema_id": {"": {"id": SCHEMA, "is_active": False, "message": "Schema deleted successfully"}},
    "post_schemas_validate": {
        "sound": _TESTED,
        "not sound": {
            "valid": False,
            "form": None,
            "json_schema": None,
            "fields": [],
            "errors": [{"path": "fields.1", "reason": "must be text"}],
        },
    },
    "post_schemas_generate": {
        "": {
            "type": "invoice",
            "schema_string": '{"type":"object","properties":{"invoice_number":{"type":["string","null"]}}}',
            "json_schema": _GENERATED,
        }
    },
    "get_webhooks_deliveries": {"": {"deliveries": [_SENT], **_PAGE, "pagination": _PAGE}},
    "get_webhooks_deliveries_delivery_id": {
        "": {
            **_SENT,
            "tries": [{"at": LATER, "ms": 84, "status": 200, "answer": "thanks", "error": None}],
            "body": _EVENT,
        }
    },
    "post_webhooks_deliveries_delivery_id_redeliver": {"": _WAITING},
    "post_webhooks_test": {"": {**_WAITING, "event": "webhook.test", "job_id": None}},
    "post_webhooks_secret_rotate": {
        "": {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "previous_expires_at": "2024-01-08T10:00:00Z"}
    },
    "get_keys": {"": {"keys": [_KEPT_KEY]}},
    "post_keys": {"": {**_KEPT_KEY, "last_used_at": None, "key": "bsr_AbCdEfGh_the_rest_of_it"}},
    "delete_keys_key_id": {"": {**_KEPT_KEY, "revoked_at": LATER}},
    "get_usage": {
        "": {
            "since": "2024-01-07",
            "until": "2024-01-07",
            "total": _SHARE,
            "days": [{"date": "2024-01-07", **_SHARE}],
            "stored": {"documents": 12, "bytes": 1_204_120},
            "quotas": {
                "documents": {"limit": 10_000, "used": 12},
                "documents_month": {"limit": None, "used": 12, "resets_at": "2024-02-01T00:00:00Z"},
                "bytes": {"limit": None, "used": 1_204_120},
                "jobs": {"limit": 4, "used": 1, "waiting": 0},
            },
        }
    },
    "get_accuracy": {
        "": {
            "documents": 40,
            "fields": [{"field": "summary.total", "given": 40, "right": 39, "missed": 0}],
            "calibration": [{"tenth": 9, "given": 612, "right": 609}],
        }
    },
}
"""The replies' `data`, by operation and name; an empty name where there is one example."""

PARTIAL_REPLIES: dict[str, dict[str, Any]] = {
    "post_parse_upload": _PARTLY,
    "post_files_upload": _PARTLY,
    "post_parse": _PARTLY,
    "post_parse_invoices": _PARTLY,
    "post_parse_statements": _PARTLY,
}
"""Of the status 207."""
