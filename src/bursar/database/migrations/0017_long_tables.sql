-- Tables may grow long and nothing must slow down: whatever is listed, newest first, is read off an index and no further
-- than the page goes. None of these holds `progress` or `updated_at`, so that a page that was read touches no index.
DROP INDEX jobs_newest;
CREATE INDEX jobs_newest ON jobs (account_id, created_at DESC, id DESC);
CREATE INDEX jobs_by_status ON jobs (account_id, status, created_at DESC, id DESC);
CREATE INDEX jobs_by_kind ON jobs (account_id, (coalesce(kind, detected_kind)), created_at DESC, id DESC)
    INCLUDE (kind, detected_kind);
CREATE INDEX jobs_by_verdict ON jobs (account_id, verdict, created_at DESC, id DESC) WHERE verdict IS NOT NULL;
CREATE INDEX jobs_to_review ON jobs (account_id, created_at DESC, id DESC)
    WHERE status = 'completed' AND NOT straight_through AND approved_at IS NULL;
CREATE INDEX jobs_approved ON jobs (account_id, approved_at DESC) WHERE approved_at IS NOT NULL;

DROP INDEX jobs_unfinished;
CREATE INDEX jobs_unfinished ON jobs (status, created_at) WHERE status IN ('pending', 'processing');

DROP INDEX documents_newest;
CREATE INDEX documents_newest ON documents (account_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX documents_deleted ON documents (account_id, created_at DESC, id DESC) WHERE deleted_at IS NOT NULL;
CREATE INDEX documents_by_day ON documents (account_id, created_at) INCLUDE (size_bytes);

-- With their sizes, in the order in which equal ones stand together: what is stored is added up from the index alone.
DROP INDEX documents_storage;
CREATE INDEX documents_storage ON documents (account_id, storage_key) INCLUDE (size_bytes) WHERE deleted_at IS NULL;

-- How many jobs have ended, so that nobody has to count them: one row for each change, added up by those who ask, and put
-- together now and then (`fold_tallies`). Rows are only ever added and removed, so that no job waits for another's.
-- Jobs that have not ended are few; they are counted.
CREATE TABLE tallies (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    status     text NOT NULL,
    kind       text,
    deleted    boolean NOT NULL,        -- whether the job's document is
    jobs       bigint NOT NULL
);
CREATE INDEX tallies_of_account ON tallies (account_id);

CREATE FUNCTION tally_job() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_deleted boolean := (SELECT deleted_at IS NOT NULL FROM documents WHERE id = NEW.document_id);
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status IN ('completed', 'failed') THEN
        INSERT INTO tallies VALUES (OLD.account_id, OLD.status, coalesce(OLD.kind, OLD.detected_kind), of_deleted, -1);
    END IF;
    IF NEW.status IN ('completed', 'failed') THEN
        INSERT INTO tallies VALUES (NEW.account_id, NEW.status, coalesce(NEW.kind, NEW.detected_kind), of_deleted, 1);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER tally_new_job AFTER INSERT ON jobs
    FOR EACH ROW WHEN (NEW.status IN ('completed', 'failed')) EXECUTE FUNCTION tally_job();
CREATE TRIGGER tally_changed_job AFTER UPDATE OF status, kind, detected_kind ON jobs
    FOR EACH ROW WHEN ((OLD.status, OLD.kind, OLD.detected_kind) IS DISTINCT FROM (NEW.status, NEW.kind, NEW.detected_kind))
    EXECUTE FUNCTION tally_job();

-- A deletion ends the document's jobs before it marks the document, and holds both: none of them changes in between.
CREATE FUNCTION tally_deleted_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tallies
    SELECT account_id, status, coalesce(kind, detected_kind), deleted, CASE WHEN deleted THEN 1 ELSE -1 END
    FROM jobs, (VALUES (true), (false)) AS now_it_is (deleted)
    WHERE document_id = NEW.id AND status IN ('completed', 'failed');
    RETURN NULL;
END
$$;
CREATE TRIGGER tally_deleted_document AFTER UPDATE OF deleted_at ON documents
    FOR EACH ROW WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL) EXECUTE FUNCTION tally_deleted_document();

INSERT INTO tallies
SELECT j.account_id, j.status, coalesce(j.kind, j.detected_kind), d.deleted_at IS NOT NULL, count(*)
FROM jobs j JOIN documents d ON d.id = j.document_id
WHERE j.status IN ('completed', 'failed')
GROUP BY 1, 2, 3, 4;
