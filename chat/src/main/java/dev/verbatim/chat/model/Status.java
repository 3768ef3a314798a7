package dev.verbatim.chat.model;

/** Whether a user is there. Away counts as online; only the server sets {@link #OFFLINE}. */
public enum Status {
  ONLINE,
  AWAY,
  OFFLINE
}
