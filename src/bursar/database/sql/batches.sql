-- name: add_batch
INSERT INTO batches (id, account_id, kind, callback_url)
VALUES ('batch_' || new_id_number(), %(account_id)s, %(kind)s, %(callback_url)s)
RETURNING id, callback_url, created_at, updated_at;

-- name: find_batch
SELECT id, kind, callback_url, created_at FROM batches WHERE id = %(id)s AND account_id = %(account_id)s;

-- name: jobs_of_batch
SELECT j.id, j.status, j.progress, j.error, j.document_id, d.file_id, j.updated_at
FROM jobs j JOIN documents d ON d.id = j.document_id
WHERE j.batch_id = %(batch_id)s
ORDER BY j.batch_position;
