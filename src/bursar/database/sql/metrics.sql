-- name: count_jobs
-- Of the last five minutes, by how they ended; both read no more than an index and the rows of those minutes.
SELECT status, coalesce(kind, detected_kind, 'unknown') AS kind, count(*) AS jobs,
       coalesce(sum(extract(epoch FROM started_at - created_at)), 0)::float8 AS waited_s,
       coalesce(sum(extract(epoch FROM completed_at - started_at)), 0)::float8 AS parsed_s,
       coalesce(sum(pages), 0)::float8 AS pages
FROM (SELECT j.status, j.kind, j.detected_kind, j.created_at, j.started_at, j.completed_at, d.page_count AS pages
      FROM jobs j JOIN documents d ON d.id = j.document_id
      WHERE j.status = 'completed' AND j.completed_at > now() - interval '5 minutes'
      UNION ALL
      SELECT j.status, j.kind, j.detected_kind, j.created_at, j.started_at, j.completed_at, 0
      FROM jobs j
      WHERE j.status = 'failed' AND j.completed_at > now() - interval '5 minutes') lately
GROUP BY 1, 2;
