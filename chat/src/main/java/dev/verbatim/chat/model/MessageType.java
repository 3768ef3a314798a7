package dev.verbatim.chat.model;

/** What a message's content is. {@link #SYSTEM} is never a client's to send. */
public enum MessageType {
  TEXT,
  IMAGE,
  FILE,
  SYSTEM
}
