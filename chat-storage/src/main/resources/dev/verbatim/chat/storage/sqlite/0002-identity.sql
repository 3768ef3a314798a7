-- What the identity provider tells of users: whether it bars or has deleted them, and as of when it
-- told so last, NULL for users made without it. is_active is what others may set besides.
ALTER TABLE users ADD COLUMN is_banned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN is_deleted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN told_at INTEGER;

-- The names of events that were told and taken in.
CREATE TABLE events (
  id TEXT NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX events_at ON events (at);

-- Sessions of the identity provider that count no more.
CREATE TABLE revocations (
  session_id TEXT NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX revocations_at ON revocations (at);
