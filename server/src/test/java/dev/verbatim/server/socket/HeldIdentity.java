package dev.verbatim.server.socket;

import dev.verbatim.server.identity.Identity;
import dev.verbatim.server.identity.IssuerKeys;
import java.time.Duration;

/** An identity whose keys a test may take away, as if they could never be had. For any thread. */
final class HeldIdentity implements Identity {
  private final Identity identity;
  private volatile boolean isHeld;
  private volatile boolean isBroken;

  HeldIdentity(Identity identity) {
    this.identity = identity;
  }

  /** From now on nobody can tell what a token is worth. */
  void hold() {
    isHeld = true;
  }

  /** They can again. */
  void release() {
    isHeld = false;
  }

  /** From now on it fails by a fault of its own. */
  void fail() {
    isBroken = true;
  }

  @Override
  public Verdict verify(String token) {
    if (isBroken) {
      throw new IllegalStateException("The identity is broken");
    }
    return isHeld ? new Unavailable(Duration.ofSeconds(15)) : identity.verify(token);
  }

  @Override
  public IssuerKeys keys() {
    return identity.keys();
  }

  @Override
  public String description() {
    return identity.description();
  }
}
