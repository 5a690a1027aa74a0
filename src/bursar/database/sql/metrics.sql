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

-- name: count_asks
-- What jobs of the last five minutes asked of the language model, and what their results say of its answers.
WITH lately AS (
    SELECT asks, result FROM jobs WHERE status = 'completed' AND completed_at > now() - interval '5 minutes' AND asks IS NOT NULL
)
SELECT CASE WHEN (a.value ->> 'answered')::boolean THEN 'answered' ELSE 'failed' END AS outcome,
       count(*) AS asks, sum((a.value ->> 'seconds')::float8) AS seconds
FROM lately, jsonb_array_elements(asks) a GROUP BY 1
UNION ALL
SELECT i.value ->> 'code', count(*), 0
FROM lately, json_array_elements(result #> '{checks,issues}') i WHERE i.value ->> 'code' LIKE 'LLM\_%%' GROUP BY 1;
