-- Sessions: hashes of the right size, and an end after the beginning.

ALTER TABLE "login" ADD CONSTRAINT "login_is_lower_case" CHECK ("login" = lower("login") AND length("login") BETWEEN 1 AND 254);
ALTER TABLE "login" ADD CONSTRAINT "login_password_is_argon2id" CHECK ("passwordHash" LIKE '$argon2id$%');
ALTER TABLE "session" ADD CONSTRAINT "session_token_is_hashed" CHECK (octet_length("tokenHash") = 32);
ALTER TABLE "session" ADD CONSTRAINT "session_ends_later" CHECK ("expiresMs" > "createdMs");
