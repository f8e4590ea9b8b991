-- What is thrown out. To let somebody in again, delete the row.
CREATE TABLE revocations (
  kind TEXT NOT NULL CHECK (kind IN
    ('jti', 'token', 'session', 'family', 'sub', 'client', 'key', 'kid', 'tenant')),
  value TEXT NOT NULL,
  -- With sub, client and tenant: only tokens that began before then, in milliseconds.
  before INTEGER,
  -- When all of these tokens have expired, in seconds; null: never.
  exp INTEGER,
  created_at INTEGER NOT NULL DEFAULT (unixepoch()),
  PRIMARY KEY (kind, value)
);

-- The number of the newest list.
CREATE TABLE revocation_list (seq INTEGER NOT NULL);
INSERT INTO revocation_list (seq) VALUES (0);
