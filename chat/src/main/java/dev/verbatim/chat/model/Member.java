package dev.verbatim.chat.model;

import java.time.Instant;

/** One user's place in a group. */
public record Member(ObjectId userId, Role role, Instant joinedAt) {}
