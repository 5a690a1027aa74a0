-- What a job asked of a language model, for /metrics: a list of `{"seconds", "answered"}`, never what was asked. NULL: nothing.
ALTER TABLE jobs ADD COLUMN asks jsonb;
