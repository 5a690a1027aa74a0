-- What workers need to know of a job beside its attempt.

-- Attempts that ended badly: the parsing crashed, ran out of memory, or its worker was lost. `attempt` alone would not do:
-- it also counts those that a draining worker gave back.
ALTER TABLE jobs ADD COLUMN failures integer NOT NULL DEFAULT 0;

-- Whoever ends a job that is under way, the worker busy with it learns of it.
CREATE FUNCTION announce_cancelled_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('bursar_cancelled', NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER announce_cancelled_job AFTER UPDATE OF cancelled_at ON jobs
    FOR EACH ROW WHEN (NEW.cancelled_at IS NOT NULL AND OLD.cancelled_at IS NULL)
    EXECUTE FUNCTION announce_cancelled_job();

-- A job that is restarted begins to count anew.
CREATE FUNCTION forgive_failures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.failures := 0;
    RETURN NEW;
END
$$;
CREATE TRIGGER forgive_failures BEFORE UPDATE OF status ON jobs
    FOR EACH ROW WHEN (OLD.status = 'failed' AND NEW.status = 'pending')
    EXECUTE FUNCTION forgive_failures();

-- Which storage the documents lie in; the storage holds the same number. A worker that was given another one, or an empty
-- folder on another machine, notices before it fails every job for want of its bytes.
CREATE TABLE storage (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    id       uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO storage DEFAULT VALUES;
