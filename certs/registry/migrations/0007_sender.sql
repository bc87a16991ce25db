-- Who waits for how much: an application counts against whoever sent it, never against the office that it names.

-- Whose application it is: 'mailbox a@example.jp' of whoever confirmed that address, with the office for which it speaks where
-- it does, 'contact k.sato' of one behind two factors. NULL of what an operator took in, and of what came before this column.
ALTER TABLE applications ADD COLUMN sender TEXT;
CREATE INDEX applications_sender ON applications (sender, state);
