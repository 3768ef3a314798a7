package dev.verbatim.server.wire;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;

/** Instants as the wire writes them: {@code 2026-05-25T16:17:59.123Z}. */
public final class WireTime {
  private static final long MILLIS_PER_DAY = 86_400_000;

  private WireTime() {}

  /** The instant in UTC with milliseconds; years 0 to 9999. */
  public static String format(Instant instant) {
    long millis = instant.toEpochMilli();
    LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(millis, MILLIS_PER_DAY));
    int time = (int) Math.floorMod(millis, MILLIS_PER_DAY);
    byte[] text = new byte[24];
    digits(text, 0, 4, date.getYear());
    text[4] = '-';
    digits(text, 5, 2, date.getMonthValue());
    text[7] = '-';
    digits(text, 8, 2, date.getDayOfMonth());
    text[10] = 'T';
    digits(text, 11, 2, time / 3_600_000);
    text[13] = ':';
    digits(text, 14, 2, time / 60_000 % 60);
    text[16] = ':';
    digits(text, 17, 2, time / 1000 % 60);
    text[19] = '.';
    digits(text, 20, 3, time % 1000);
    text[23] = 'Z';
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  private static void digits(byte[] text, int at, int count, int value) {
    int rest = value;
    for (int i = at + count - 1; i >= at; i--) {
      text[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
