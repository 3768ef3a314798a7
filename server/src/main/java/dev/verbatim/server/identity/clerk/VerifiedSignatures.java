package dev.verbatim.server.identity.clerk;

import dev.verbatim.server.identity.SessionToken;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a token is signed, and remembers of a bounded number of sessions, those that came
 * last, that their latest token is. Safe on any thread.
 *
 * <p>What is remembered is that one key has signed one text, and nothing else: expiry, revocation
 * and all other rules are looked at for each token anew. An entry stands under the token's {@code
 * sid}, so that a session's next token takes its place; anybody can write somebody's {@code sid}
 * into a token. It counts for the same signed text with the same signature alone (a digest of both,
 * the signature decoded, for its last character may differ), and only while its key is still one of
 * the issuer's. A token that is not signed takes away what is remembered of the session it names.
 */
final class VerifiedSignatures {
  /**
   * That a key has signed.
   *
   * @param digest in hexadecimal digits
   */
  private record Verified(String digest, SigningKey key) {}

  private final Map<String, Verified> bySession;
  private final LongAdder computed = new LongAdder();

  VerifiedSignatures(int sessionsMax) {
    bySession = new LatestSessions(sessionsMax);
  }

  /** In the order in which they were last asked for, bounded. */
  private static final class LatestSessions extends LinkedHashMap<String, Verified> {
    private final int sessionsMax;

    LatestSessions(int sessionsMax) {
      super(16, 0.75f, /* accessOrder= */ true);
      this.sessionsMax = sessionsMax;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Verified> eldest) {
      return size() > sessionsMax;
    }
  }

  /** Whether one of these keys has signed it. */
  boolean isGood(SessionToken token, List<SigningKey> keys) {
    String sessionId = token.text("sid");
    if (sessionId == null) {
      return signer(token, keys) != null;
    }
    String digest = digest(token);
    Verified known = known(sessionId);
    if (known != null && known.digest().equals(digest) && keys.contains(known.key())) {
      return true;
    }
    SigningKey signer = signer(token, keys);
    if (signer == null) {
      forget(sessionId);
      return false;
    }
    remember(sessionId, new Verified(digest, signer));
    return true;
  }

  /** Whether the latest token that names this session is signed. */
  synchronized boolean isKnown(String sessionId) {
    return bySession.containsKey(sessionId);
  }

  /** How many signatures were computed, those that were remembered not among them. */
  long computed() {
    return computed.sum();
  }

  private synchronized @Nullable Verified known(String sessionId) {
    return bySession.get(sessionId);
  }

  private synchronized void remember(String sessionId, Verified verified) {
    bySession.put(sessionId, verified);
  }

  private synchronized void forget(String sessionId) {
    var _ = bySession.remove(sessionId);
  }

  private @Nullable SigningKey signer(SessionToken token, List<SigningKey> keys) {
    for (SigningKey key : keys) {
      computed.increment();
      if (key.hasSigned(token)) {
        return key;
      }
    }
    return null;
  }

  /** Of both; what is signed holds one dot, so that no two pairs make the same bytes. */
  private static String digest(SessionToken token) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(token.signingInput().getBytes(StandardCharsets.US_ASCII));
      digest.update((byte) '.');
      return HexFormat.of().formatHex(digest.digest(token.signatureBytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every platform has SHA-256", e);
    }
  }
}
