package dev.verbatim.server.identity.clerk;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.verbatim.server.identity.SessionToken;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/** Session tokens like Clerk's, and the keys of a made-up instance of it. */
public final class ClerkTokens {
  public static final String ISSUER = "https://clerk.example.com";
  public static final String ORIGIN = "https://app.example.com";
  public static final String KEY_ID = "ins_1";

  /** The instance's key; whose it is not; and the one that comes after it. */
  public static final RSAKey KEY = rsa(KEY_ID, 2048);

  static final RSAKey FOREIGN_KEY = rsa(KEY_ID, 2048);
  public static final RSAKey NEXT_KEY = rsa("ins_2", 2048);

  private ClerkTokens() {}

  static RSAKey rsa(String keyId, int bits) {
    try {
      return new RSAKeyGenerator(bits, /* allowWeakKeys= */ true).keyID(keyId).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  static RSAKey withKeyId(RSAKey key, String keyId) {
    return new RSAKey.Builder(key).keyID(keyId).build();
  }

  /** The PEM that Clerk's dashboard shows of it. */
  public static String pem(RSAKey key) throws JOSEException {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(key.toRSAPublicKey().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  /** What version 1 says, for a minute from then on. */
  public static String claims(Instant now) {
    long seconds = now.getEpochSecond();
    return """
    {"azp":"%s","exp":%d,"fva":[0,-1],"iat":%d,"iss":"%s","nbf":%d,"sid":"sess_1",\
    "sub":"user_1"}\
    """
        .formatted(ORIGIN, seconds + 60, seconds, ISSUER, seconds - 10);
  }

  static String header(String... more) {
    StringBuilder header = new StringBuilder("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"");
    header.append(KEY_ID).append('"');
    for (String member : more) {
      header.append(',').append(member);
    }
    return header.append('}').toString();
  }

  /** A good one. */
  public static String token(Instant now) throws JOSEException {
    return signed(claims(now));
  }

  public static String signed(String claims) throws JOSEException {
    return signed(KEY, claims);
  }

  /** A good one of this user's and session's. */
  public static String signed(RSAKey key, String userId, String sessionId, Instant now)
      throws JOSEException {
    return signed(
        key,
        claims(now)
            .replace("\"user_1\"", '"' + userId + '"')
            .replace("\"sess_1\"", '"' + sessionId + '"'));
  }

  /** One that says it is of {@link #KEY}, which has not signed it; of a session of its own. */
  public static String forged(Instant now) throws JOSEException {
    return signed(FOREIGN_KEY, claims(now).replace("sess_1", "sess_forged"));
  }

  static String signed(RSAKey key, String claims) throws JOSEException {
    return signed(key, header().replace(KEY_ID, key.getKeyID()), claims);
  }

  static String signed(RSAKey key, String header, String claims) throws JOSEException {
    return signed(JWSAlgorithm.RS256, new RSASSASigner(key.toPrivateKey()), header, claims);
  }

  /** Really signed by this algorithm, whatever the header says. */
  static String signed(JWSAlgorithm algorithm, JWSSigner signer, String header, String claims)
      throws JOSEException {
    String input = base64(header) + "." + base64(claims);
    byte[] bytes = input.getBytes(StandardCharsets.US_ASCII);
    return input + "." + signer.sign(new JWSHeader(algorithm), bytes);
  }

  /** One of exactly so many characters that is good but for its length. */
  public static String ofLength(int length, Instant now) throws JOSEException {
    for (String more : new String[] {"\"x\":1", "\"x\":10", "\"x\":100"}) {
      for (int padding = (length - 1_000) * 3 / 4; padding < length * 3 / 4; padding++) {
        String claims =
            claims(now).replace("\"fva\"", "\"pad\":\"" + "p".repeat(padding) + "\",\"fva\"");
        if (base64(header(more)).length() + base64(claims).length() + 344 == length) {
          return signed(KEY, header(more), claims);
        }
      }
    }
    throw new IllegalStateException("No token of " + length + " characters");
  }

  /** The longest that is looked at. */
  public static String longest(Instant now) throws JOSEException {
    return ofLength(SessionToken.CHARS_MAX, now);
  }

  static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
