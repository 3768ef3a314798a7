package dev.verbatim.socketio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the strings of names that came lately, so that a name that comes again costs no new
 * string and keeps the hash that its string has computed.
 *
 * <p>Shared by all threads without a lock: a slot is one reference to an immutable entry, written
 * racily. Whoever loses a race, or meets an entry that it displaces, makes its own string; that is
 * the worst a client can do by inventing names.
 */
public final class EventNames {
  private static final int SLOTS = 1_024;
  private static final int LENGTH_MAX = 64;

  private final @Nullable Entry[] slots = new @Nullable Entry[SLOTS];

  EventNames() {}

  /**
   * Whether a name means something to the libraries themselves, so that it can be no event's:
   * {@code connect}, {@code connect_error}, {@code disconnect}, {@code disconnecting}, {@code
   * newListener}, {@code removeListener}.
   */
  public static boolean isReserved(String name) {
    return switch (name) {
      case "connect",
          "connect_error",
          "disconnect",
          "disconnecting",
          "newListener",
          "removeListener" ->
          true;
      default -> false;
    };
  }

  /** The string that a part of an array is in UTF-8. */
  String of(byte[] array, int start, int length) {
    if (length > LENGTH_MAX) {
      return new String(array, start, length, UTF_8);
    }
    int hash = length;
    for (int i = start; i < start + length; i++) {
      hash = 31 * hash + array[i];
    }
    int slot = (hash ^ hash >>> 16) & SLOTS - 1;
    Entry known = slots[slot];
    if (known != null && known.isOf(array, start, length)) {
      return known.name;
    }
    Entry entry = new Entry(Arrays.copyOfRange(array, start, start + length));
    slots[slot] = entry;
    return entry.name;
  }

  /** A name and its bytes; its fields are final, so that a racy reader sees them whole. */
  private static final class Entry {
    private final byte[] utf8;
    private final String name;

    Entry(byte[] utf8) {
      this.utf8 = utf8;
      this.name = new String(utf8, UTF_8);
    }

    boolean isOf(byte[] array, int start, int length) {
      return Arrays.equals(utf8, 0, utf8.length, array, start, start + length);
    }
  }
}
