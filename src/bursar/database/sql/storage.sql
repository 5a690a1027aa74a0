-- name: get_storage
SELECT id, EXISTS (SELECT FROM documents WHERE deleted_at IS NULL) AS in_use FROM storage;
