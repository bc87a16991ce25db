-- What is read of a told line when it comes, so that the code a caller reads out, a device or an ID is found among millions.
-- Lines that came before are read when the registry is opened next.
ALTER TABLE told_lines ADD COLUMN ref TEXT;
ALTER TABLE told_lines ADD COLUMN device BIGINT;
ALTER TABLE told_lines ADD COLUMN login TEXT;
-- 'login' or 'refusal', as in told_days.
ALTER TABLE told_lines ADD COLUMN worth TEXT;
-- NULL of a login that went well.
ALTER TABLE told_lines ADD COLUMN reason TEXT;
-- By the gateway's clock, of the last where a line stands for several; `at` is when it was told. NULL: not read yet.
ALTER TABLE told_lines ADD COLUMN happened_at BIGINT;
-- For how many it stands.
ALTER TABLE told_lines ADD COLUMN times BIGINT;
CREATE INDEX told_lines_ref ON told_lines (ref) WHERE ref IS NOT NULL;
CREATE INDEX told_lines_device ON told_lines (device, happened_at) WHERE device IS NOT NULL;
CREATE INDEX told_lines_login ON told_lines (login, happened_at) WHERE login IS NOT NULL;
CREATE INDEX told_lines_happened ON told_lines (happened_at, worth, reason, times) WHERE happened_at IS NOT NULL;
CREATE INDEX told_lines_unread ON told_lines (gateway, kind, sequence) WHERE happened_at IS NULL;
