-- What is certified once, what is handed out once, and what is no longer waited for.

-- Which key a certificate holds: a public key is certified once. NULL while only the intent is recorded. Rows of before
-- are given theirs by the writer, which can read a PEM.
ALTER TABLE certificates ADD COLUMN key_print TEXT;
CREATE INDEX certificates_key_print ON certificates (key_print) WHERE key_print IS NOT NULL;
CREATE INDEX certificates_no_key_print ON certificates (serial) WHERE certificate IS NOT NULL AND key_print IS NULL;

-- 1: shorter on purpose than its profile gave (--days, an emergency); its holder does not renew it. Of those of before
-- it is not known: less than a year is taken for it.
ALTER TABLE certificates ADD COLUMN shortened BIGINT NOT NULL DEFAULT 0;
UPDATE certificates SET shortened = 1 WHERE not_after - not_before < 31536000;

-- The file that a ticket gave, for an hour, so that a second press gets the same one: sealed under its number, its code
-- and a key of the desk. No change and in no backup: it is a copy of what was handed out, and soon nothing.
CREATE TABLE kept_files (
    serial     TEXT   NOT NULL PRIMARY KEY REFERENCES certificates (serial),
    ticket     TEXT   NOT NULL REFERENCES tickets (ticket),
    sealed     TEXT   NOT NULL,
    kept_until BIGINT NOT NULL,
    given      BIGINT NOT NULL                     -- how often it was given again
);
CREATE INDEX kept_files_ticket ON kept_files (ticket);

-- A gateway that was taken out of service; one that tells something after that is in service.
ALTER TABLE gateways ADD COLUMN retired_at BIGINT;
