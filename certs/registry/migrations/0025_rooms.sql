-- Rooms with their consent, invitations with an end, and how each stood at any moment. What was there before says nothing of
-- consent: NULL is "not recorded" and is shown so.

-- Who asked for it: an ID, or a relation in words that names no patient.
ALTER TABLE rooms ADD COLUMN asked_by TEXT;
-- The days (2026-04-01) on which the person and the family consented; 'none' where there was nobody to ask.
ALTER TABLE rooms ADD COLUMN person_consent TEXT;
ALTER TABLE rooms ADD COLUMN family_consent TEXT;
-- Who heard it.
ALTER TABLE rooms ADD COLUMN heard_by TEXT;
ALTER TABLE rooms ADD COLUMN opened_at BIGINT;
ALTER TABLE rooms ADD COLUMN closed_at BIGINT;
-- The day of its last post, on whose word it was closed; 'none' where nothing was ever written in it.
ALTER TABLE rooms ADD COLUMN last_post TEXT;

-- The first second on which the invitation is none any more; NULL: until it is withdrawn.
ALTER TABLE invitations ADD COLUMN until BIGINT;
ALTER TABLE invitations ADD COLUMN invited_at BIGINT;
-- Who confirmed with the care manager that this person takes part, or which care manager did; and on which day.
ALTER TABLE invitations ADD COLUMN confirmed_by TEXT;
ALTER TABLE invitations ADD COLUMN confirmed_on TEXT;
CREATE INDEX invitations_login_id ON invitations (login_id);

-- How a room, an invitation, an ID and an office stood, since when: appended by whatever change made it so, never updated. What
-- a gateway could let in at any moment is read from here.
CREATE TABLE standings (
    kind      TEXT   NOT NULL CHECK (kind IN ('room', 'invitation', 'person', 'office')),
    subject   TEXT   NOT NULL,                     -- a room, an ID, an office's number
    whose     TEXT   NOT NULL,                     -- the ID of an invitation; '' of everything else
    state     TEXT   NOT NULL,                     -- as its own table spells it
    of_office TEXT,                                -- a person's
    until     BIGINT,                              -- an invitation's
    at        BIGINT NOT NULL,                     -- since when it is so
    found     BIGINT NOT NULL,                     -- 1: it was so already when this began to be kept; what was before is not known
    version   BIGINT NOT NULL,
    PRIMARY KEY (kind, subject, whose, version)
);
CREATE INDEX standings_version ON standings (version);
CREATE INDEX standings_whose ON standings (whose, subject) WHERE whose <> '';
CREATE INDEX standings_of_office ON standings (of_office, subject) WHERE of_office IS NOT NULL;
