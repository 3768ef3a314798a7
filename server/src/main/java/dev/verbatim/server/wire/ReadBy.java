package dev.verbatim.server.wire;

import dev.verbatim.chat.model.ObjectId;
import java.time.Instant;

/** One reader of a message. */
public record ReadBy(ObjectId userId, Instant readAt) {}
