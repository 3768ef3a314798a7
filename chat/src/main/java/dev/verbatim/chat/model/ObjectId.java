package dev.verbatim.chat.model;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A MongoDB ObjectId: 12 bytes, written as 24 lower-case hex digits. The first four bytes are the
 * seconds since the epoch, five are drawn once for each process, three are a counter (BSON
 * specification, "ObjectId").
 *
 * @param high the first eight bytes, big-endian
 * @param low the last four bytes, big-endian
 */
public record ObjectId(long high, int low) implements Comparable<ObjectId> {
  /** The number of hex digits of an id. */
  public static final int HEX_LENGTH = 24;

  private static final long PROCESS = new Random().nextLong() & 0xff_ffff_ffffL;
  private static final AtomicInteger COUNTER =
      new AtomicInteger(ThreadLocalRandom.current().nextInt());

  /** A new id, greater than those this process made in earlier seconds. */
  public static ObjectId next(Instant now) {
    int counter = COUNTER.getAndIncrement() & 0xff_ffff;
    long high = now.getEpochSecond() << 32 | PROCESS >>> 8;
    return new ObjectId(high, (int) (PROCESS & 0xff) << 24 | counter);
  }

  /** Whether the text is 24 lower-case hex digits. */
  public static boolean isValid(CharSequence hex) {
    if (hex.length() != HEX_LENGTH) {
      return false;
    }
    for (int i = 0; i < HEX_LENGTH; i++) {
      char c = hex.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  /**
   * The id that 24 lower-case hex digits write.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static ObjectId parse(CharSequence hex) {
    if (!isValid(hex)) {
      throw new IllegalArgumentException("Not an id of 24 lower-case hex digits");
    }
    return new ObjectId(
        HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigits(hex, 16, HEX_LENGTH));
  }

  /** Ids in the order of their bytes, which is about the order of their making. */
  @Override
  public int compareTo(ObjectId other) {
    int order = Long.compareUnsigned(high, other.high);
    return order != 0 ? order : Integer.compareUnsigned(low, other.low);
  }

  @Override
  public int hashCode() {
    return (int) (high ^ high >>> 32) * 31 + low;
  }

  /** The 24 hex digits. */
  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(high) + hex.toHexDigits(low);
  }
}
