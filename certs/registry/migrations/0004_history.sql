-- A history, not a height: what each change wrote stands in the hash of its event, and a restore is signed.

-- 64 hex digits over the rows that this version wrote, in the order of the tables; NULL of what was written before this
-- column was there.
ALTER TABLE events ADD COLUMN changed TEXT;

-- 復元. Each restore of this registry, in order. A gateway whose last head is not in this history goes on from here only if the
-- record is signed by the house's journal key and its epoch is higher than any it has taken.
CREATE TABLE restorations (
    epoch     BIGINT NOT NULL PRIMARY KEY,         -- 1 for the first restore, then one more each time
    record    TEXT   NOT NULL,                     -- JSON, as it was signed, octet for octet
    signature TEXT   NOT NULL,                     -- base64: ECDSA P-256 with SHA-256 (ASN.1) over the record's octets
    version   BIGINT NOT NULL                      -- of the event registry.restore
);
