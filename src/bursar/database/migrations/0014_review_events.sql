-- What people do with a result is told like what the engine did. Receivers of webhooks that were written for the published
-- API know six events and no more: to them these two are sent only where the operator says so, which whoever makes the
-- change says in turn by the setting `bursar.webhook_reviews` of its transaction.
CREATE FUNCTION note_review_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    happened bigint;
BEGIN
    INSERT INTO events (account_id, job_id, batch_id, name, status, progress, completed_at)
    VALUES (NEW.account_id, NEW.id, NEW.batch_id,
            CASE WHEN NEW.revision > OLD.revision THEN 'job.corrected' ELSE 'job.approved' END,
            NEW.status, NEW.progress, NEW.completed_at)
    RETURNING id INTO happened;
    IF NEW.callback_url IS NOT NULL AND current_setting('bursar.webhook_reviews', true) = 'on' THEN
        PERFORM add_delivery(NEW.account_id, happened, NEW.id, NEW.callback_url);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_review AFTER UPDATE OF revision, approved_at ON jobs
    FOR EACH ROW WHEN (NEW.revision > OLD.revision OR (OLD.approved_at IS NULL AND NEW.approved_at IS NOT NULL))
    EXECUTE FUNCTION note_review_event();
