-- name: find_sight
SELECT storage_key FROM page_sights WHERE document_id = %(document_id)s AND page = %(page)s AND form = %(form)s;

-- name: add_sight
-- Somebody else may have been as quick: the first one counts.
INSERT INTO page_sights (document_id, page, form, storage_key)
SELECT id, %(page)s, %(form)s, %(storage_key)s FROM documents
WHERE id = %(document_id)s AND deleted_at IS NULL
FOR SHARE
ON CONFLICT DO NOTHING;

-- name: find_rotation
-- By how many degrees the newest result turned this page to put it upright.
SELECT (page ->> 'rotation')::integer AS rotation
FROM (SELECT result FROM jobs
      WHERE document_id = %(document_id)s AND status = 'completed' AND result IS NOT NULL
      ORDER BY completed_at DESC LIMIT 1) newest,
     json_array_elements(result #> '{metadata,pages}') AS page
WHERE (page ->> 'page')::integer = %(page)s;

-- name: remove_sights
DELETE FROM page_sights WHERE document_id = %(document_id)s RETURNING storage_key;
