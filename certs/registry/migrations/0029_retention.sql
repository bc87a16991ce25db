-- What must not be ended though its time is over: from a moment on, until somebody lifts it. Gateways ask since when.
CREATE TABLE retention_holds (
    hold      TEXT   NOT NULL PRIMARY KEY,         -- what it is for: an incident's number, or a word
    from_at   BIGINT NOT NULL,                     -- nothing of this moment or later is ended
    why       TEXT   NOT NULL,
    held_by   TEXT   NOT NULL,
    held_at   BIGINT NOT NULL,
    lifted_by TEXT,
    lifted_at BIGINT,
    version   BIGINT NOT NULL
);
CREATE INDEX retention_holds_version ON retention_holds (version);

-- Where a device is kept, in its people's words; empty where nobody said. A note for whoever looks whether it is still there.
ALTER TABLE devices ADD COLUMN place TEXT NOT NULL DEFAULT '';
