package dev.verbatim.server.identity;

import java.util.Locale;

/** Why a token is worth nothing: for the log and the counters, never for the client. */
public enum Mistake {
  TOO_LONG("it is longer than 8,192 characters"),
  NOT_THREE_PARTS("it is not of three parts"),
  BAD_BASE64("a part is no base64url"),
  BAD_JSON("a part is no object of JSON, or has a member twice"),
  WRONG_ALGORITHM("alg is not RS256"),
  WRONG_TYPE("typ is not JWT"),
  WRONG_CATEGORY("cat is not that of a session"),
  CRITICAL_HEADER("crit is there"),
  NO_KEY_ID("kid is no string"),
  UNKNOWN_KEY("no key has this kid"),
  BAD_SIGNATURE("the signature is bad"),
  WRONG_ISSUER("iss is another"),
  NO_USER("sub is no user"),
  NO_SESSION("sid is missing"),
  BAD_TIME("exp or iat is missing, or a time is no whole number"),
  NOT_YET_VALID("nbf or iat is ahead"),
  LIVES_TOO_LONG("it lives too long"),
  PENDING_SESSION("the session is pending"),
  WRONG_PARTY("azp is no allowed origin"),
  REVOKED_SESSION("the session is revoked");

  private final String words;

  Mistake(String words) {
    this.words = words;
  }

  /** For the log. */
  public String words() {
    return words;
  }

  /** For a counter: the name in lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
