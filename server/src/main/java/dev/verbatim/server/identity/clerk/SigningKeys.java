package dev.verbatim.server.identity.clerk;

import dev.verbatim.server.identity.IssuerKeys;
import java.time.Duration;
import java.util.List;

/** The issuer's keys. Safe on any thread that may block. */
sealed interface SigningKeys permits PinnedKey, FetchedKeys {
  /** The keys with this id, fetched if there are none. May block for {@code KEY_FETCH_TIME_MAX}. */
  Found find(String keyId);

  /**
   * The keys with this id, for those of before have not signed a token that names it: fetched again
   * if that may be done now. May block likewise.
   */
  Found findNewer(String keyId);

  /** How they stand. Never blocks. */
  IssuerKeys state();

  /** What there is. */
  sealed interface Found {}

  /** The keys; none if this id is unknown. */
  record Held(List<SigningKey> keys) implements Found {}

  /** None of any id could ever be had. */
  record NeverFetched(Duration retryAfter) implements Found {}
}
