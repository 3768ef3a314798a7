package dev.verbatim.chat.model;

/** What a member may do in a group. */
public enum Role {
  /** Everything; exactly one in a group. */
  OWNER,
  /** Manages members and settings, and deletes messages. */
  ADMIN,
  /** Reads and writes. */
  MEMBER
}
