-- What is known of each family of refresh tokens; see refresh-worker.js. What is past its exp may be
-- deleted.
CREATE TABLE families (
  family TEXT PRIMARY KEY,
  text TEXT NOT NULL,
  -- When its last token has expired, in seconds.
  exp INTEGER NOT NULL
);
