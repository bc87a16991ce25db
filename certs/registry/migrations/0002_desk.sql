-- What the desk keeps: applications, tickets, mail, and what the gateways tell. No gateway reads these.

-- 申請・届出. What was asked for, by whom it came, what became of it. Never removed.
CREATE TABLE applications (
    application      TEXT   NOT NULL PRIMARY KEY,  -- 'A-2026-000001'
    kind             TEXT   NOT NULL CHECK (kind IN ('first_registration', 'ids', 'office_change', 'office_number', 'certificate')),
    channel          TEXT   NOT NULL CHECK (channel IN ('web', 'email', 'post', 'counter', 'csv')),
    state            TEXT   NOT NULL CHECK (state IN ('received', 'inspected', 'approved', 'rejected')),
    office           TEXT   NOT NULL,              -- 事業所番号 as applied for; the office need not exist yet
    device           BIGINT,                       -- of a certificate application
    form             TEXT   NOT NULL,              -- JSON object: the form as it was sent
    received_at      BIGINT NOT NULL,
    received_by      TEXT   NOT NULL,              -- an operator, a person of the office, or 'desk' for the web
    inspected_at     BIGINT,
    inspected_by     TEXT,
    inspection       TEXT   NOT NULL,              -- JSON object: what was looked at, and how it was found
    inspection_until BIGINT,                       -- the inspection lapses after this second
    decided_at       BIGINT,
    decided_by       TEXT,
    reason           TEXT,                         -- why rejected
    version          BIGINT NOT NULL
);
CREATE INDEX applications_state ON applications (state);
CREATE INDEX applications_office ON applications (office);

-- カシワニネット担当者 who have an ID of their own: they apply for their office from behind two factors.
CREATE TABLE office_contacts (
    login_id TEXT   NOT NULL PRIMARY KEY REFERENCES system_users (login_id),
    office   TEXT   NOT NULL REFERENCES offices (office),
    state    TEXT   NOT NULL CHECK (state IN ('contact', 'former')),
    version  BIGINT NOT NULL
);

-- 取得用番号. A leaked table opens nothing: 80 random bits are known by their SHA-256, the code by Argon2id.
CREATE TABLE tickets (
    ticket      TEXT   NOT NULL PRIMARY KEY,       -- 'T-000001', what operators call it; opens nothing
    number_hash TEXT   NOT NULL UNIQUE,            -- SHA-256 of the number, 64 hex digits
    code_hash   TEXT   NOT NULL,                   -- Argon2id of the confirmation code, PHC string
    device      BIGINT NOT NULL REFERENCES devices (device),
    purpose     TEXT   NOT NULL CHECK (purpose IN ('first', 'renewal', 'replacement')),
    replaces    BIGINT,                            -- the device whose place is taken, of a replacement
    state       TEXT   NOT NULL CHECK (state IN ('open', 'used', 'killed')),
    killed_why  TEXT CHECK (killed_why IN ('wrong_codes', 'operator', 'newer', 'device')),
    issued_at   BIGINT NOT NULL,
    issued_by   TEXT   NOT NULL,
    until       BIGINT NOT NULL,                   -- opens nothing after this second
    tries_left  BIGINT NOT NULL,
    serial      TEXT,                              -- the certificate made on it
    used_at     BIGINT,
    retaken     BIGINT NOT NULL,                   -- 1: the other container was taken, too
    application TEXT   NOT NULL,
    version     BIGINT NOT NULL
);
CREATE INDEX tickets_device ON tickets (device);

-- 電話用コード, given at pick-up: with it a person puts their lost device on hold, and nothing else.
CREATE TABLE loss_codes (
    device    BIGINT NOT NULL PRIMARY KEY REFERENCES devices (device),
    code_hash TEXT   NOT NULL,                     -- Argon2id, PHC string
    set_at    BIGINT NOT NULL,
    version   BIGINT NOT NULL
);

-- Mail that goes out, one row for each recipient. The letter is emptied once it is sent.
CREATE TABLE mails (
    mail       BIGINT NOT NULL PRIMARY KEY,
    message_id TEXT   NOT NULL UNIQUE,             -- RFC 5322 §3.6.4, drawn once: a repeat carries the same
    kind       TEXT   NOT NULL,
    recipient  TEXT   NOT NULL,
    letter     TEXT   NOT NULL,                    -- JSON: the facts the text is written from; '' once it is sent
    about      TEXT   NOT NULL,                    -- 'DEV-000001', an application, an office
    state      TEXT   NOT NULL CHECK (state IN ('queued', 'sent', 'refused', 'dropped')),
    queued_at  BIGINT NOT NULL,
    next_at    BIGINT NOT NULL,                    -- not tried before this second
    tries      BIGINT NOT NULL,
    ended_at   BIGINT,
    problem    TEXT,                               -- what the server said last
    version    BIGINT NOT NULL                     -- of the change that queued it
);
CREATE INDEX mails_due ON mails (next_at) WHERE state = 'queued';
CREATE INDEX mails_about ON mails (about);

-- The first request that a certificate came in with: the proof that it works on its device.
CREATE TABLE first_uses (
    serial  TEXT   NOT NULL PRIMARY KEY REFERENCES certificates (serial),
    at      BIGINT NOT NULL,
    version BIGINT NOT NULL
);

-- Which notice of renewal was sent for which certificate.
CREATE TABLE renewal_notices (
    serial  TEXT   NOT NULL REFERENCES certificates (serial),
    days    BIGINT NOT NULL,                       -- the step: 90, 60, 30, 15, 7, 6 … 0 days before the end
    sent_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (serial, days)
);

-- 緊急用電子証明書: which certificates are, and who agreed.
CREATE TABLE emergencies (
    serial  TEXT   NOT NULL PRIMARY KEY REFERENCES certificates (serial),
    device  BIGINT NOT NULL REFERENCES devices (device),
    first   TEXT   NOT NULL,                       -- the operator who asked
    second  TEXT   NOT NULL,                       -- the operator who agreed, with their own password
    why     TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    version BIGINT NOT NULL
);

-- What the gateways told. Facts about use, not changes: they carry no version of the registry.
CREATE TABLE gateways (
    gateway  TEXT   NOT NULL PRIMARY KEY,
    boot     TEXT   NOT NULL,                      -- drawn at each start of the gateway
    sequence BIGINT NOT NULL,                      -- of its last report; a repeat is taken once
    applied  BIGINT NOT NULL,                      -- the registry's version it applies
    told_at  BIGINT NOT NULL,
    dropped  BIGINT NOT NULL                       -- what its spool had no room for
);
CREATE TABLE cuts (
    gateway      TEXT   NOT NULL,
    at_version   BIGINT NOT NULL,                  -- the change that caused it
    connections  BIGINT NOT NULL,
    microseconds BIGINT NOT NULL,                  -- from the gateway's learning of it to the last cut
    PRIMARY KEY (gateway, at_version)
);
CREATE TABLE sightings (
    serial   TEXT   NOT NULL,
    os       TEXT   NOT NULL,                      -- the family its browser claims: 'windows', …, 'other'
    network  TEXT   NOT NULL,                      -- '192.0.2.0/24', '2001:db8::/48'
    first_at BIGINT NOT NULL,
    last_at  BIGINT NOT NULL,
    PRIMARY KEY (serial, os, network)
);
-- Where a certificate was seen, in the order of seeing: a short memory in which copies show.
CREATE TABLE whereabouts (
    serial  TEXT   NOT NULL,
    at      BIGINT NOT NULL,                       -- milliseconds since 1970
    gateway TEXT   NOT NULL,
    os      TEXT   NOT NULL,
    network TEXT   NOT NULL,
    PRIMARY KEY (serial, at, gateway)
);
CREATE TABLE suspicions (
    serial TEXT   NOT NULL,
    kind   TEXT   NOT NULL CHECK (kind IN ('two_systems', 'two_networks')),
    at     BIGINT NOT NULL,
    detail TEXT   NOT NULL,                        -- JSON object
    PRIMARY KEY (serial, kind, at)
);
-- Copies of access lines that are a refusal or a login, and of log checkpoints.
CREATE TABLE told_lines (
    gateway  TEXT   NOT NULL,
    kind     TEXT   NOT NULL CHECK (kind IN ('request', 'checkpoint')),
    sequence BIGINT NOT NULL,                      -- the line's own `seq`
    at       BIGINT NOT NULL,
    line     TEXT   NOT NULL,
    PRIMARY KEY (gateway, kind, sequence)
);
CREATE INDEX told_lines_at ON told_lines (at);

-- Who is near the end, and how many are in which state.
CREATE INDEX certificates_ending ON certificates (state, not_after);
