-- When an initial password that nobody had changed stopped opening anything; NULL: it has not. Set back with each new password.
ALTER TABLE system_users ADD COLUMN password_lapsed_at BIGINT;
