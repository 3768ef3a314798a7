package dev.verbatim.socketio.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Checks for well-formed UTF-8, after table 3-7 of the Unicode standard. */
final class Utf8 {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  static boolean isValid(Bytes bytes) {
    byte[] array = bytes.array();
    int at = bytes.offset();
    int end = at + bytes.length();
    while (at < end) {
      if (at + Long.BYTES <= end && ((long) LONG.get(array, at) & HIGH_BITS) == 0) {
        at += Long.BYTES;
      } else if (array[at] >= 0) {
        at++;
      } else {
        int length = sequenceLength(array, at, end);
        if (length == 0) {
          return false;
        }
        at += length;
      }
    }
    return true;
  }

  /**
   * The length of the well-formed sequence of two to four bytes at an index, 0 if there is none.
   */
  private static int sequenceLength(byte[] array, int at, int end) {
    int first = array[at] & 0xff;
    int second = at + 1 < end ? array[at + 1] & 0xff : 0;
    if (first >= 0xc2 && first <= 0xdf) {
      return isContinuation(second) ? 2 : 0;
    }
    if (first >= 0xe0 && first <= 0xef) {
      // No overlong forms, no surrogates.
      int lowest = first == 0xe0 ? 0xa0 : 0x80;
      int highest = first == 0xed ? 0x9f : 0xbf;
      boolean valid = second >= lowest && second <= highest && continues(array, at + 2, end);
      return valid ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
      // No overlong forms, nothing above U+10FFFF.
      int lowest = first == 0xf0 ? 0x90 : 0x80;
      int highest = first == 0xf4 ? 0x8f : 0xbf;
      boolean valid =
          second >= lowest
              && second <= highest
              && continues(array, at + 2, end)
              && continues(array, at + 3, end);
      return valid ? 4 : 0;
    }
    return 0;
  }

  private static boolean continues(byte[] array, int at, int end) {
    return at < end && isContinuation(array[at] & 0xff);
  }

  private static boolean isContinuation(int value) {
    return value >= 0x80 && value <= 0xbf;
  }
}
