-- By which history a gateway came to the version it applies: the hash of that version's event, as the gateway told it.
-- NULL of a gateway that does not tell it.
ALTER TABLE gateways ADD COLUMN head TEXT;
