package dev.verbatim.server.identity.clerk;

import java.security.interfaces.RSAPublicKey;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The keys of a JWKS as it was at one time, for comparison with another. Immutable. */
public final class KeySet {
  private final Map<String, List<SigningKey>> keys;

  KeySet(Map<String, List<SigningKey>> keys) {
    this.keys = Map.copyOf(keys);
  }

  /** How many there are. */
  public int size() {
    return keys.values().stream().mapToInt(List::size).sum();
  }

  /** Whether a key of the one has the id ({@code kid}) of a key of the other. */
  public boolean sharesIdWith(KeySet other) {
    return !Collections.disjoint(keys.keySet(), other.keys.keySet());
  }

  /** Whether this key is there, under whatever id. */
  public boolean contains(RSAPublicKey key) {
    SigningKey wanted = SigningKey.of(key);
    return keys.values().stream().anyMatch(ofId -> ofId.contains(wanted));
  }
}
