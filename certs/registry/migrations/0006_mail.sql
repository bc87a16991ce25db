-- A letter's end, and its beginning anew. Since this version the column `letter` holds its facts sealed.

-- 1 where a refused letter was not refused by anybody: it was tried for days and never taken.
ALTER TABLE mails ADD COLUMN given_up BIGINT NOT NULL DEFAULT 0;

-- From when on it is tried, where an operator had it tried again; NULL: since it was queued.
ALTER TABLE mails ADD COLUMN tried_since BIGINT;
