-- Whom one operator asked: by it an approval finds who acted for whom.
CREATE INDEX proposals_proposed_by ON proposals (proposed_by, decided_by);
-- Which devices list a person.
CREATE INDEX device_users_person ON device_users (login_id, device);
