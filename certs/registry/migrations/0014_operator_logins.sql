-- Operators who logged in on the command line (`ca-tools login`): facts about use, under no version and in no backup. A login
-- is what the event of its number says; a row alone is none.
CREATE TABLE operator_logins (
    -- The version of its event `operator.login`.
    login BIGINT PRIMARY KEY,
    login_id TEXT NOT NULL,
    -- SHA-256 over the token, the machine, the account and the registry.
    digest TEXT NOT NULL,
    -- SHA-256 over the password's hash, and the roles, with which it was made.
    password TEXT NOT NULL,
    roles TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    ended_at BIGINT,
    -- The reasons for which it was refused and an event was kept: one for each.
    refused TEXT NOT NULL DEFAULT ''
);
CREATE INDEX operator_logins_login_id ON operator_logins (login_id);
