-- name: share_equal_bytes
-- Locked, so that a deletion at the same moment either sees the new document or is seen by it.
SELECT storage_key FROM documents
WHERE account_id = %(account_id)s AND sha256 = %(sha256)s AND deleted_at IS NULL
ORDER BY created_at LIMIT 1
FOR UPDATE;

-- name: add_document
INSERT INTO documents (account_id, file_id, filename, format, kind, size_bytes, sha256, storage_key, page_count,
                       callback_url, encrypted, unlocked_key, expires_at)
VALUES (%(account_id)s, new_id_number() || '_' || %(store_name)s, %(filename)s, %(format)s, %(kind)s, %(size_bytes)s,
        %(sha256)s, %(storage_key)s, %(page_count)s, %(callback_url)s, %(encrypted)s, %(unlocked_key)s,
        now() + %(expires_in)s::interval)
RETURNING *;

-- name: find_document
SELECT * FROM documents WHERE account_id = %(account_id)s AND (id = %(id)s OR file_id = %(file_id)s);

-- name: hold_document
-- Held against deletion until the transaction ends.
SELECT * FROM documents WHERE account_id = %(account_id)s AND id = %(id)s FOR SHARE;

-- name: lock_document
SELECT * FROM documents WHERE id = %(id)s FOR UPDATE;

-- name: mark_deleted
UPDATE documents SET deleted_at = now(), unlocked_key = NULL, callback_url = NULL WHERE id = %(id)s;

-- name: is_used
SELECT EXISTS (SELECT FROM documents
               WHERE account_id = %(account_id)s AND storage_key = %(storage_key)s AND deleted_at IS NULL) AS used;

-- name: jobs_of_document
SELECT id, kind, detected_kind, status, progress, created_at, completed_at
FROM jobs WHERE document_id = %(document_id)s ORDER BY created_at DESC, id DESC LIMIT 100;

-- name: newest_result
-- As the job itself shows it: in a schema that was named, that schema's keys and no others.
SELECT CASE WHEN schema_exact THEN result -> 'custom' ELSE result END AS result
FROM jobs WHERE document_id = %(document_id)s AND status = 'completed' ORDER BY completed_at DESC LIMIT 1;

-- name: list_documents
SELECT d.id, d.filename, d.file_id, coalesce(d.kind, j.kind, j.detected_kind) AS kind, d.format, d.page_count,
       CASE WHEN d.deleted_at IS NOT NULL THEN 'deleted' ELSE coalesce(j.status, 'pending') END AS status,
       d.size_bytes, d.created_at, d.deleted_at, d.expires_at, j.completed_at
FROM documents d
LEFT JOIN LATERAL (SELECT kind, detected_kind, status, completed_at FROM jobs
                   WHERE document_id = d.id ORDER BY created_at DESC, id DESC LIMIT 1) j ON true
WHERE d.account_id = %(account_id)s
  AND (d.deleted_at IS NOT NULL) = (%(status)s::text IS NOT DISTINCT FROM 'deleted')
  AND (%(id)s::uuid IS NULL OR d.id = %(id)s)
  AND (%(status)s::text IS NULL OR %(status)s = 'deleted' OR coalesce(j.status, 'pending') = %(status)s)
  AND (%(kind)s::text IS NULL OR coalesce(d.kind, j.kind, j.detected_kind) = %(kind)s)
ORDER BY d.created_at DESC, d.id DESC LIMIT %(page_size)s OFFSET %(skipped)s;

-- name: count_documents
-- Of all pages of `list_documents`; no job is looked at unless its status or kind is asked for.
SELECT count(*) AS total FROM documents d
WHERE d.account_id = %(account_id)s
  AND (d.deleted_at IS NOT NULL) = (%(status)s::text IS NOT DISTINCT FROM 'deleted')
  AND (%(id)s::uuid IS NULL OR d.id = %(id)s)
  AND (%(status)s::text IS NULL OR %(status)s = 'deleted' OR coalesce(
       (SELECT status FROM jobs WHERE document_id = d.id ORDER BY created_at DESC, id DESC LIMIT 1), 'pending') = %(status)s)
  AND (%(kind)s::text IS NULL OR coalesce(d.kind,
       (SELECT coalesce(kind, detected_kind) FROM jobs WHERE document_id = d.id ORDER BY created_at DESC, id DESC LIMIT 1)
      ) = %(kind)s);

-- name: find_expired
(SELECT account_id, id FROM documents
 WHERE deleted_at IS NULL AND expires_at IS NOT NULL AND expires_at <= now() ORDER BY expires_at LIMIT 100)
UNION
(SELECT account_id, id FROM documents
 WHERE deleted_at IS NULL AND created_at <= now() - %(retention)s::interval ORDER BY created_at LIMIT 100);
