package dev.verbatim.socketio;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * By which a request is found in logs: as its client, or a proxy in front, has named it, or else 16
 * hexadecimal digits. For those who log other requests of the same port alike.
 */
public final class RequestId {
  /** The header of requests and answers, which proxies and frameworks know by this name. */
  public static final String HEADER = "X-Request-Id";

  /** What can stand in a log as it is. */
  private static final Pattern GIVEN = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private RequestId() {}

  /**
   * The id of a request.
   *
   * @param given what its header says, or null
   */
  public static String of(@Nullable String given) {
    return given != null && GIVEN.matcher(given).matches()
        ? given
        : HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  }
}
