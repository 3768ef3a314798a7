package dev.verbatim.server.identity.clerk;

import dev.verbatim.server.identity.IssuerKeys;
import java.util.List;

/** One key for every id, for good. Immutable. */
final class PinnedKey implements SigningKeys {
  private final Held held;

  PinnedKey(SigningKey key) {
    held = new Held(List.of(key));
  }

  @Override
  public Found find(String keyId) {
    return held;
  }

  @Override
  public IssuerKeys state() {
    return IssuerKeys.GIVEN;
  }

  @Override
  public Found findNewer(String keyId) {
    return held;
  }
}
