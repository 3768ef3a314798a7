package dev.verbatim.server.identity;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * A session token as it was sent, taken apart but not yet believed: a JWS in compact form (RFC
 * 7515) whose payload is a set of claims (RFC 7519), with what {@link #parse} demands of every
 * token, whoever signed it.
 *
 * @param keyId the header's {@code kid}
 * @param signingInput header and payload as they were signed
 * @param signature in base64url, not yet verified
 * @param claims the payload's members that are strings or numbers; others are only known to be
 *     there
 */
public record SessionToken(
    String keyId, String signingInput, String signature, Map<String, Object> claims) {
  /** The longest token that is looked at. */
  public static final int CHARS_MAX = 8192;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(16).maxNumberLength(40).build())
          .build();

  /** Stands for a member that is an object, an array or null. */
  private static final Object OTHER = new Object();

  /** What {@code cat} says of a session's token; a template's and a machine's say other things. */
  private static final String SESSION_CATEGORY = "cl_B7d4PD111AAA";

  /** The token is not what every token has to be. It costs no stack trace. */
  public static final class MalformedException extends Exception {
    private final Mistake mistake;

    MalformedException(Mistake mistake) {
      super(mistake.words(), null, false, false);
      this.mistake = mistake;
    }

    /** In what. */
    public Mistake mistake() {
      return mistake;
    }
  }

  /**
   * Takes a token apart.
   *
   * @param token anything at all
   */
  public static SessionToken parse(String token) throws MalformedException {
    if (token.length() > CHARS_MAX) {
      throw new MalformedException(Mistake.TOO_LONG);
    }
    int first = token.indexOf('.');
    int second = token.indexOf('.', first + 1);
    if (first < 0 || second < 0 || token.indexOf('.', second + 1) >= 0) {
      throw new MalformedException(Mistake.NOT_THREE_PARTS);
    }
    Map<String, Object> header = object(decode(token.substring(0, first)));
    if (!"RS256".equals(header.get("alg"))) {
      throw new MalformedException(Mistake.WRONG_ALGORITHM);
    }
    if (!"JWT".equals(header.get("typ"))) {
      throw new MalformedException(Mistake.WRONG_TYPE);
    }
    if (!SESSION_CATEGORY.equals(header.getOrDefault("cat", SESSION_CATEGORY))) {
      throw new MalformedException(Mistake.WRONG_CATEGORY);
    }
    if (header.containsKey("crit")) {
      throw new MalformedException(Mistake.CRITICAL_HEADER);
    }
    if (!(header.get("kid") instanceof String keyId)) {
      throw new MalformedException(Mistake.NO_KEY_ID);
    }
    String signature = token.substring(second + 1);
    decode(signature);
    return new SessionToken(
        keyId,
        token.substring(0, second),
        signature,
        object(decode(token.substring(first + 1, second))));
  }

  /** Whether the claim is there, of whatever kind. */
  public boolean has(String name) {
    return claims.containsKey(name);
  }

  /** The signature itself: tokens that differ in unused bits at the end have the same. */
  public byte[] signatureBytes() {
    return Base64.getUrlDecoder().decode(signature);
  }

  /** The claim if it is a string, else null. */
  public @Nullable String text(String name) {
    return claims.get(name) instanceof String text ? text : null;
  }

  /**
   * The claim as an instant, null if it is absent.
   *
   * @throws MalformedException if it is no whole number of seconds since 1970
   */
  public @Nullable Instant time(String name) throws MalformedException {
    Object value = claims.get(name);
    if (value == null) {
      return null;
    }
    if (value instanceof Long seconds && seconds >= 0 && seconds < 1L << 40) {
      return Instant.ofEpochSecond(seconds);
    }
    throw new MalformedException(Mistake.BAD_TIME);
  }

  /** Base64url without padding, strictly; only unused bits at the end may be anything. */
  private static byte[] decode(String part) throws MalformedException {
    if (part.indexOf('=') >= 0) {
      throw new MalformedException(Mistake.BAD_BASE64);
    }
    try {
      return Base64.getUrlDecoder().decode(part);
    } catch (IllegalArgumentException _) {
      throw new MalformedException(Mistake.BAD_BASE64);
    }
  }

  private static Map<String, Object> object(byte[] json) throws MalformedException {
    Map<String, Object> members = new HashMap<>();
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedException(Mistake.BAD_JSON);
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        members.put(name, value(parser));
        parser.skipChildren();
      }
      if (parser.nextToken() != null) {
        throw new MalformedException(Mistake.BAD_JSON);
      }
    } catch (JacksonException _) {
      throw new MalformedException(Mistake.BAD_JSON);
    }
    return members;
  }

  private static Object value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? OTHER
              : (Object) parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> BigDecimal.ZERO;
      default -> OTHER;
    };
  }
}
