-- 現況届. Once a year every office says of each ID and each device whether it goes on. No gateway reads these.
CREATE TABLE campaigns (
    campaign   TEXT   NOT NULL PRIMARY KEY,        -- 'C-2026', 'C-2026-2'
    opened_at  BIGINT NOT NULL,
    opened_by  TEXT   NOT NULL,
    due        BIGINT NOT NULL,                    -- the last second of the last day
    reminders  TEXT   NOT NULL,                    -- JSON array: first seconds of the days on which offices are reminded
    warn_on    BIGINT,                             -- from this second on who has not answered can be warned; NULL: never
    suspend_on BIGINT,
    delete_on  BIGINT,
    state      TEXT   NOT NULL CHECK (state IN ('open', 'closed')),
    closed_at  BIGINT,
    closed_by  TEXT,
    version    BIGINT NOT NULL
);

-- What an office said, and who stands for it.
CREATE TABLE campaign_offices (
    campaign     TEXT   NOT NULL REFERENCES campaigns (campaign),
    office       TEXT   NOT NULL REFERENCES offices (office),
    called       TEXT   NOT NULL,                  -- its name when the campaign was opened
    edition      BIGINT NOT NULL,                  -- how often answers of it were written; 0: never
    answered_at  BIGINT,                           -- the last time
    answered_by  TEXT,
    channel      TEXT CHECK (channel IN ('web', 'file', 'paper')),
    forms        TEXT   NOT NULL,                  -- JSON array: corrections and new IDs that were written beside the answers
    confirmed_at BIGINT,
    confirmed_by TEXT,
    received     TEXT   NOT NULL,                  -- JSON array: the numbers of the applications that came of its forms
    version      BIGINT NOT NULL,
    PRIMARY KEY (campaign, office)
);

-- An ID or a device, as it was when the campaign was opened, and what was said of it. NULL: nobody said anything.
CREATE TABLE campaign_rows (
    campaign          TEXT   NOT NULL REFERENCES campaigns (campaign),
    office            TEXT   NOT NULL REFERENCES offices (office),
    kind              TEXT   NOT NULL CHECK (kind IN ('person', 'device')),
    subject           TEXT   NOT NULL,             -- an ID, a device's number
    called            TEXT   NOT NULL,             -- a name, a label
    detail            TEXT   NOT NULL,             -- a profession, an operating system
    standing          TEXT   NOT NULL,             -- the registry's word for how it stood
    last_used         BIGINT,
    last_system       TEXT,                        -- the system in which a device was last seen
    certificate_until BIGINT,
    answer            TEXT CHECK (answer IN ('continue', 'delete')),
    answered_by       TEXT,
    answered_at       BIGINT,
    channel           TEXT CHECK (channel IN ('web', 'file', 'paper')),
    vouched_by        TEXT,                        -- who else stands for what a contact said of themselves
    vouched_at        BIGINT,
    held              BIGINT,                      -- the step that put it on hold
    ended_at          BIGINT,                      -- it was deleted by its answer, or by a step
    version           BIGINT NOT NULL,
    PRIMARY KEY (campaign, kind, subject)
);
CREATE INDEX campaign_rows_office ON campaign_rows (campaign, office);

-- What was done about those who did not answer.
CREATE TABLE campaign_steps (
    campaign  TEXT   NOT NULL REFERENCES campaigns (campaign),
    number    BIGINT NOT NULL,
    step      TEXT   NOT NULL CHECK (step IN ('warn', 'suspend', 'delete')),
    state     TEXT   NOT NULL CHECK (state IN ('waiting', 'done', 'undone')),
    touches   TEXT   NOT NULL,                     -- JSON array: the offices that it warned, the IDs and devices that it stopped
    taken_at  BIGINT NOT NULL,
    taken_by  TEXT   NOT NULL,
    until     BIGINT,                              -- until then what it deletes is only on hold, and the step can be undone
    undone_at BIGINT,
    undone_by TEXT,
    version   BIGINT NOT NULL,
    PRIMARY KEY (campaign, number)
);

-- On which of its days offices were reminded.
CREATE TABLE campaign_reminders (
    campaign TEXT   NOT NULL REFERENCES campaigns (campaign),
    day      BIGINT NOT NULL,                      -- first second
    sent_at  BIGINT NOT NULL,
    letters  BIGINT NOT NULL,
    version  BIGINT NOT NULL,
    PRIMARY KEY (campaign, day)
);

-- What came in after the campaign was closed: kept, and nothing follows from it.
CREATE TABLE campaign_notes (
    campaign TEXT   NOT NULL REFERENCES campaigns (campaign),
    office   TEXT   NOT NULL REFERENCES offices (office),
    note     BIGINT NOT NULL,
    noted_at BIGINT NOT NULL,
    noted_by TEXT   NOT NULL,
    channel  TEXT   NOT NULL CHECK (channel IN ('web', 'file', 'paper')),
    said     TEXT   NOT NULL,                      -- JSON: the answers
    version  BIGINT NOT NULL,
    PRIMARY KEY (campaign, office, note)
);

CREATE INDEX campaigns_version ON campaigns (version);
CREATE INDEX campaign_offices_version ON campaign_offices (version);
CREATE INDEX campaign_rows_version ON campaign_rows (version);
CREATE INDEX campaign_steps_version ON campaign_steps (version);
CREATE INDEX campaign_reminders_version ON campaign_reminders (version);
CREATE INDEX campaign_notes_version ON campaign_notes (version);
