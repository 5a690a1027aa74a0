-- What happens to jobs and batches, and who is told of it. Events are written by the change itself, in its transaction:
-- whoever changes a job, an API process, a worker or the rescue of a lost one, no event can be forgotten or come twice.

-- Of a document's content nothing is kept here: results and metadata are taken from the job when an event is told.
CREATE TABLE events (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,  -- rises for each job: its row is locked meanwhile
    account_id   uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    job_id       text REFERENCES jobs ON DELETE CASCADE,
    batch_id     text REFERENCES batches ON DELETE CASCADE,
    name         text NOT NULL,
    status       text,
    progress     smallint,
    error        jsonb,
    created_at   timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz
);
CREATE INDEX events_of_job ON events (job_id, id);
CREATE INDEX events_oldest ON events (created_at);

-- One event on its way to one address. `tries`: [{at, status, ms, error, answer}], oldest first.
CREATE TABLE deliveries (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id    uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    event_id      bigint NOT NULL REFERENCES events ON DELETE CASCADE,
    subject       text NOT NULL,        -- of one subject, one at a time and in order
    url           text NOT NULL,
    host          text NOT NULL,        -- so that a slow receiver holds up nobody else
    status        text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
    tries         jsonb NOT NULL DEFAULT '[]',
    due_at        timestamptz NOT NULL DEFAULT now(),
    claimed_until timestamptz,          -- a courier has it; later than this, that one is taken for dead
    created_at    timestamptz NOT NULL DEFAULT now(),
    settled_at    timestamptz
);
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE status = 'pending';
CREATE INDEX deliveries_waiting ON deliveries (subject, url, id) WHERE status = 'pending';
CREATE INDEX deliveries_newest ON deliveries (account_id, id DESC);
CREATE INDEX deliveries_of_event ON deliveries (event_id);
CREATE INDEX deliveries_settled ON deliveries (settled_at) WHERE settled_at IS NOT NULL;

-- Secrets must be known to sign with. `expires_at` null: the account's current one.
CREATE TABLE webhook_secrets (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    secret     text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz
);
CREATE UNIQUE INDEX webhook_secrets_current ON webhook_secrets (account_id) WHERE expires_at IS NULL;

CREATE FUNCTION add_delivery(event_account uuid, event_id bigint, subject text, url text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    delivery_id bigint;
BEGIN
    INSERT INTO deliveries (account_id, event_id, subject, url, host)
    VALUES (event_account, event_id, subject, url,
            lower(coalesce(substring(url FROM '^[a-zA-Z]+://(?:[^/?#@]*@)?(\[[^]]*\]|[^/?#:@]+)'), url)))
    RETURNING deliveries.id INTO delivery_id;
    PERFORM pg_notify('bursar_deliveries', '');
    RETURN delivery_id;
END
$$;

CREATE FUNCTION note_job_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    what     text;
    happened bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        what := 'job.created';
    ELSIF NEW.status IN ('completed', 'failed') AND OLD.status IN ('pending', 'processing') THEN
        what := 'job.' || NEW.status;
    ELSIF NEW.status = 'processing' AND OLD.status = 'pending' AND OLD.started_at IS NULL THEN
        what := 'job.started';
    ELSIF NEW.status = 'processing' AND NEW.progress > OLD.progress THEN
        what := 'job.progress';
    ELSE
        RETURN NULL;
    END IF;
    INSERT INTO events (account_id, job_id, batch_id, name, status, progress, error, completed_at)
    VALUES (NEW.account_id, NEW.id, NEW.batch_id, what, NEW.status, NEW.progress, NEW.error, NEW.completed_at)
    RETURNING id INTO happened;
    IF NEW.callback_url IS NOT NULL THEN
        PERFORM add_delivery(NEW.account_id, happened, NEW.id, NEW.callback_url);
    END IF;
    IF NEW.batch_id IS NOT NULL AND what IN ('job.completed', 'job.failed') THEN
        PERFORM note_batch_event(NEW.account_id, NEW.batch_id);
    END IF;
    RETURN NULL;
END
$$;

-- The batch is locked before its jobs are counted: of two that end at the same time, the second sees both.
CREATE FUNCTION note_batch_event(batch_account uuid, ended_batch text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    callback text;
    happened bigint;
BEGIN
    SELECT callback_url INTO callback FROM batches WHERE id = ended_batch FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM jobs WHERE batch_id = ended_batch AND status IN ('pending', 'processing')) THEN
        RETURN;
    END IF;
    INSERT INTO events (account_id, batch_id, name, status, progress, completed_at)
    SELECT batch_account, ended_batch, 'batch.completed',
           CASE WHEN bool_and(status = 'failed') THEN 'failed' ELSE 'completed' END, 100, now()
    FROM jobs WHERE batch_id = ended_batch
    RETURNING id INTO happened;
    IF callback IS NOT NULL THEN
        PERFORM add_delivery(batch_account, happened, ended_batch, callback);
    END IF;
END
$$;

CREATE TRIGGER note_new_job AFTER INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION note_job_event();
CREATE TRIGGER note_changed_job AFTER UPDATE ON jobs
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.progress IS DISTINCT FROM NEW.progress)
    EXECUTE FUNCTION note_job_event();
