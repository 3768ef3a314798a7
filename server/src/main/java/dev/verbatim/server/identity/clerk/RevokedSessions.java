package dev.verbatim.server.identity.clerk;

/** Knows which of the issuer's sessions were ended before their tokens expired. */
@FunctionalInterface
public interface RevokedSessions {
  /** Nothing is known of any. */
  RevokedSessions NONE = _ -> false;

  /**
   * Whether tokens of this session let nobody in any more. Asked for each token, on any thread, so
   * that it answers from memory.
   *
   * @param sessionId a {@code sid} of a token that is good
   */
  boolean isRevoked(String sessionId);
}
