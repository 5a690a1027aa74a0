-- name: find_reviewed
SELECT id, status, revision, document_id, schema_exact, result, coalesce(original_result, result) AS original
FROM jobs WHERE id = %(job_id)s AND account_id = %(account_id)s;

-- name: active_corrections
SELECT number, fields, places FROM corrections
WHERE job_id = %(job_id)s AND undone_at IS NULL ORDER BY number;

-- name: replace_result
-- Only as long as nobody else has corrected it meanwhile. A result that changed is not the one that was approved.
WITH changed AS (
    UPDATE jobs SET original_result = coalesce(original_result, result), result = %(result)s::json,
                    revision = revision + 1, approved_at = NULL, approved_by = NULL, updated_at = now()
    WHERE id = %(job_id)s AND revision = %(revision)s AND status = 'completed' AND result IS NOT NULL
    RETURNING id
)
SELECT id, pg_notify('bursar_jobs', id) FROM changed;

-- name: add_correction
INSERT INTO corrections (job_id, number, author, fields, replaced, places, note)
SELECT %(job_id)s, 1 + coalesce(max(number), 0), (SELECT prefix FROM api_keys WHERE id = %(key_id)s),
       %(fields)s::json, %(replaced)s::json, %(places)s::json, %(note)s
FROM corrections WHERE job_id = %(job_id)s;

-- name: mark_undone
UPDATE corrections SET undone_at = now(), undone_by = (SELECT prefix FROM api_keys WHERE id = %(key_id)s)
WHERE job_id = %(job_id)s AND number = %(number)s;

-- name: approve
WITH changed AS (
    UPDATE jobs SET approved_at = coalesce(approved_at, now()), updated_at = now(),
                    approved_by = coalesce(approved_by, (SELECT prefix FROM api_keys WHERE id = %(key_id)s))
    WHERE id = %(job_id)s AND account_id = %(account_id)s AND status = 'completed' AND result IS NOT NULL
    RETURNING id
)
SELECT id, pg_notify('bursar_jobs', id) FROM changed;

-- name: list_corrections
SELECT number, author, fields, replaced, places, note, created_at, undone_at, undone_by
FROM corrections WHERE job_id = %(job_id)s ORDER BY number;

-- name: tell_by_webhook
-- Until the transaction ends; the trigger that notes what people do with results looks at it.
SELECT set_config('bursar.webhook_reviews', 'on', true);
