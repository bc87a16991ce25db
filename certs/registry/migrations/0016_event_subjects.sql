-- Whom and what an event is about: it names one subject, and touches others. Derived from the event and from the rows of its
-- version; no hash and no backup holds it. Of events of before, the writer fills it in.
CREATE TABLE event_subjects (
    kind    TEXT   NOT NULL,                       -- 'office', 'person', 'device', 'certificate', …
    subject TEXT   NOT NULL,                       -- '1272201234', 'k.sato', 'DEV-000123', a serial, …
    version BIGINT NOT NULL,
    PRIMARY KEY (kind, subject, version)
);
CREATE INDEX event_subjects_version ON event_subjects (version);

-- What is asked of all events: by whom, what, since when.
CREATE INDEX events_operator ON events (operator, version);
CREATE INDEX events_action ON events (action, version);
CREATE INDEX events_at ON events (at, version);

-- Which letters a change queued.
CREATE INDEX mails_version ON mails (version);
