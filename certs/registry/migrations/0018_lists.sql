-- What waits, and lists a page at a time: each by an index, however large the house is.
CREATE INDEX system_users_office ON system_users (office, login_id);
CREATE INDEX devices_office_device ON devices (office, device);
CREATE INDEX devices_waiting ON devices (stage, device) WHERE stage IN ('applied', 'inspected', 'rejected');
CREATE INDEX devices_on_hold ON devices (device) WHERE suspended = 1;
CREATE INDEX certificates_not_after ON certificates (not_after, serial);
CREATE INDEX certificates_ending_device ON certificates (state, not_after, device);
CREATE INDEX tickets_open ON tickets (until, ticket) WHERE state = 'open';
CREATE INDEX mails_undelivered ON mails (ended_at) WHERE state = 'refused';
CREATE INDEX applications_received ON applications (state, received_at, application);
