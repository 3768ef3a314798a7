package dev.verbatim.socketio;

/** The small grammar of HTTP's names (RFC 9110, 5.6.2). */
final class HttpTokens {
  private static final String SIGNS = "!#$%&'*+-.^_`|~";

  private HttpTokens() {}

  /** Whether a text is a token: a name of a method, a header or a cookie. */
  static boolean isToken(String text) {
    return !text.isEmpty()
        && text.chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || SIGNS.indexOf(c) >= 0);
  }
}
