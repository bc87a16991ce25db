-- How a name is read, in kana as it was typed; empty where nobody said.
ALTER TABLE offices ADD COLUMN kana TEXT NOT NULL DEFAULT '';
ALTER TABLE system_users ADD COLUMN kana TEXT NOT NULL DEFAULT '';
