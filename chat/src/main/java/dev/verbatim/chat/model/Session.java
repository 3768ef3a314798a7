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
    Instant updatedAt) {}
