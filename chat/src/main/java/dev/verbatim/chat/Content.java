package dev.verbatim.chat;

import org.jspecify.annotations.Nullable;

/** The text of a message, as it is checked and trimmed before it is stored. */
sealed interface Content {
  /** The most UTF-16 code units of a trimmed text. */
  int LENGTH_MAX = 4_000;

  /** Trimmed text that can be stored. */
  record Valid(String text) implements Content {}

  /** Text that cannot be, and why. */
  record Invalid(String reason) implements Content {}

  /** More than {@link #LENGTH_MAX}. */
  record TooLong() implements Content {}

  /**
   * Trims and checks a text. What is left is never altered, NUL included.
   *
   * @param raw null for what is no string
   */
  static Content parse(@Nullable String raw) {
    if (raw == null) {
      return new Invalid("content must be a string");
    }
    String text = trim(raw);
    if (text.isEmpty()) {
      return new Invalid("The message is empty");
    }
    if (text.length() > LENGTH_MAX) {
      return new TooLong();
    }
    if (hasUnpairedSurrogate(text)) {
      return new Invalid("The message has an unpaired surrogate");
    }
    return new Valid(text);
  }

  /** Trims as JavaScript's {@code String.prototype.trim} does (ECMA-262, TrimString). */
  static String trim(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isWhiteSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isWhiteSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /** Whether some surrogate in the text has no partner: such a text is no Unicode. */
  static boolean hasUnpairedSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  /** ECMA-262, WhiteSpace and LineTerminator; that is not what Java calls white space. */
  private static boolean isWhiteSpace(char c) {
    return switch (c) {
      case '\t',
          '\n',
          0x0b,
          '\f',
          '\r',
          ' ',
          0xa0,
          0x1680,
          0x2028,
          0x2029,
          0x202f,
          0x205f,
          0x3000,
          0xfeff ->
          true;
      default -> c >= 0x2000 && c <= 0x200a;
    };
  }
}
