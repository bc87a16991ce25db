-- One text for SQLite and PostgreSQL. Times are seconds since 1970. Every row that a gateway needs
-- carries the version of the change that last touched it; a reader asks for what is newer.

CREATE TABLE registry (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    id          TEXT    NOT NULL,           -- 32 hex digits drawn at init; a file with another id is another registry
    version     BIGINT  NOT NULL            -- the counter: locked and raised in every changing transaction
);

-- What was done, by whom, why, on which application. Appended, never updated, chained by SHA-256.
CREATE TABLE events (
    version     BIGINT  NOT NULL PRIMARY KEY,
    at          BIGINT  NOT NULL,
    operator    TEXT    NOT NULL,
    action      TEXT    NOT NULL,           -- 'device.suspend'
    subject     TEXT    NOT NULL,           -- 'DEV-000123', an office number, a login ID, a room
    application TEXT,
    why         TEXT,
    detail      TEXT    NOT NULL,           -- JSON object, no secrets
    prev        TEXT    NOT NULL,           -- hash of the event before, 64 hex digits
    hash        TEXT    NOT NULL
);

CREATE TABLE offices (
    office      TEXT    NOT NULL PRIMARY KEY,   -- 事業所番号
    corporation TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    contact     TEXT    NOT NULL,               -- カシワニネット担当者
    mail        TEXT    NOT NULL,
    telephone   TEXT    NOT NULL,
    address     TEXT    NOT NULL,
    pledge      TEXT    NOT NULL,               -- version of the pledge accepted
    state       TEXT    NOT NULL CHECK (state IN ('registered', 'suspended', 'withdrawn', 'replaced')),
    replaced_by TEXT,
    application TEXT    NOT NULL,
    version     BIGINT  NOT NULL
);
CREATE INDEX offices_version ON offices (version);

CREATE TABLE system_users (
    login_id          TEXT   NOT NULL PRIMARY KEY,
    office            TEXT   NOT NULL REFERENCES offices (office),
    name              TEXT   NOT NULL,
    profession        TEXT   NOT NULL,
    roles             TEXT   NOT NULL,          -- space-separated operator roles; '' for a care worker
    state             TEXT   NOT NULL CHECK (state IN ('active', 'suspended', 'deleted')),
    password_hash     TEXT   NOT NULL,          -- Argon2id, PHC string
    password_initial  BIGINT NOT NULL,          -- 1: must be changed before anything else
    password_set_at   BIGINT NOT NULL,
    failures_count_from BIGINT NOT NULL,        -- failed logins before this time no longer count
    previous_hashes   TEXT   NOT NULL,          -- JSON array, newest first
    application       TEXT   NOT NULL,
    version           BIGINT NOT NULL
);
CREATE INDEX system_users_version ON system_users (version);

CREATE TABLE devices (
    device         BIGINT NOT NULL PRIMARY KEY,     -- 123 is DEV-000123
    office         TEXT   NOT NULL REFERENCES offices (office),
    label          TEXT   NOT NULL,
    os             TEXT   NOT NULL CHECK (os IN ('windows', 'macos', 'linux', 'android', 'ios')),
    ownership      TEXT   NOT NULL CHECK (ownership IN ('office', 'byod')),
    stage          TEXT   NOT NULL CHECK (stage IN ('applied', 'inspected', 'approved', 'rejected', 'retired')),
    suspended      BIGINT NOT NULL,                 -- 1: on hold, whatever the stage
    inspected_at   BIGINT,
    inspected_by   TEXT,
    checklist      TEXT   NOT NULL,                 -- JSON object of inspection items
    approved_at    BIGINT,
    approved_by    TEXT,
    approved_until BIGINT,                          -- the approval lapses after this second
    application    TEXT   NOT NULL,
    version        BIGINT NOT NULL
);
CREATE INDEX devices_version ON devices (version);
CREATE INDEX devices_office ON devices (office);
-- What a gateway reads at its start, a device a line. SQLite answers from the index alone, ready
-- made: a million devices in a third of a second. The reader's text must be the same, word for word.
CREATE INDEX devices_line ON devices (device, (CAST(device AS TEXT) || ',' || office || ',' || os || ',' || ownership || ',' || stage || ',' || CAST(suspended AS TEXT) || ',' || coalesce(CAST(approved_until AS TEXT), '')));

-- Whom a device serves, where not everyone of its office. Rows are never removed: state says.
CREATE TABLE device_users (
    device      BIGINT NOT NULL REFERENCES devices (device),
    login_id    TEXT   NOT NULL REFERENCES system_users (login_id),
    state       TEXT   NOT NULL CHECK (state IN ('listed', 'removed')),
    version     BIGINT NOT NULL,
    PRIMARY KEY (device, login_id)
);
CREATE INDEX device_users_version ON device_users (version);

CREATE TABLE certificates (
    serial          TEXT   NOT NULL PRIMARY KEY,    -- lower-case hex
    device          BIGINT NOT NULL REFERENCES devices (device),
    fingerprint     TEXT   UNIQUE,                  -- 64 hex digits; NULL while only the intent is recorded
    state           TEXT   NOT NULL CHECK (state IN ('intended', 'issued', 'superseded', 'revoked')),
    not_before      BIGINT NOT NULL,
    not_after       BIGINT NOT NULL,
    superseded_from BIGINT,                         -- from this second on it counts as superseded
    successor       TEXT,                           -- serial of the certificate that took its place
    revoked_at      BIGINT,
    revoked_reason  TEXT CHECK (revoked_reason IN ('lost', 'replaced', 'left', 'ended', 'other')),
    assurance       TEXT   NOT NULL CHECK (assurance IN ('swk', 'hwk')),
    key_origin      TEXT   NOT NULL CHECK (key_origin IN ('server', 'csr')),
    issuer          TEXT   NOT NULL,                -- fingerprint of the issuing CA's certificate
    to_be_signed    TEXT   NOT NULL,                -- SHA-256 of the linted TBSCertificate, recorded before signing
    certificate     TEXT,                           -- PEM, once signed
    application     TEXT,
    version         BIGINT NOT NULL
);
CREATE INDEX certificates_version ON certificates (version);
CREATE INDEX certificates_device ON certificates (device);
CREATE INDEX certificates_successor ON certificates (successor) WHERE successor IS NOT NULL;
-- As devices_line; the rows themselves carry PEM, and would be two gigabytes to walk through.
CREATE INDEX certificates_line ON certificates (serial, (CAST(device AS TEXT) || ',' || coalesce(fingerprint, '') || ',' || state || ',' || CAST(not_before AS TEXT) || ',' || CAST(not_after AS TEXT) || ',' || coalesce(CAST(superseded_from AS TEXT), '') || ',' || coalesce(successor, '') || ',' || assurance));

CREATE TABLE rooms (
    room        TEXT   NOT NULL PRIMARY KEY,        -- [A-Za-z0-9_-]{1,64}
    name        TEXT   NOT NULL,
    state       TEXT   NOT NULL CHECK (state IN ('open', 'closed')),
    version     BIGINT NOT NULL
);
CREATE INDEX rooms_version ON rooms (version);

CREATE TABLE invitations (
    room        TEXT   NOT NULL REFERENCES rooms (room),
    login_id    TEXT   NOT NULL REFERENCES system_users (login_id),
    state       TEXT   NOT NULL CHECK (state IN ('invited', 'removed')),
    version     BIGINT NOT NULL,
    PRIMARY KEY (room, login_id)
);
CREATE INDEX invitations_version ON invitations (version);

-- The issuing CAs and roots a gateway trusts, and the numbers of the lists they published.
CREATE TABLE authorities (
    fingerprint TEXT   NOT NULL PRIMARY KEY,
    kind        TEXT   NOT NULL CHECK (kind IN ('root', 'issuing')),
    state       TEXT   NOT NULL CHECK (state IN ('active', 'retired')),
    certificate TEXT   NOT NULL,                    -- PEM
    crl_number  BIGINT NOT NULL,
    version     BIGINT NOT NULL
);
