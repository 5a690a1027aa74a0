-- name: count_documents
SELECT created_at::date AS day, count(*) AS documents, sum(size_bytes)::bigint AS bytes
FROM documents
WHERE account_id = %(account_id)s AND created_at >= %(since)s::date AND created_at < %(until)s::date + 1
GROUP BY 1;

-- name: count_jobs
SELECT j.created_at::date AS day, count(*) AS jobs,
       count(*) FILTER (WHERE j.status = 'completed') AS completed,
       count(*) FILTER (WHERE j.status = 'failed') AS failed,
       coalesce(sum(d.page_count) FILTER (WHERE j.status = 'completed'), 0)::bigint AS pages,
       coalesce(round(extract(epoch FROM sum(j.completed_at - j.started_at) FILTER (WHERE j.status = 'completed')), 3), 0)::float8
           AS seconds,
       count(*) FILTER (WHERE j.status = 'completed' AND j.straight_through) AS straight_through,
       count(*) FILTER (WHERE j.status = 'completed' AND coalesce(j.kind, j.detected_kind) = 'invoice') AS invoices,
       count(*) FILTER (WHERE j.status = 'completed' AND coalesce(j.kind, j.detected_kind) = 'statement') AS statements
FROM jobs j JOIN documents d ON d.id = j.document_id
WHERE j.account_id = %(account_id)s AND j.created_at >= %(since)s::date AND j.created_at < %(until)s::date + 1
GROUP BY 1;

-- name: count_verdicts
SELECT created_at::date AS day, verdict, count(*) AS jobs
FROM jobs
WHERE account_id = %(account_id)s AND created_at >= %(since)s::date AND created_at < %(until)s::date + 1
  AND status = 'completed' AND verdict IS NOT NULL
GROUP BY 1, 2;

-- name: measure_stored
-- Equal uploads share their bytes; an account that never uploaded anything has no row.
SELECT coalesce(max(documents), 0) AS documents, coalesce(max(bytes), 0) AS bytes FROM holdings WHERE account_id = %(account_id)s;
