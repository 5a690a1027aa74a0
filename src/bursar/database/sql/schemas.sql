-- name: hold_account
-- One change of an account's schemas at a time: names are unique and their number is limited.
SELECT id FROM accounts WHERE id = %(account_id)s FOR UPDATE;

-- name: count_schemas
SELECT count(*) AS active, count(*) FILTER (WHERE name = %(schema_name)s) AS same_name
FROM schemas WHERE account_id = %(account_id)s AND deleted_at IS NULL;

-- name: add_schema
INSERT INTO schemas (account_id, name, kind, description)
VALUES (%(account_id)s, %(schema_name)s, %(kind)s, %(description)s) RETURNING id;

-- name: add_version
INSERT INTO schema_versions (schema_id, version, definition)
SELECT id, version, %(definition)s::json FROM schemas WHERE id = %(id)s;

-- name: raise_version
UPDATE schemas SET version = version + 1, updated_at = now(),
                   description = CASE WHEN %(described)s THEN %(description)s ELSE description END
WHERE id = %(id)s;

-- name: find_schema
SELECT s.id, s.account_id, s.name, s.kind, s.description, v.version, v.definition::text AS definition,
       s.created_at, s.updated_at, s.version AS newest
FROM schemas s JOIN schema_versions v ON v.schema_id = s.id AND v.version = coalesce(%(version)s, s.version)
WHERE s.id = %(id)s AND s.account_id = %(account_id)s AND s.deleted_at IS NULL;

-- name: list_schemas
SELECT s.id, s.account_id, s.name, s.kind, s.description, v.version, v.definition::text AS definition,
       s.created_at, s.updated_at, count(*) OVER () AS total
FROM schemas s JOIN schema_versions v ON v.schema_id = s.id AND v.version = s.version
WHERE s.account_id = %(account_id)s AND s.deleted_at IS NULL AND (%(kind)s::text IS NULL OR s.kind = %(kind)s)
  AND (%(status)s::text IS NULL OR %(status)s = 'active')
ORDER BY s.created_at DESC, s.id DESC LIMIT %(page_size)s OFFSET %(skipped)s;

-- name: delete_schema
UPDATE schemas SET deleted_at = now(), updated_at = now() WHERE id = %(id)s;

-- name: schemas_of_job
-- What a job is to be answered in: the schema that was named, else the account's only one of each kind.
SELECT NULL AS kind, j.schema_id, s.name, j.schema_version AS version,
       coalesce(j.schema_inline, v.definition)::text AS definition
FROM jobs j
LEFT JOIN schemas s ON s.id::text = j.schema_id
LEFT JOIN schema_versions v ON v.schema_id = s.id AND v.version = j.schema_version
WHERE j.id = %(job_id)s AND j.schema_exact
UNION ALL
SELECT s.kind, s.id::text, s.name, s.version, v.definition::text
FROM jobs j
JOIN schemas s ON s.account_id = j.account_id AND s.deleted_at IS NULL AND s.kind = coalesce(j.kind, s.kind)
JOIN schema_versions v ON v.schema_id = s.id AND v.version = s.version
WHERE j.id = %(job_id)s AND NOT j.schema_exact
  AND NOT EXISTS (SELECT FROM schemas o WHERE o.account_id = s.account_id AND o.kind = s.kind AND o.deleted_at IS NULL
                                          AND o.id <> s.id);

-- name: newest_result
SELECT result::text AS result FROM jobs
WHERE account_id = %(account_id)s AND status = 'completed' AND result IS NOT NULL
  AND (id = %(job_id)s OR document_id = %(document_id)s)
ORDER BY completed_at DESC LIMIT 1;
