-- Failures of late, for /metrics: they are looked for at every scrape.
CREATE INDEX jobs_failed_lately ON jobs (completed_at DESC) WHERE status = 'failed';
