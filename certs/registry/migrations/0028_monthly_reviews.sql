-- 月次点検: who looked at the report of a month, when, and what they say of it. No gateway reads these.
CREATE TABLE monthly_reviews (
    month       TEXT   NOT NULL PRIMARY KEY,       -- '2026-11'
    reviewed_by TEXT   NOT NULL,
    reviewed_at BIGINT NOT NULL,
    review      TEXT   NOT NULL,                   -- what they say of it
    digest      TEXT   NOT NULL,                   -- SHA-256 over the report as they saw it, 64 hex digits
    version     BIGINT NOT NULL
);
CREATE INDEX monthly_reviews_version ON monthly_reviews (version);

-- How often whoever showed no certificate of ours was refused, by reason and day: gateways tell a count, and nothing of whom.
CREATE TABLE stranger_days (
    gateway TEXT   NOT NULL,
    day     BIGINT NOT NULL,                       -- its first second in Japan
    reason  TEXT   NOT NULL,
    times   BIGINT NOT NULL,
    PRIMARY KEY (gateway, day, reason)
);
CREATE INDEX stranger_days_day ON stranger_days (day);
