package dev.verbatim.socketio.protocol;

/**
 * Writes a string as JSON, as {@code JSON.stringify} does: quotes, backslashes and control
 * characters escaped, and a surrogate without its other half too.
 */
public final class JsonText {
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private JsonText() {}

  /** A string as JSON, quotes included, in UTF-8. */
  public static byte[] of(String text) {
    byte[] json = new byte[length(text)];
    write(text, json, 0);
    return json;
  }

  /** The number of bytes that {@link #write} writes, quotes included. */
  static int length(String text) {
    int length = 2;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        length += c < 0x20 ? shortEscape(c) == 0 ? 6 : 2 : c == '"' || c == '\\' ? 2 : 1;
      } else if (c < 0x800) {
        length += 2;
      } else if (!Character.isSurrogate(c)) {
        length += 3;
      } else if (isPair(text, i)) {
        length += 4;
        i++;
      } else {
        length += 6;
      }
    }
    return length;
  }

  /** Writes the string to a place in an array and returns the index behind it. */
  static int write(String text, byte[] target, int start) {
    int at = start;
    target[at++] = '"';
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        at = writeAscii(c, target, at);
      } else if (c < 0x800) {
        target[at++] = (byte) (0xc0 | (c >> 6));
        target[at++] = continuation(c);
      } else if (!Character.isSurrogate(c)) {
        target[at++] = (byte) (0xe0 | (c >> 12));
        target[at++] = continuation(c >> 6);
        target[at++] = continuation(c);
      } else if (isPair(text, i)) {
        int point = text.codePointAt(i++);
        target[at++] = (byte) (0xf0 | (point >> 18));
        target[at++] = continuation(point >> 12);
        target[at++] = continuation(point >> 6);
        target[at++] = continuation(point);
      } else {
        at = writeUnicodeEscape(c, target, at);
      }
    }
    target[at++] = '"';
    return at;
  }

  private static int writeAscii(char c, byte[] target, int start) {
    int at = start;
    byte escape = c == '"' || c == '\\' ? (byte) c : c < 0x20 ? shortEscape(c) : 0;
    if (escape != 0) {
      target[at++] = '\\';
      target[at++] = escape;
      return at;
    }
    if (c < 0x20) {
      return writeUnicodeEscape(c, target, at);
    }
    target[at++] = (byte) c;
    return at;
  }

  private static int writeUnicodeEscape(char c, byte[] target, int start) {
    int at = start;
    target[at++] = '\\';
    target[at++] = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) {
      target[at++] = HEX[(c >> shift) & 0xf];
    }
    return at;
  }

  private static byte continuation(int bits) {
    return (byte) (0x80 | (bits & 0x3f));
  }

  private static byte shortEscape(char c) {
    return switch (c) {
      case '\b' -> 'b';
      case '\f' -> 'f';
      case '\n' -> 'n';
      case '\r' -> 'r';
      case '\t' -> 't';
      default -> 0;
    };
  }

  private static boolean isPair(String text, int at) {
    return Character.isHighSurrogate(text.charAt(at))
        && at + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(at + 1));
  }
}
