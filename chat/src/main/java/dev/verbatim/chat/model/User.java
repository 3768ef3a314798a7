package dev.verbatim.chat.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A person who chats.
 *
 * @param clerkId the identity provider's id, unique
 * @param isActive false bars the user from everything
 */
public record User(
    ObjectId id,
    String clerkId,
    String email,
    String firstName,
    String lastName,
    @Nullable String username,
    @Nullable String profileImageUrl,
    boolean isActive,
    @Nullable Instant lastSeen,
    Instant createdAt,
    Instant updatedAt) {

  /** This user, let in or barred. */
  public User withActive(boolean active) {
    return new User(
        id,
        clerkId,
        email,
        firstName,
        lastName,
        username,
        profileImageUrl,
        active,
        lastSeen,
        createdAt,
        updatedAt);
  }
}
