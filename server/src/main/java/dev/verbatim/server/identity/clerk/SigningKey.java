package dev.verbatim.server.identity.clerk;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.util.Base64URL;
import dev.verbatim.server.identity.SessionToken;
import dev.verbatim.server.settings.RsaPublicKeyPem;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.util.Objects;

/**
 * A key of the issuer's, which verifies RS256 and nothing else, whatever a token's header says.
 * Equal to another of the same numbers. Immutable, safe on any thread.
 */
final class SigningKey {
  private static final JWSHeader RS256 = new JWSHeader(JWSAlgorithm.RS256);

  private final RSAPublicKey key;
  private final RSASSAVerifier verifier;

  private SigningKey(RSAPublicKey key) {
    this.key = key;
    this.verifier = new RSASSAVerifier(key);
  }

  /**
   * The key in use.
   *
   * @throws IllegalArgumentException if it has too few bits, or too many
   */
  static SigningKey of(RSAPublicKey key) {
    int bits = key.getModulus().bitLength();
    if (bits < RsaPublicKeyPem.BITS_MIN || bits > RsaPublicKeyPem.BITS_MAX) {
      throw new IllegalArgumentException("An RSA key of " + bits + " bits");
    }
    return new SigningKey(key);
  }

  /** Whether it has signed the token. Takes some 50 µs of computing. */
  boolean hasSigned(SessionToken token) {
    try {
      byte[] signed = token.signingInput().getBytes(StandardCharsets.US_ASCII);
      return verifier.verify(RS256, signed, new Base64URL(token.signature()));
    } catch (JOSEException _) {
      return false;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SigningKey that
        && key.getModulus().equals(that.key.getModulus())
        && key.getPublicExponent().equals(that.key.getPublicExponent());
  }

  @Override
  public int hashCode() {
    return Objects.hash(key.getModulus(), key.getPublicExponent());
  }
}
