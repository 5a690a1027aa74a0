-- Files that go by themselves: by the day that their caller gave, or by their age.
CREATE INDEX documents_expiring ON documents (expires_at) WHERE deleted_at IS NULL AND expires_at IS NOT NULL;
CREATE INDEX documents_oldest ON documents (created_at) WHERE deleted_at IS NULL;
