package dev.verbatim.chat.storage.mongo;

/**
 * The names of fields. Those of users, groups, messages and sessions are shared with other
 * services; {@link #SEQ_KEY}, {@link #SEND_KEY}, {@link #WRITER} and {@link #IDENTITY_AT} are known
 * to us alone.
 */
final class Fields {
  static final String ID = "_id";
  static final String CREATED_AT = "createdAt";
  static final String UPDATED_AT = "updatedAt";
  static final String IS_ACTIVE = "isActive";
  static final String USER_ID = "userId";
  static final String GROUP_ID = "groupId";

  // Users.
  static final String CLERK_ID = "clerkId";
  static final String EMAIL = "email";
  static final String FIRST_NAME = "firstName";
  static final String LAST_NAME = "lastName";
  static final String USERNAME = "username";
  static final String PROFILE_IMAGE_URL = "profileImageUrl";
  static final String LAST_SEEN = "lastSeen";
  static final String IS_BANNED = "isBanned";
  static final String IDENTITY_AT = "identityAt";

  // Groups.
  static final String NAME = "name";
  static final String DESCRIPTION = "description";
  static final String OWNER_ID = "ownerId";
  static final String MEMBERS = "members";
  static final String ROLE = "role";
  static final String JOINED_AT = "joinedAt";
  static final String IS_PRIVATE = "isPrivate";
  static final String MEMBERS_USER_ID = MEMBERS + "." + USER_ID;

  /** Not stored: what a question adds to a group of which it tells only some members. */
  static final String MEMBER_COUNT = "memberCount";

  /** Not stored: the members who may be its owner, of a group told with only some members. */
  static final String OWNERS = "owners";

  // Messages. A user can be deleted too.
  static final String SEQ = "seq";
  static final String SENDER_ID = "senderId";
  static final String CONTENT = "content";
  static final String TYPE = "type";
  static final String IS_DELETED = "isDeleted";
  static final String TEMP_ID = "tempId";
  static final String EDITED_AT = "editedAt";
  static final String READ_BY = "readBy";
  static final String READ_AT = "readAt";
  static final String READ_BY_USER_ID = READ_BY + "." + USER_ID;
  static final String SEQ_KEY = "seqKey";
  static final String SEND_KEY = "sendKey";

  /** Which process put a message or a session there. */
  static final String WRITER = "writer";

  // Sessions.
  static final String SOCKET_ID = "socketId";
  static final String STATUS = "status";
  static final String LAST_ACTIVITY = "lastActivity";
  static final String DEVICE_TYPE = "deviceType";

  // What is read beyond readBy, events, revocations and the probe.
  static final String LAST_READ = "lastRead";
  static final String BITS = "bits";
  static final String AT = "at";

  // How many messages without seqs a group had at first, and which was the newest.
  static final String OLD = "old";
  static final String UNTIL = "until";
  static final String DONE = "done";
  static final String GROUPS = "groups";

  private Fields() {}
}
