-- The first schema. Dates are milliseconds since the epoch; ids are their 12 bytes, and what refers
-- to a user or a group does so by a small integer key that never leaves this file.

CREATE TABLE users (
  user_key INTEGER PRIMARY KEY,
  id BLOB NOT NULL,
  clerk_id TEXT NOT NULL,
  email TEXT NOT NULL,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  username TEXT,
  profile_image_url TEXT,
  is_active INTEGER NOT NULL,
  last_seen INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_id ON users (id);
CREATE UNIQUE INDEX users_clerk_id ON users (clerk_id);

CREATE TABLE groups (
  group_key INTEGER PRIMARY KEY,
  id BLOB NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  owner_key INTEGER NOT NULL REFERENCES users,
  is_private INTEGER NOT NULL,
  is_active INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX groups_id ON groups (id);
CREATE INDEX groups_public ON groups (id) WHERE is_private = 0 AND is_active = 1;

-- member_key grows with each joining: its order is the order in which members joined.
-- role: 0 owner, 1 admin, 2 member
CREATE TABLE members (
  member_key INTEGER PRIMARY KEY,
  group_key INTEGER NOT NULL REFERENCES groups,
  user_key INTEGER NOT NULL REFERENCES users,
  role INTEGER NOT NULL,
  joined_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX members_user ON members (user_key, group_key);
CREATE INDEX members_group ON members (group_key);

-- Messages stand in the order of their commits, so that a batch of many groups fills a few pages at
-- the end of the table; were each group's side by side, it would touch, log and sync a page for each.
-- place is group_key << 32 | seq: one integer whose index is each group's messages in their order.
-- type: 0 text, 1 image, 2 file, 3 system; updated_at is NULL while it is created_at
CREATE TABLE messages (
  message_key INTEGER PRIMARY KEY,
  place INTEGER NOT NULL,
  id BLOB NOT NULL,
  sender_key INTEGER NOT NULL REFERENCES users,
  type INTEGER NOT NULL,
  is_deleted INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER,
  edited_at INTEGER,
  temp_id TEXT,
  content TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX messages_place ON messages (place);
CREATE UNIQUE INDEX messages_id ON messages (id);
-- The sender stands last: names made from a clock then come at the end of their group, whoever sends,
-- and a batch touches few pages. Random names touch one each.
CREATE UNIQUE INDEX messages_temp_id ON messages (place >> 32, temp_id, sender_key)
  WHERE temp_id IS NOT NULL;

-- last_read is the highest seq that a user read or sent in a group.
CREATE TABLE read_states (
  group_key INTEGER NOT NULL REFERENCES groups,
  user_key INTEGER NOT NULL REFERENCES users,
  last_read INTEGER NOT NULL,
  PRIMARY KEY (group_key, user_key)
) STRICT, WITHOUT ROWID;

-- Which messages a user has read, own ones aside: block n is of the seqs 1,024 n + 1 to 1,024 (n + 1),
-- a bit for each from the lowest bit of the first byte on, zeros at the end left out; no bytes at all
-- mean all of them. read_at is when the user last read anything of the block. The readers of a
-- message stand side by side, and a mark touches one row however much was read before.
CREATE TABLE read_blocks (
  group_key INTEGER NOT NULL REFERENCES groups,
  block INTEGER NOT NULL,
  user_key INTEGER NOT NULL REFERENCES users,
  read_at INTEGER NOT NULL,
  bits BLOB NOT NULL,
  PRIMARY KEY (group_key, block, user_key)
) STRICT, WITHOUT ROWID;

-- status: 0 online, 1 away, 2 offline; device_type: 0 mobile, 1 web, 2 desktop
CREATE TABLE sessions (
  id BLOB NOT NULL PRIMARY KEY,
  user_key INTEGER NOT NULL REFERENCES users,
  socket_id TEXT NOT NULL,
  status INTEGER NOT NULL,
  last_activity INTEGER NOT NULL,
  device_type INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (user_key);
