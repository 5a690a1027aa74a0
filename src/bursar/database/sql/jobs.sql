-- name: add_job
INSERT INTO jobs (id, account_id, document_id, batch_id, batch_position, kind, options, metadata, callback_url, unlocked_key,
                  schema_id, schema_version, schema_inline, schema_exact)
VALUES ('job_' || new_id_number(), %(account_id)s, %(document_id)s, %(batch_id)s, %(batch_position)s, %(kind)s,
        %(options)s::jsonb, %(metadata)s::json, %(callback_url)s, %(unlocked_key)s,
        %(schema_id)s, %(schema_version)s, %(schema_inline)s::json, %(schema_exact)s)
RETURNING id, created_at, updated_at;

-- name: find_jobs
-- For several callers at once: those of the jobs asked for that are there, each with its `place` among them. The result is
-- left out where its caller has this version of the job already: `known_versions` are separated by spaces. A result in a
-- schema that was named is exactly the schema's keys, its evidence and checks beside it.
SELECT a.place::integer AS place,
       j.id, j.status, j.progress, j.kind, j.detected_kind, d.file_id, j.document_id, j.batch_id, j.attempt,
       j.created_at, j.updated_at, j.completed_at, j.error, j.metadata, version, j.schema_id, j.schema_version,
       j.schema_exact, j.verdict, j.straight_through, j.approved_at, j.approved_by, j.revision,
       CASE WHEN version = ANY (string_to_array(a.known_versions, ' ')) THEN NULL
            WHEN j.schema_exact THEN j.result -> 'custom' ELSE j.result END AS result,
       CASE WHEN j.schema_exact THEN (
           SELECT json_object_agg(substr(key, 8), value) FROM json_each(j.result -> 'evidence') WHERE key LIKE 'custom.%%'
       ) END AS evidence,
       CASE WHEN j.schema_exact THEN j.result -> 'checks' END AS checks
FROM unnest(%(ids)s::text[], %(account_ids)s::uuid[], %(known_versions)s::text[])
     WITH ORDINALITY AS a (id, account_id, known_versions, place)
JOIN jobs j ON j.id = a.id AND j.account_id = a.account_id
JOIN documents d ON d.id = j.document_id
CROSS JOIN LATERAL (
    SELECT concat_ws('-', j.attempt, j.status, j.progress, extract(epoch FROM j.updated_at)) AS version
) v;

-- name: find_results
-- The results of several jobs as far as they are there, as those of one are: in a schema that was named, its keys alone.
SELECT j.id, j.status, d.filename, CASE WHEN j.schema_exact THEN j.result -> 'custom' ELSE j.result END AS result
FROM jobs j JOIN documents d ON d.id = j.document_id
WHERE j.account_id = %(account_id)s AND j.id = ANY (%(ids)s::text[])
ORDER BY array_position(%(ids)s::text[], j.id);

-- name: weigh_results
SELECT coalesce(sum(octet_length(result::text)), 0)::bigint AS bytes
FROM jobs WHERE account_id = %(account_id)s AND id = ANY (%(ids)s::text[]);

-- part: listed
-- What is not asked for is no condition at all.
j.account_id = %(account_id)s
  AND (%(status)s::text IS NULL OR j.status = %(status)s)
  AND (%(kind)s::text IS NULL OR coalesce(j.kind, j.detected_kind) = %(kind)s)
  AND (%(deleted)s OR (SELECT d.deleted_at IS NULL FROM documents d WHERE d.id = j.document_id))
  AND (%(verdict)s::text IS NULL OR j.verdict = %(verdict)s)
  AND (%(since)s::date IS NULL OR j.created_at >= %(since)s::date)
  AND (%(until)s::date IS NULL OR j.created_at < %(until)s::date + 1)
  AND (%(needs_review)s::boolean IS NULL
       OR (j.status = 'completed' AND NOT j.straight_through AND j.approved_at IS NULL) = %(needs_review)s)
  AND (%(text)s::text IS NULL OR strpos(lower(concat_ws(' ',
       (SELECT d.filename FROM documents d WHERE d.id = j.document_id), j.party, j.number)), lower(%(text)s)) > 0)

-- name: list_jobs
-- The page is found first, on an index; only then are its rows read.
WITH page AS (
    SELECT j.id FROM jobs j
    WHERE {listed}
    ORDER BY j.created_at DESC, j.id DESC LIMIT %(page_size)s OFFSET %(skipped)s
)
SELECT j.id, j.status, j.progress, j.kind, j.detected_kind, d.file_id, d.filename, j.document_id, j.batch_id,
       j.created_at, j.updated_at, j.completed_at, j.error, j.metadata,
       j.verdict, j.straight_through, j.approved_at, j.approved_by, j.revision
FROM page JOIN jobs j ON j.id = page.id JOIN documents d ON d.id = j.document_id
ORDER BY j.created_at DESC, j.id DESC;

-- name: tally_jobs
-- Of all pages of `list_jobs`, where no other conditions are set than these.
SELECT ((SELECT coalesce(sum(t.jobs), 0) FROM tallies t
         WHERE t.account_id = %(account_id)s AND (%(status)s::text IS NULL OR t.status = %(status)s)
           AND (%(kind)s::text IS NULL OR t.kind = %(kind)s) AND (%(deleted)s OR NOT t.deleted))
      + (SELECT count(*) FROM jobs j
         WHERE j.account_id = %(account_id)s AND j.status IN ('pending', 'processing')
           AND (%(status)s::text IS NULL OR j.status = %(status)s)
           AND (%(kind)s::text IS NULL OR coalesce(j.kind, j.detected_kind) = %(kind)s)))::bigint AS total;

-- name: fold_tallies
-- Every row is one change: those of a busy account become one for each status and kind.
WITH folded AS (
    DELETE FROM tallies
    WHERE account_id IN (SELECT account_id FROM tallies GROUP BY account_id HAVING count(*) > 50)
    RETURNING *
)
INSERT INTO tallies
SELECT account_id, status, kind, deleted, sum(jobs) FROM folded GROUP BY 1, 2, 3, 4 HAVING sum(jobs) <> 0;

-- name: count_jobs
-- Of all pages of `list_jobs`.
SELECT count(*) AS total FROM jobs j
WHERE {listed};

-- name: summarise_jobs
SELECT id, party, amount, currency
FROM jobs WHERE account_id = %(account_id)s AND id = ANY (%(ids)s::text[]);

-- name: next_review
WITH here AS (SELECT created_at, id FROM jobs WHERE id = %(before)s AND account_id = %(account_id)s)
(SELECT j.id, 1 AS choice FROM jobs j
 WHERE j.account_id = %(account_id)s AND j.status = 'completed' AND NOT j.straight_through AND j.approved_at IS NULL
   AND (j.created_at, j.id) < ((SELECT created_at FROM here), (SELECT id FROM here))
 ORDER BY j.created_at DESC, j.id DESC LIMIT 1)
UNION ALL
(SELECT j.id, 2 AS choice FROM jobs j
 WHERE j.account_id = %(account_id)s AND j.status = 'completed' AND NOT j.straight_through AND j.approved_at IS NULL
   AND j.id IS DISTINCT FROM %(before)s
 ORDER BY j.created_at DESC, j.id DESC LIMIT 1)
ORDER BY choice LIMIT 1;

-- name: lock_job
SELECT id, status, kind, unlocked_key FROM jobs WHERE id = %(id)s AND account_id = %(account_id)s FOR UPDATE;

-- name: end_job
-- Ends a job that is not ended yet; a worker that is busy with it learns of it by the notification.
UPDATE jobs SET status = 'failed', error = %(error)s::jsonb, cancelled_at = now(), completed_at = now(), updated_at = now(),
                unlocked_key = NULL
WHERE id = %(id)s AND status IN ('pending', 'processing');

-- name: restart_job
UPDATE jobs SET status = 'pending', progress = 0, error = NULL, result = NULL, started_at = NULL, completed_at = NULL,
                cancelled_at = NULL, unlocked_key = %(unlocked_key)s, held_back = false, updated_at = now()
WHERE id = %(id)s AND status = 'failed'
RETURNING id, created_at, updated_at;

-- name: lock_unfinished_jobs
SELECT id, unlocked_key FROM jobs WHERE document_id = %(document_id)s AND status IN ('pending', 'processing') FOR UPDATE;

-- name: forget_results
UPDATE jobs SET result = NULL, original_result = NULL, updated_at = now()
WHERE document_id = %(document_id)s AND result IS NOT NULL;

-- name: forget_corrections
DELETE FROM corrections WHERE job_id IN (SELECT id FROM jobs WHERE document_id = %(document_id)s);

-- name: forget_entries
-- What waits in the queue for jobs that are ended; an entry that a worker holds goes when it lets go of it.
DELETE FROM procrastinate_jobs q USING jobs j
WHERE j.document_id = %(document_id)s AND q.queueing_lock = j.id AND q.status = 'todo';

-- name: announce_job
SELECT pg_notify('bursar_jobs', %(id)s);

-- name: measure_speed
-- Of the last jobs that ended well: seconds a page. Before any has: null.
SELECT sum(extract(epoch FROM completed_at - started_at))::float8 / nullif(sum(greatest(page_count, 1)), 0) AS seconds_per_page
FROM (SELECT j.completed_at, j.started_at, d.page_count
      FROM jobs j JOIN documents d ON d.id = j.document_id
      WHERE j.status = 'completed' AND j.started_at IS NOT NULL
      ORDER BY j.completed_at DESC LIMIT 50) lately;

-- name: measure_queue
-- A job that is held back by its account's quota waits for that account alone, not for workers.
SELECT count(*) FILTER (WHERE j.status = 'pending') AS pending, count(*) FILTER (WHERE j.status = 'processing') AS processing,
       coalesce(sum(d.page_count * (100 - j.progress) / 100.0) FILTER (WHERE NOT j.held_back), 0)::float8 AS pages,
       coalesce(extract(epoch FROM now() - min(j.created_at) FILTER (WHERE j.status = 'pending' AND NOT j.held_back)), 0)::float8
           AS oldest_s
FROM jobs j JOIN documents d ON d.id = j.document_id
WHERE j.status IN ('pending', 'processing');
