-- 事故・障害: what happened to whom, when it was found, who told it, what was reported where and when, how it ended.
CREATE TABLE incidents (
    incident    TEXT   NOT NULL PRIMARY KEY,
    state       TEXT NOT NULL,
    device      BIGINT,
    login_id    TEXT,
    office      TEXT,
    what        TEXT NOT NULL,
    found_at    BIGINT NOT NULL,
    reported_by TEXT NOT NULL,
    wrongful    BIGINT NOT NULL,
    opened_at   BIGINT NOT NULL,
    opened_by   TEXT NOT NULL,
    mayor_on    BIGINT,
    mayor_by    TEXT,
    prompt_on   BIGINT,
    prompt_by   TEXT,
    full_on     BIGINT,
    full_by     TEXT,
    outcome     TEXT NOT NULL,
    closed_at   BIGINT,
    closed_by   TEXT,
    version     BIGINT NOT NULL
);
CREATE INDEX incidents_version ON incidents (version);
CREATE INDEX incidents_in_state ON incidents (state, incident);

-- What was learnt and done meanwhile. A note is never changed.
CREATE TABLE incident_notes (
    incident TEXT   NOT NULL,
    note     BIGINT NOT NULL,
    noted_at BIGINT NOT NULL,
    noted_by TEXT NOT NULL,
    said     TEXT NOT NULL,
    version  BIGINT NOT NULL,
    PRIMARY KEY (incident, note)
);
CREATE INDEX incident_notes_version ON incident_notes (version);

-- What was reached between two moments, as it was read from access logs: the sealed extract, and the SHA-256 of each file that it
-- was written to.
CREATE TABLE incident_extracts (
    incident TEXT   NOT NULL,
    extract  BIGINT NOT NULL,
    made_at  BIGINT NOT NULL,
    made_by  TEXT NOT NULL,
    digest   TEXT NOT NULL,
    files    TEXT NOT NULL,
    content  TEXT NOT NULL,
    version  BIGINT NOT NULL,
    PRIMARY KEY (incident, extract)
);
CREATE INDEX incident_extracts_version ON incident_extracts (version);

-- 保守用のID: let in between two moments that another approved, for a work plan with a number, and at no other time.
ALTER TABLE system_users ADD COLUMN maintenance BIGINT NOT NULL DEFAULT 0;
ALTER TABLE system_users ADD COLUMN open_from BIGINT;
ALTER TABLE system_users ADD COLUMN open_until BIGINT;

-- Each window there was, by whose it was and when it began.
CREATE TABLE maintenance_windows (
    login_id   TEXT NOT NULL,
    from_at    BIGINT NOT NULL,
    until_at   BIGINT NOT NULL,
    plan       TEXT NOT NULL,
    opened_at  BIGINT NOT NULL,
    opened_by  TEXT NOT NULL,
    closed_at  BIGINT,
    closed_by  TEXT,
    version    BIGINT NOT NULL,
    PRIMARY KEY (login_id, from_at)
);
CREATE INDEX maintenance_windows_version ON maintenance_windows (version);
CREATE INDEX maintenance_windows_plan ON maintenance_windows (plan, from_at);

-- What needs two is of more kinds from now on (a window of a maintenance account): which there are, the writer knows. SQLite drops
-- no CHECK, so both tables are laid anew.
CREATE TEMPORARY TABLE proposals_kept AS SELECT * FROM proposals;
DROP TABLE proposals;
CREATE TABLE proposals (
    proposal      TEXT   NOT NULL PRIMARY KEY,
    kind          TEXT   NOT NULL,
    act           TEXT   NOT NULL,
    touched       TEXT   NOT NULL,
    before_act    TEXT   NOT NULL,
    after_act     TEXT   NOT NULL,
    facts         TEXT   NOT NULL,
    epoch         BIGINT NOT NULL,
    application   TEXT,
    why           TEXT   NOT NULL,
    proposed_by   TEXT   NOT NULL,
    proposed_at   BIGINT NOT NULL,
    until         BIGINT NOT NULL,
    state         TEXT   NOT NULL CHECK (state IN ('open', 'approved', 'rejected', 'void', 'lapsed', 'done', 'withdrawn')),
    decided_by    TEXT,
    decided_at    BIGINT,
    decided_proof TEXT,
    decided_why   TEXT,
    version       BIGINT NOT NULL,
    said          TEXT,
    touches       BIGINT
);
INSERT INTO proposals SELECT * FROM proposals_kept;
DROP TABLE proposals_kept;
CREATE INDEX proposals_state ON proposals (state, until);
CREATE INDEX proposals_version ON proposals (version);
CREATE INDEX proposals_proposed_by ON proposals (proposed_by, decided_by);

CREATE TEMPORARY TABLE broken_kept AS SELECT * FROM broken_glasses;
DROP TABLE broken_glasses;
CREATE TABLE broken_glasses (
    broken_glass TEXT   NOT NULL PRIMARY KEY,
    kind         TEXT   NOT NULL,
    act          TEXT   NOT NULL,
    touched      TEXT   NOT NULL,
    why          TEXT   NOT NULL,
    broken_by    TEXT   NOT NULL,
    broken_at    BIGINT NOT NULL,
    event        BIGINT NOT NULL,
    until        BIGINT NOT NULL,
    reviewed_by  TEXT,
    reviewed_at  BIGINT,
    finding      TEXT CHECK (finding IN ('justified', 'unjustified')),
    review       TEXT,
    version      BIGINT NOT NULL
);
INSERT INTO broken_glasses SELECT * FROM broken_kept;
DROP TABLE broken_kept;
CREATE INDEX broken_glasses_open ON broken_glasses (until) WHERE reviewed_at IS NULL;
CREATE INDEX broken_glasses_version ON broken_glasses (version);
