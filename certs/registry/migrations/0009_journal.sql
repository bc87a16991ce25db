-- Every change asks for the rows that it wrote: they go into the hash of its event, and into the journal.
CREATE INDEX authorities_version ON authorities (version);
CREATE INDEX applications_version ON applications (version);
CREATE INDEX office_contacts_version ON office_contacts (version);
CREATE INDEX tickets_version ON tickets (version);
CREATE INDEX loss_codes_version ON loss_codes (version);
CREATE INDEX first_uses_version ON first_uses (version);
CREATE INDEX renewal_notices_version ON renewal_notices (version);
CREATE INDEX emergencies_version ON emergencies (version);
CREATE INDEX restorations_version ON restorations (version);
