package dev.verbatim.chat.model;

import java.time.Instant;

/** One authenticated socket of a user. */
public record Session(
    ObjectId id,
    ObjectId userId,
    String socketId,
    Status status,
    Instant lastActivity,
    DeviceType deviceType,
    Instant createdAt,
    Instant updatedAt) {

  /** The same session, active at this time. */
  public Session withActivity(Instant at) {
    return new Session(id, userId, socketId, status, at, deviceType, createdAt, at);
  }

  /** The same session with another status since this time. */
  public Session withStatus(Status other, Instant since) {
    return new Session(id, userId, socketId, other, lastActivity, deviceType, createdAt, since);
  }
}
