-- What the engine gave stands in its own result; what people put right, in the corrections that still count. A result of
-- which rows were put in or taken out is left out: its paths do not tell which row was meant.

-- name: count_approved
SELECT count(*) AS documents
FROM (SELECT 1 FROM jobs WHERE account_id = %(account_id)s AND approved_at IS NOT NULL AND result IS NOT NULL
      ORDER BY approved_at DESC LIMIT %(newest)s) approved;

-- name: accuracy_by_field
WITH approved AS (
    SELECT id, coalesce(original_result, result) AS given FROM jobs j
    WHERE account_id = %(account_id)s AND approved_at IS NOT NULL AND result IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM corrections c WHERE c.job_id = j.id AND c.undone_at IS NULL
                      AND (c.fields ->> 'insert' <> '{}' OR c.fields ->> 'remove' <> '[]'))
    ORDER BY approved_at DESC LIMIT %(newest)s
), given AS (
    SELECT a.id, e.key AS path FROM approved a, json_each(a.given -> 'evidence') e
    WHERE e.value ->> 'source' IS DISTINCT FROM 'derived'
), corrected AS (
    SELECT DISTINCT c.job_id AS id, f.key AS path
    FROM approved a JOIN corrections c ON c.job_id = a.id AND c.undone_at IS NULL, json_each(c.fields -> 'fields') f
)
SELECT regexp_replace(coalesce(g.path, c.path), '\.[0-9]+(?=\.|$)', '.*', 'g') AS field,
       count(g.path) AS given,
       count(g.path) FILTER (WHERE c.path IS NULL) AS right,
       count(*) FILTER (WHERE g.path IS NULL) AS missed
FROM given g FULL JOIN corrected c USING (id, path)
GROUP BY 1 ORDER BY 1;

-- name: accuracy_by_confidence
WITH approved AS (
    SELECT id, coalesce(original_result, result) AS given FROM jobs j
    WHERE account_id = %(account_id)s AND approved_at IS NOT NULL AND result IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM corrections c WHERE c.job_id = j.id AND c.undone_at IS NULL
                      AND (c.fields ->> 'insert' <> '{}' OR c.fields ->> 'remove' <> '[]'))
    ORDER BY approved_at DESC LIMIT %(newest)s
)
SELECT least(floor((e.value ->> 'confidence')::numeric * 10), 9)::int AS tenth, count(*) AS given,
       count(*) FILTER (WHERE NOT EXISTS (
           SELECT 1 FROM corrections c WHERE c.job_id = a.id AND c.undone_at IS NULL
           AND (c.fields::jsonb -> 'fields') ? e.key)) AS right
FROM approved a, json_each(a.given -> 'evidence') e
WHERE e.value ->> 'confidence' IS NOT NULL AND e.value ->> 'source' IS DISTINCT FROM 'derived'
GROUP BY 1 ORDER BY 1;
