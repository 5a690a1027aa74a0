-- name: events_of_job
SELECT e.id, e.name, e.job_id, e.batch_id, coalesce(j.kind, j.detected_kind) AS kind, e.status, e.progress, e.error,
       j.created_at, e.created_at AS updated_at, e.completed_at, j.metadata,
       CASE WHEN e.name NOT IN ('job.completed', 'job.corrected', 'job.approved') OR j.status <> 'completed' THEN NULL
            WHEN j.schema_exact THEN j.result -> 'custom' ELSE j.result END AS results
FROM events e JOIN jobs j ON j.id = e.job_id
WHERE e.job_id = %(job_id)s AND e.account_id = %(account_id)s AND e.id > %(after)s
ORDER BY e.id LIMIT 200;

-- name: find_event
SELECT e.id, e.name, e.job_id, e.batch_id, coalesce(j.kind, j.detected_kind, b.kind) AS kind, e.status, e.progress, e.error,
       coalesce(j.created_at, b.created_at, e.created_at) AS created_at, e.created_at AS updated_at, e.completed_at,
       j.metadata,
       CASE WHEN e.name NOT IN ('job.completed', 'job.corrected', 'job.approved') OR j.status <> 'completed' THEN NULL
            WHEN j.schema_exact THEN j.result -> 'custom' ELSE j.result END AS results
FROM events e LEFT JOIN jobs j ON j.id = e.job_id LEFT JOIN batches b ON b.id = e.batch_id
WHERE e.id = %(id)s;

-- name: add_test_event
INSERT INTO events (account_id, name) VALUES (%(account_id)s, 'webhook.test') RETURNING id;

-- name: forget_events
-- Those that are told to everybody who is to be told, and their deliveries with them.
DELETE FROM events WHERE id IN (
    SELECT e.id FROM events e
    WHERE e.created_at < now() - %(older_than)s::interval
      AND NOT EXISTS (SELECT FROM deliveries d WHERE d.event_id = e.id AND d.status = 'pending')
    ORDER BY e.created_at LIMIT 10000
);
