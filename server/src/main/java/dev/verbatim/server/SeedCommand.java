package dev.verbatim.server;

/** Fills the development store with users, groups and memberships. */
final class SeedCommand {
  /** More than any demonstration or load test on one machine has asked for. */
  static final int USERS_MAX = 1_000_000;

  static final int GROUPS_MAX = 1_000_000;

  /** A line each in the file of tokens, about a kilobyte long. */
  static final int MEMBERSHIPS_MAX = 10_000_000;

  private SeedCommand() {}
}
