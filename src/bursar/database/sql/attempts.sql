-- name: claim_job
-- A job that is `processing` already was somebody's whose worker was lost: nobody else's entry comes out of the queue.
UPDATE jobs j
SET status = 'processing', attempt = j.attempt + 1, failures = j.failures + (j.status = 'processing')::integer,
    started_at = now(), updated_at = now()
FROM documents d
WHERE j.id = %(id)s AND j.status IN ('pending', 'processing') AND d.id = j.document_id
RETURNING j.id AS job_id, j.attempt, j.failures, j.progress, j.kind, j.options, j.unlocked_key,
          coalesce(j.unlocked_key, d.unlocked_key, d.storage_key) AS storage_key,
          pg_notify('bursar_jobs', j.id);

-- name: record_progress
WITH changed AS (
    UPDATE jobs SET progress = greatest(progress, %(progress)s), updated_at = now()
    WHERE id = %(job_id)s AND attempt = %(attempt)s AND status = 'processing'
    RETURNING id
)
SELECT id, pg_notify('bursar_jobs', id) FROM changed;

-- name: finish_job
WITH changed AS (
    UPDATE jobs SET status = 'completed', progress = 100, result = %(result)s::json, detected_kind = %(kind)s, error = NULL,
                    schema_id = %(schema_id)s, schema_version = %(schema_version)s,
                    asks = %(asks)s::jsonb, unlocked_key = NULL, completed_at = now(), updated_at = now()
    WHERE id = %(job_id)s AND attempt = %(attempt)s AND status = 'processing'
    RETURNING id
)
SELECT id, pg_notify('bursar_jobs', id) FROM changed;

-- name: fail_job
WITH changed AS (
    UPDATE jobs SET status = 'failed', error = %(error)s::jsonb, unlocked_key = NULL, completed_at = now(), updated_at = now()
    WHERE id = %(job_id)s AND attempt = %(attempt)s AND status = 'processing'
    RETURNING id
)
SELECT id, pg_notify('bursar_jobs', id) FROM changed;

-- name: return_job
WITH changed AS (
    UPDATE jobs SET status = 'pending', failures = failures + %(failures)s, updated_at = now()
    WHERE id = %(job_id)s AND attempt = %(attempt)s AND status = 'processing'
    RETURNING id
)
SELECT id, pg_notify('bursar_jobs', id) FROM changed;

-- name: lost_attempts
-- Of the attempts given, those that no longer count: the job has ended, or is somebody else's.
SELECT held.job_id
FROM unnest(%(job_ids)s::text[], %(attempts)s::integer[]) AS held (job_id, attempt)
LEFT JOIN jobs j ON j.id = held.job_id AND j.attempt = held.attempt AND j.status = 'processing'
WHERE j.id IS NULL;

-- name: jobs_without_entry
-- Unfinished jobs that no entry of the queue stands for: it was lost in a way that nobody foresaw.
SELECT j.id FROM jobs j
WHERE j.status IN ('pending', 'processing') AND NOT j.held_back AND j.updated_at < now() - %(grace)s::interval
  AND NOT EXISTS (SELECT FROM procrastinate_jobs q WHERE q.queueing_lock = j.id AND q.status = 'todo')
  AND NOT EXISTS (SELECT FROM procrastinate_jobs q WHERE q.queueing_lock = j.id AND q.status = 'doing')
ORDER BY j.updated_at LIMIT 1000;
