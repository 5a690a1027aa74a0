-- What a list tells of a result is copied out of it whenever it changes, as `verdict` is: reading it there at every look
-- takes a third of a second for a statement of two hundred pages, and looking for a text read every result of the account.
ALTER TABLE jobs
    ADD COLUMN party text,              -- whom the document is from: vendor or bank
    ADD COLUMN number text,             -- of the invoice
    ADD COLUMN amount text,             -- total or closing balance, with the digits printed
    ADD COLUMN currency text;

CREATE OR REPLACE FUNCTION note_verdict() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found record;
BEGIN
    SELECT * INTO found
    FROM json_to_record(NEW.result) AS part (checks json, vendor json, account_info json, invoice_info json, summary json);
    NEW.verdict := found.checks ->> 'verdict';
    NEW.straight_through := (found.checks ->> 'straight_through')::boolean;
    NEW.party := coalesce(found.vendor ->> 'name', found.account_info ->> 'bank_name');
    NEW.number := found.invoice_info ->> 'invoice_number';
    NEW.amount := coalesce(found.summary ->> 'total', found.summary ->> 'closing_balance');
    NEW.currency := coalesce(found.invoice_info ->> 'currency', found.account_info ->> 'currency');
    RETURN NEW;
END
$$;
UPDATE jobs SET result = result WHERE result IS NOT NULL;
