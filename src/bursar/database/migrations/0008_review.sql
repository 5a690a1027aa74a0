-- What people need to look a result over, correct it and approve it.

-- Pictures and words of pages, made when they are first asked for; they go with the document.
CREATE TABLE page_sights (
    document_id uuid NOT NULL REFERENCES documents ON DELETE CASCADE,
    page        integer NOT NULL,
    form        text NOT NULL,          -- words, or the picture's width and turn: 1280-0
    storage_key text NOT NULL,
    PRIMARY KEY (document_id, page, form)
);

-- What a person must look at: `verdict` and `straight_through` are copied out of the result whenever it changes.
ALTER TABLE jobs
    ADD COLUMN verdict text,
    ADD COLUMN straight_through boolean,
    ADD COLUMN approved_at timestamptz,
    ADD COLUMN approved_by text,        -- the prefix of the key
    ADD COLUMN revision integer NOT NULL DEFAULT 0,  -- raised by every correction and undo
    ADD COLUMN original_result json;    -- as the engine gave it; null until the first correction

CREATE FUNCTION note_verdict() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.verdict := NEW.result #>> '{checks,verdict}';
    NEW.straight_through := (NEW.result #>> '{checks,straight_through}')::boolean;
    RETURN NEW;
END
$$;
CREATE TRIGGER note_verdict BEFORE UPDATE OF result ON jobs FOR EACH ROW EXECUTE FUNCTION note_verdict();
UPDATE jobs SET verdict = result #>> '{checks,verdict}', straight_through = (result #>> '{checks,straight_through}')::boolean
WHERE result IS NOT NULL;

-- One correction is one person's change of some fields; one that was undone stays in the history.
CREATE TABLE corrections (
    job_id     text NOT NULL REFERENCES jobs ON DELETE CASCADE,
    number     integer NOT NULL,        -- from 1, in the order they were made
    author     text NOT NULL,           -- the prefix of the key
    fields     json NOT NULL,           -- the new values, by path
    replaced   json NOT NULL,           -- what stood there before, by path
    places     json NOT NULL,           -- where the new values stand, where the author said so, by path
    note       text,
    created_at timestamptz NOT NULL DEFAULT now(),
    undone_at  timestamptz,
    undone_by  text,
    PRIMARY KEY (job_id, number)
);
