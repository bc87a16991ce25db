-- 研修会: one a 年度, and who attended. A gateway reads the years of each person; whether they matter a policy says.
CREATE TABLE trainings (
    year        BIGINT NOT NULL PRIMARY KEY,        -- 年度: 2026 is April 2026 to March 2027
    held_on     BIGINT NOT NULL,                    -- the first second of its day in Kashiwa
    place       TEXT   NOT NULL,
    version     BIGINT NOT NULL
);
CREATE INDEX trainings_version ON trainings (version);

CREATE TABLE attendances (
    year        BIGINT NOT NULL REFERENCES trainings (year),
    login_id    TEXT   NOT NULL REFERENCES system_users (login_id),
    state       TEXT   NOT NULL CHECK (state IN ('attended', 'removed')),
    attended_on BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    PRIMARY KEY (year, login_id)
);
CREATE INDEX attendances_version ON attendances (version);
CREATE INDEX attendances_person ON attendances (login_id, year);

-- Of an inspection: by which set of requirements, whose inspector it was, and when they reported. NULL of what was recorded before.
ALTER TABLE devices ADD COLUMN requirements TEXT;
ALTER TABLE devices ADD COLUMN inspector TEXT;
ALTER TABLE devices ADD COLUMN reported_on BIGINT;
-- The last second of the day on which its approval is looked at again; whether it ends then, approved_until says.
ALTER TABLE devices ADD COLUMN approval_due BIGINT;
-- When it went out of use, and why, where somebody said.
ALTER TABLE devices ADD COLUMN retired_at BIGINT;
ALTER TABLE devices ADD COLUMN retired_reason TEXT;
CREATE INDEX devices_approval_end ON devices (COALESCE(approved_until, approval_due), device) WHERE stage = 'approved';
CREATE INDEX devices_retired ON devices (retired_at, device) WHERE stage = 'retired';

-- Whom the house told that approvals end.
CREATE TABLE approval_notices (
    office      TEXT   NOT NULL REFERENCES offices (office),
    until       BIGINT NOT NULL,
    days        BIGINT NOT NULL,
    sent_at     BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    PRIMARY KEY (office, until, days)
);
CREATE INDEX approval_notices_version ON approval_notices (version);
