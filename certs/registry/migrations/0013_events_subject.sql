-- What is asked of one person's or one device's past, under the registry's lock.
CREATE INDEX events_subject ON events (subject, action, at);
