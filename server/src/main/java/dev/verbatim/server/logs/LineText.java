package dev.verbatim.server.logs;

/**
 * Text that stays on its line: what a client sent can neither end a line nor steer a terminal.
 * Control characters, line and paragraph separators and those that turn the direction of writing
 * are shown as JSON escapes them.
 */
public final class LineText {
  private LineText() {}

  /** The text, cut at {@link LogLimits#TEXT_CHARS_MAX}. */
  public static String of(String text) {
    String cut =
        text.length() <= LogLimits.TEXT_CHARS_MAX
            ? text
            : text.substring(0, LogLimits.TEXT_CHARS_MAX) + "…";
    for (int i = 0; i < cut.length(); i++) {
      if (isUnsafe(cut.charAt(i))) {
        return escaped(cut);
      }
    }
    return cut;
  }

  private static String escaped(String text) {
    StringBuilder line = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        case '\t' -> line.append("\\t");
        default -> {
          if (isUnsafe(c)) {
            line.append("\\u%04x".formatted((int) c));
          } else {
            line.append(c);
          }
        }
      }
    }
    return line.toString();
  }

  private static boolean isUnsafe(char c) {
    return Character.isISOControl(c)
        || (c >= '\u2028' && c <= '\u202e')
        || (c >= '\u2066' && c <= '\u2069');
  }
}
