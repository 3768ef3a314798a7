package dev.verbatim.chat.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One message of a group.
 *
 * @param seq its place in the group: 1, 2, 3 … without a gap
 * @param content exactly what was sent; empty once deleted
 * @param tempId the sender's own name for it, unique for good among the sender's in the group
 */
public record Message(
    ObjectId id,
    ObjectId groupId,
    long seq,
    ObjectId senderId,
    String content,
    MessageType type,
    boolean isDeleted,
    @Nullable String tempId,
    @Nullable Instant editedAt,
    Instant createdAt,
    Instant updatedAt) {}
