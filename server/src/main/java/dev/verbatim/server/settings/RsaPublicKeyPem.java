package dev.verbatim.server.settings;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/**
 * An RSA public key as PEM text: {@code -----BEGIN PUBLIC KEY-----} around base64 of its {@code
 * SubjectPublicKeyInfo} (RFC 7468, section 13). As in Clerk's own SDK the lines around it may be
 * missing; a literal {@code \n} counts as a line end, for it is what single-line environments make
 * of one.
 */
public sealed interface RsaPublicKeyPem {
  /** The smallest key that RS256 allows (RFC 7518, section 3.3). */
  int BITS_MIN = 2048;

  /** Larger ones take too long to verify with. */
  int BITS_MAX = 8192;

  /** A key that can be used. */
  record Key(RSAPublicKey key) implements RsaPublicKeyPem {}

  /**
   * No such key.
   *
   * @param reason what is wrong, without the text
   */
  record Wrong(String reason) implements RsaPublicKeyPem {}

  /** What the text holds. */
  static RsaPublicKeyPem parse(String text) {
    String lines = text.replace("\\r", "").replace("\\n", "\n");
    if (lines.contains("PRIVATE KEY")) {
      return new Wrong("is a private key; the public one is wanted");
    }
    String base64 =
        lines
            .replace("-----BEGIN PUBLIC KEY-----", "")
            .replace("-----END PUBLIC KEY-----", "")
            .replaceAll("\\s", "");
    try {
      PublicKey key =
          KeyFactory.getInstance("RSA")
              .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
      if (!(key instanceof RSAPublicKey rsa)) {
        return new Wrong("is no RSA key");
      }
      int bits = rsa.getModulus().bitLength();
      return bits < BITS_MIN || bits > BITS_MAX
          ? new Wrong(
              "is an RSA key of %d bits, which must be %d to %d"
                  .formatted(bits, BITS_MIN, BITS_MAX))
          : new Key(rsa);
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      // The cause may tell parts of the text, which may be another secret put there by mistake.
      return new Wrong("is no RSA public key in PEM (-----BEGIN PUBLIC KEY-----)");
    }
  }
}
