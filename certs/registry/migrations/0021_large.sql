-- When each device was last seen, whichever of its certificates it showed: of a large house the list of those that nobody uses
-- is a look at this. Derived from sightings; no backup holds it. Where it is missing, the writer fills it in.
CREATE TABLE device_uses (
    device  BIGINT NOT NULL PRIMARY KEY,
    last_at BIGINT NOT NULL
);
CREATE INDEX device_uses_last ON device_uses (device, last_at);
INSERT INTO device_uses SELECT c.device, MAX(s.last_at) FROM sightings s JOIN certificates c ON c.serial = s.serial
    GROUP BY c.device;

-- The certificate in use of each device on a page, and lists that are narrowed to a state, in the order of their keys.
CREATE INDEX certificates_of_device ON certificates (device, state, not_after);
DROP INDEX certificates_device;
CREATE INDEX certificates_in_state ON certificates (state, serial);
-- How many each authority signed that still count, without a look at any of them.
CREATE INDEX certificates_of_issuer ON certificates (issuer, not_after, state, superseded_from);
CREATE INDEX devices_at_stage ON devices (stage, device);
DROP INDEX devices_waiting;
CREATE INDEX applications_in_state ON applications (state, application);
DROP INDEX applications_state;
CREATE INDEX applications_received_at ON applications (received_at, application);
