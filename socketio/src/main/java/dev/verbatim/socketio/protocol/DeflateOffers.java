package dev.verbatim.socketio.protocol;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client offers in {@code Sec-WebSocket-Extensions} of permessage-deflate, and what a server
 * takes that keeps nothing between messages and whose compressor knows windows of 32 KiB alone.
 *
 * <pre>
 * permessage-deflate; client_max_window_bits, permessage-deflate
 * </pre>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7692#section-7.1">RFC 7692, 7.1</a>
 */
public final class DeflateOffers {
  private static final String NAME = "permessage-deflate";
  private static final String ANSWER =
      NAME + "; server_no_context_takeover; client_no_context_takeover";
  private static final String WINDOW_BITS_MAX = "15";

  private DeflateOffers() {}

  /**
   * Takes the first offer that can be kept.
   *
   * @param headers the header's values, as sent
   * @return the answer's value of the header, or null if nothing is taken
   */
  public static @Nullable String answer(List<String> headers) {
    for (String header : headers) {
      // No value may hold a comma or a semicolon, not even in quotes (RFC 6455, 9.1).
      for (String offer : header.split(",", -1)) {
        String answer = answer(offer.split(";", -1));
        if (answer != null) {
          return answer;
        }
      }
    }
    return null;
  }

  private static @Nullable String answer(String[] offer) {
    if (!offer[0].strip().equals(NAME)) {
      return null;
    }
    Set<String> names = new HashSet<>();
    for (int i = 1; i < offer.length; i++) {
      String[] parameter = offer[i].split("=", 2);
      String name = parameter[0].strip();
      String value = parameter.length == 1 ? null : unquoted(parameter[1].strip());
      if (!names.add(name) || !canKeep(name, value)) {
        return null;
      }
    }
    return names.contains("server_max_window_bits")
        ? ANSWER + "; server_max_window_bits=" + WINDOW_BITS_MAX
        : ANSWER;
  }

  private static boolean canKeep(String name, @Nullable String value) {
    return switch (name) {
      case "server_no_context_takeover", "client_no_context_takeover" -> value == null;
      case "server_max_window_bits" -> WINDOW_BITS_MAX.equals(value);
      case "client_max_window_bits" -> value == null || isWindowBits(value);
      default -> false;
    };
  }

  private static boolean isWindowBits(String value) {
    return switch (value) {
      case "8", "9", "10", "11", "12", "13", "14", WINDOW_BITS_MAX -> true;
      default -> false;
    };
  }

  private static String unquoted(String value) {
    boolean isQuoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return isQuoted ? value.substring(1, value.length() - 1) : value;
  }
}
