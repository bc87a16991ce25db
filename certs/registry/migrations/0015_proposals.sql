-- What one operator asks for and another approves, and what a custodian did alone. No gateway reads these.

-- 提案. What needs two, as its proposer asked for it: whom it touches is frozen, and so is what held when it was asked.
CREATE TABLE proposals (
    proposal      TEXT   NOT NULL PRIMARY KEY,     -- 'P-000001'
    kind          TEXT   NOT NULL CHECK (kind IN ('roles', 'operator', 'many', 'trust', 'emergency', 'own_inspection')),
    act           TEXT   NOT NULL,                 -- JSON object: which act, on what
    touched       TEXT   NOT NULL,                 -- JSON array: whom it touches, each with its name
    before_act    TEXT   NOT NULL,                 -- JSON object: what holds of each
    after_act     TEXT   NOT NULL,                 -- JSON object: what would
    facts         TEXT   NOT NULL,                 -- SHA-256 over whom it touches and what held, 64 hex digits
    epoch         BIGINT NOT NULL,                 -- of the registry's last restore: an older proposal is void
    application   TEXT,
    why           TEXT   NOT NULL,
    proposed_by   TEXT   NOT NULL,
    proposed_at   BIGINT NOT NULL,
    until         BIGINT NOT NULL,                 -- not approved and not carried out after this second
    state         TEXT   NOT NULL CHECK (state IN ('open', 'approved', 'rejected', 'void', 'lapsed', 'done', 'withdrawn')),
    decided_by    TEXT,
    decided_at    BIGINT,
    decided_proof TEXT,                            -- how who decided showed who they are
    decided_why   TEXT,
    version       BIGINT NOT NULL
);
CREATE INDEX proposals_state ON proposals (state, until);

-- 緊急の単独操作 (break-glass). One custodian alone did what needs two; another looks at it afterwards.
CREATE TABLE broken_glasses (
    broken_glass TEXT   NOT NULL PRIMARY KEY,      -- 'B-000001'
    kind         TEXT   NOT NULL CHECK (kind IN ('roles', 'operator', 'many', 'trust', 'emergency', 'own_inspection')),
    act          TEXT   NOT NULL,                  -- JSON object: which act, on what
    touched      TEXT   NOT NULL,                  -- JSON array: whom it touched, each with its name
    why          TEXT   NOT NULL,
    broken_by    TEXT   NOT NULL,
    broken_at    BIGINT NOT NULL,
    event        BIGINT NOT NULL,                  -- the version of the act's event
    until        BIGINT NOT NULL,                  -- reviewed by this second
    reviewed_by  TEXT,
    reviewed_at  BIGINT,
    finding      TEXT CHECK (finding IN ('justified', 'unjustified')),
    review       TEXT,                             -- what the reviewer says of it
    version      BIGINT NOT NULL
);
CREATE INDEX broken_glasses_open ON broken_glasses (until) WHERE reviewed_at IS NULL;

-- What is asked of one operator's past: whom they acted for.
CREATE INDEX events_of_operator ON events (operator, at);
CREATE INDEX proposals_version ON proposals (version);
CREATE INDEX broken_glasses_version ON broken_glasses (version);
