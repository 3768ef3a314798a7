package dev.verbatim.server.identity;

import java.util.List;

/**
 * What a token tells of its user besides who it is, if whoever runs the issuer has put such claims
 * into it; empty where it does not. It serves until the issuer itself can be asked.
 */
public record Profile(
    String email, String firstName, String lastName, String username, String imageUrl) {
  /** Nothing is told. */
  public static final Profile NONE = new Profile("", "", "", "", "");

  /** Longer texts do not count: names and addresses are shorter. */
  private static final int CHARS_MAX = 1_024;

  /** From the claims of OpenID Connect (Core 1.0, section 5.1), or as Clerk's API names them. */
  static Profile of(SessionToken token) {
    return new Profile(
        text(token, List.of("email")),
        text(token, List.of("first_name", "given_name")),
        text(token, List.of("last_name", "family_name")),
        text(token, List.of("username")),
        text(token, List.of("image_url", "picture")));
  }

  private static String text(SessionToken token, List<String> names) {
    for (String name : names) {
      String text = token.text(name);
      if (text != null && text.length() <= CHARS_MAX) {
        return text;
      }
    }
    return "";
  }
}
