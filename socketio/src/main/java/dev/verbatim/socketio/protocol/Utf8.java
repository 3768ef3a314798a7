package dev.verbatim.socketio.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Checks for well-formed UTF-8, after table 3-7 of the Unicode standard. */
public final class Utf8 {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  static boolean isValid(Bytes bytes) {
    return wholeLength(bytes) == bytes.length();
  }

  /**
   * How many bytes are whole characters, if what follows them may become one: a text that comes in
   * pieces can be looked at piece by piece.
   *
   * @return the length, at most three bytes less than all; or -1 if this is no beginning of UTF-8
   */
  public static int wholeLength(Bytes bytes) {
    byte[] array = bytes.array();
    int at = bytes.offset();
    int end = at + bytes.length();
    while (at < end) {
      if (at + Long.BYTES <= end && ((long) LONG.get(array, at) & HIGH_BITS) == 0) {
        at += Long.BYTES;
      } else if (array[at] >= 0) {
        at++;
      } else if (!isSequence(array, at, end)) {
        return -1;
      } else if (at + sequenceLength(array[at]) > end) {
        break;
      } else {
        at += sequenceLength(array[at]);
      }
    }
    return at - bytes.offset();
  }

  /** Whether a sequence of two to four bytes is at an index, of which the end may be missing. */
  private static boolean isSequence(byte[] array, int at, int end) {
    int length = sequenceLength(array[at]);
    if (length == 0 || (at + 1 < end && !maySecond(array[at] & 0xff, array[at + 1] & 0xff))) {
      return false;
    }
    for (int i = at + 2; i < Math.min(at + length, end); i++) {
      if ((array[i] & 0xc0) != 0x80) {
        return false;
      }
    }
    return true;
  }

  /** The length of the sequence that a byte begins, 0 if it begins none. */
  private static int sequenceLength(byte first) {
    int value = first & 0xff;
    if (value < 0xc2 || value > 0xf4) {
      return 0;
    }
    return value < 0xe0 ? 2 : value < 0xf0 ? 3 : 4;
  }

  /** Whether a byte may be the second one: no overlong forms, no surrogates, up to U+10FFFF. */
  private static boolean maySecond(int first, int second) {
    int lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    return second >= lowest && second <= highest;
  }
}
