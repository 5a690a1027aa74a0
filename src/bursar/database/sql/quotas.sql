-- name: lock_holdings
SELECT FROM lock_holdings(%(account_id)s);

-- name: find_holdings
SELECT coalesce(a.document_quota, %(documents)s) AS documents_limit, coalesce(h.documents, 0) AS documents,
       coalesce(a.month_quota, %(documents_month)s) AS documents_month_limit,
       CASE WHEN h.month = date_trunc('month', now() AT TIME ZONE 'UTC')::date THEN h.uploaded ELSE 0 END AS documents_month,
       (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC' AS month_ends_at,
       coalesce(a.byte_quota, %(bytes)s) AS bytes_limit, coalesce(h.bytes, 0) AS bytes,
       coalesce(a.job_quota, %(jobs)s) AS jobs_limit
FROM accounts a LEFT JOIN holdings h ON h.account_id = a.id
WHERE a.id = %(account_id)s;

-- name: count_unfinished
SELECT (SELECT count(*) FROM jobs
        WHERE account_id = %(account_id)s AND status IN ('pending', 'processing') AND NOT held_back) AS admitted,
       (SELECT count(*) FROM jobs WHERE account_id = %(account_id)s AND status = 'pending' AND held_back) AS held_back;

-- name: admit_job
SELECT admit_job(%(job_id)s, %(jobs)s) AS admitted;

-- name: lock_account
SELECT id FROM accounts WHERE id = %(account_id)s FOR NO KEY UPDATE;

-- name: release_jobs
-- Those that have waited longest, as many as there is room for; the account is locked meanwhile.
WITH room AS (
    SELECT CASE WHEN coalesce(a.job_quota, %(jobs)s) = 0 THEN 1000
                ELSE greatest(coalesce(a.job_quota, %(jobs)s) - (
                    SELECT count(*) FROM jobs
                    WHERE account_id = a.id AND status IN ('pending', 'processing') AND NOT held_back), 0) END AS places
    FROM accounts a WHERE a.id = %(account_id)s
), released AS (
    UPDATE jobs SET held_back = false
    WHERE id IN (SELECT id FROM jobs WHERE account_id = %(account_id)s AND status = 'pending' AND held_back
                 ORDER BY created_at, id LIMIT (SELECT places FROM room) FOR UPDATE)
    RETURNING id, created_at
)
SELECT id FROM released ORDER BY created_at, id;

-- name: accounts_held_back
-- Account after account by the index, however many jobs each of them has waiting.
WITH RECURSIVE waiting AS (
    (SELECT account_id FROM jobs WHERE status = 'pending' AND held_back ORDER BY account_id LIMIT 1)
    UNION ALL
    SELECT (SELECT j.account_id FROM jobs j
            WHERE j.status = 'pending' AND j.held_back AND j.account_id > w.account_id ORDER BY j.account_id LIMIT 1)
    FROM waiting w WHERE w.account_id IS NOT NULL
)
SELECT account_id FROM waiting WHERE account_id IS NOT NULL;

-- name: set_quotas
-- Only those that are named change.
UPDATE accounts SET
    document_quota = CASE WHEN 'documents' = ANY (%(named)s) THEN %(documents)s ELSE document_quota END,
    month_quota = CASE WHEN 'documents_month' = ANY (%(named)s) THEN %(documents_month)s ELSE month_quota END,
    byte_quota = CASE WHEN 'bytes' = ANY (%(named)s) THEN %(bytes)s ELSE byte_quota END,
    job_quota = CASE WHEN 'jobs' = ANY (%(named)s) THEN %(jobs)s ELSE job_quota END
WHERE name = %(account)s
RETURNING id, name, document_quota, month_quota, byte_quota, job_quota;

-- name: list_accounts
SELECT a.id, a.name, a.created_at, a.document_quota, a.month_quota, a.byte_quota, a.job_quota,
       coalesce(h.documents, 0) AS documents, coalesce(h.bytes, 0) AS bytes,
       CASE WHEN h.month = date_trunc('month', now() AT TIME ZONE 'UTC')::date THEN h.uploaded ELSE 0 END AS documents_month,
       (SELECT count(*) FROM jobs j WHERE j.account_id = a.id AND j.status IN ('pending', 'processing') AND NOT j.held_back)
           AS jobs
FROM accounts a LEFT JOIN holdings h ON h.account_id = a.id
ORDER BY a.name;
