package dev.verbatim.server.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The keys with which tokens are verified, as they stand at one moment.
 *
 * @param areHeld whether there are any: without them no token can be told from another. Keys that
 *     are fetched are not held before the first token comes
 * @param fetchedAt when those that are held were asked for; null for none, and for keys that were
 *     given by a setting or are our own
 * @param isFailing whether they were asked for last without success
 */
public record IssuerKeys(boolean areHeld, @Nullable Instant fetchedAt, boolean isFailing) {
  /** Keys that nobody has to fetch. */
  public static final IssuerKeys GIVEN = new IssuerKeys(true, null, false);
}
