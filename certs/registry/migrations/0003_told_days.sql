-- How much was told of one device on one day: a device cannot make the registry grow as it likes. Where `not_kept` is more
-- than nothing, so many further lines of that day are in the gateways' access logs only.
CREATE TABLE told_days (
    device   TEXT   NOT NULL,                      -- 'DEV-000001'; '' for what names none
    day      BIGINT NOT NULL,                      -- the second with which it begins in Japan
    worth    TEXT   NOT NULL CHECK (worth IN ('login', 'refusal')),
    kept     BIGINT NOT NULL,
    not_kept BIGINT NOT NULL,
    PRIMARY KEY (device, day, worth)
);
