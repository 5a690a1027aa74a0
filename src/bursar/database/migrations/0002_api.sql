-- What the HTTP contract needs beside the foundation.

-- Numbers for ids: nanoseconds, made unique over all processes by counting where the clock is too coarse to tell.
CREATE SEQUENCE id_numbers CYCLE MAXVALUE 999999999;
CREATE FUNCTION new_id_number() RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT ((extract(epoch FROM clock_timestamp()) * 1000000)::bigint * 1000 + nextval('id_numbers') % 1000)::text
$$;

-- The caller's metadata is echoed as it was sent: key order, digits and \u0000 stay.
ALTER TABLE jobs ALTER COLUMN metadata TYPE json;

-- `encrypted`: opens with a password only. One given at upload leaves a readable copy beside the document, which goes with it.
ALTER TABLE documents
    ADD COLUMN encrypted boolean NOT NULL DEFAULT false,
    ADD COLUMN unlocked_key text;
CREATE INDEX documents_equal ON documents (account_id, sha256) WHERE deleted_at IS NULL;

-- For the speed of late: what `estimated_completion` rests on.
CREATE INDEX jobs_lately ON jobs (completed_at DESC) WHERE status = 'completed';

-- Stored bytes that nothing refers to, or not yet: they go when due. An upload is written down here before its first
-- byte and struck off in the transaction that makes the document, so that a crash in between leaves nothing behind.
CREATE TABLE discards (
    storage_key text PRIMARY KEY,
    due_at      timestamptz NOT NULL
);
CREATE INDEX discards_due ON discards (due_at);

-- Units spent by a key in each second of the last minute; slot = second % 60 + 1.
CREATE TABLE spending (
    key_id uuid NOT NULL REFERENCES api_keys ON DELETE CASCADE,
    budget text NOT NULL CHECK (budget IN ('work', 'read')),
    second bigint NOT NULL,             -- Unix time of the newest slot
    slots  integer[] NOT NULL,
    PRIMARY KEY (key_id, budget)
) WITH (fillfactor = 50);

-- Spends `wanted` units of at most `allowed` in any 60 seconds; all or nothing, or as many as are left if `partly`.
-- `spent` counts after this call, `whole_at` is when all of it is free again, `free_at` when what was wanted will fit.
CREATE FUNCTION spend_units(
    of_key uuid, of_budget text, wanted integer, allowed integer, partly boolean,
    OUT granted integer, OUT spent integer, OUT whole_at bigint, OUT free_at bigint
) LANGUAGE plpgsql AS $$
DECLARE
    present bigint := floor(extract(epoch FROM clock_timestamp()));
    kept    spending;
    freed   integer := 0;
BEGIN
    INSERT INTO spending VALUES (of_key, of_budget, present, array_fill(0, ARRAY[60])) ON CONFLICT DO NOTHING;
    SELECT * INTO kept FROM spending WHERE key_id = of_key AND budget = of_budget FOR UPDATE;
    IF abs(present - kept.second) >= 60 THEN  -- a minute of silence, or a clock that jumped
        kept.slots := array_fill(0, ARRAY[60]);
    ELSIF present < kept.second THEN          -- a clock that stepped back a little
        present := kept.second;
    END IF;
    FOR passed IN kept.second + 1 .. present LOOP
        EXIT WHEN passed > kept.second + 60;
        kept.slots[passed % 60 + 1] := 0;
    END LOOP;

    SELECT sum(units) INTO spent FROM unnest(kept.slots) AS units;
    granted := CASE WHEN spent + wanted <= allowed THEN wanted WHEN partly THEN greatest(allowed - spent, 0) ELSE 0 END;
    kept.slots[present % 60 + 1] := kept.slots[present % 60 + 1] + granted;
    spent := spent + granted;
    UPDATE spending SET second = present, slots = kept.slots WHERE key_id = of_key AND budget = of_budget;

    whole_at := present;
    free_at := present;
    FOR moment IN present - 59 .. present LOOP
        CONTINUE WHEN kept.slots[moment % 60 + 1] = 0;
        whole_at := moment + 60;
        IF spent - freed + wanted - granted > allowed THEN
            freed := freed + kept.slots[moment % 60 + 1];
            free_at := moment + 60;
        END IF;
    END LOOP;
END
$$;

-- Every API process forgets a key that changed, at once.
CREATE FUNCTION announce_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('bursar_keys', encode(OLD.key_sha256, 'hex'));
    RETURN NULL;
END
$$;
CREATE TRIGGER api_keys_changed AFTER UPDATE OF permissions, work_limit, read_limit, expires_at, revoked_at OR DELETE
    ON api_keys FOR EACH ROW EXECUTE FUNCTION announce_key();
