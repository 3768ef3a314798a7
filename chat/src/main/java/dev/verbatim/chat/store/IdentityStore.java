package dev.verbatim.chat.store;

import java.time.Instant;
import java.util.List;

/** What the store tells of what the identity provider has said. */
public interface IdentityStore {
  /** The sessions that were revoked at this time or later, as of {@link Write.RevokeSession}. */
  List<Revocation> revocations(Instant since) throws StoreException;

  /**
   * A session that counts no more, whatever its tokens say.
   *
   * @param sessionId the provider's
   * @param at when it was told here
   */
  record Revocation(String sessionId, Instant at) {}
}
