-- How much an account may have and do at once. Null: the server's setting; 0: no limit.
ALTER TABLE accounts
    ADD COLUMN document_quota integer CHECK (document_quota >= 0),  -- documents in storage
    ADD COLUMN month_quota integer CHECK (month_quota >= 0),        -- documents uploaded in a calendar month, UTC
    ADD COLUMN byte_quota bigint CHECK (byte_quota >= 0),           -- bytes in storage
    ADD COLUMN job_quota integer CHECK (job_quota >= 0);            -- jobs in the queue or under way

-- What an account has in storage, counted by the change itself. The row is also what uploads and deletions of one account
-- wait at for each other: without it two deletions at once of equal documents would each leave their bytes to the other.
CREATE TABLE holdings (
    account_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    documents  bigint NOT NULL DEFAULT 0,
    bytes      bigint NOT NULL DEFAULT 0,   -- equal documents share theirs
    month      date NOT NULL DEFAULT date_trunc('month', now() AT TIME ZONE 'UTC'),
    uploaded   bigint NOT NULL DEFAULT 0    -- in that month
) WITH (fillfactor = 50);

INSERT INTO holdings (account_id, documents, bytes, uploaded)
SELECT account_id, count(*) FILTER (WHERE deleted_at IS NULL),
       coalesce(sum(size_bytes) FILTER (WHERE deleted_at IS NULL AND turn = 1), 0),
       count(*) FILTER (WHERE created_at AT TIME ZONE 'UTC' >= date_trunc('month', now() AT TIME ZONE 'UTC'))
FROM (SELECT *, row_number() OVER (PARTITION BY account_id, storage_key, deleted_at IS NULL) AS turn FROM documents) d
GROUP BY account_id;

CREATE FUNCTION lock_holdings(of_account uuid) RETURNS holdings LANGUAGE plpgsql AS $$
DECLARE
    kept holdings;
BEGIN
    INSERT INTO holdings (account_id) VALUES (of_account) ON CONFLICT DO NOTHING;
    SELECT * INTO kept FROM holdings WHERE account_id = of_account FOR UPDATE;
    RETURN kept;
END
$$;

CREATE FUNCTION count_document() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    present date := date_trunc('month', now() AT TIME ZONE 'UTC');
    weight  bigint := NEW.size_bytes;
BEGIN
    PERFORM lock_holdings(NEW.account_id);
    IF EXISTS (SELECT FROM documents WHERE account_id = NEW.account_id AND storage_key = NEW.storage_key
                                       AND deleted_at IS NULL AND id <> NEW.id) THEN
        weight := 0;
    END IF;
    IF TG_OP = 'INSERT' THEN
        UPDATE holdings SET documents = documents + 1, bytes = bytes + weight, month = present,
                            uploaded = CASE WHEN month = present THEN uploaded + 1 ELSE 1 END
        WHERE account_id = NEW.account_id;
    ELSE
        UPDATE holdings SET documents = documents - 1, bytes = bytes - weight WHERE account_id = NEW.account_id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER count_new_document AFTER INSERT ON documents FOR EACH ROW EXECUTE FUNCTION count_document();
CREATE TRIGGER count_deleted_document AFTER UPDATE OF deleted_at ON documents
    FOR EACH ROW WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL) EXECUTE FUNCTION count_document();

-- A job that its account has no room for is held back: pending, without an entry in the queue, until another one ends.
ALTER TABLE jobs ADD COLUMN held_back boolean NOT NULL DEFAULT false;
CREATE INDEX jobs_admitted ON jobs (account_id) WHERE status IN ('pending', 'processing') AND NOT held_back;
CREATE INDEX jobs_held_back ON jobs (account_id, created_at, id) WHERE status = 'pending' AND held_back;

-- Whether the job may go into the queue now; if not, it is held back. Nobody overtakes those who wait.
CREATE FUNCTION admit_job(wanted_job text, server_quota integer) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    of_account uuid;
    quota      integer;
BEGIN
    SELECT a.id, coalesce(a.job_quota, server_quota) INTO of_account, quota
    FROM jobs j JOIN accounts a ON a.id = j.account_id WHERE j.id = wanted_job;
    IF quota = 0 THEN
        RETURN true;
    END IF;
    PERFORM FROM accounts WHERE id = of_account FOR NO KEY UPDATE;  -- what is counted below is counted alone
    IF NOT EXISTS (SELECT FROM jobs WHERE account_id = of_account AND status = 'pending' AND held_back AND id <> wanted_job)
       AND (SELECT count(*) FROM jobs WHERE account_id = of_account AND status IN ('pending', 'processing')
                                        AND NOT held_back AND id <> wanted_job) < quota THEN
        RETURN true;
    END IF;
    UPDATE jobs SET held_back = true WHERE id = wanted_job;
    PERFORM pg_notify('bursar_room', of_account::text);  -- there may be room by now
    RETURN false;
END
$$;

CREATE FUNCTION announce_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM jobs WHERE account_id = NEW.account_id AND status = 'pending' AND held_back) THEN
        PERFORM pg_notify('bursar_room', NEW.account_id::text);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER announce_room AFTER UPDATE OF status ON jobs
    FOR EACH ROW WHEN (NEW.status IN ('completed', 'failed') AND OLD.status IN ('pending', 'processing'))
    EXECUTE FUNCTION announce_room();
