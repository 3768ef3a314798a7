package dev.verbatim.socketio;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The headers of an answer that is about to be sent, for a hook to add to. For the hook's thread,
 * while it is called.
 *
 * <p>Names are not case-sensitive. What says how the answer is to be read stays the server's: its
 * length, its encoding, and whether the connection goes on.
 */
public final class ResponseHeaders {
  private static final Set<String> OWN =
      Set.of(
          "connection",
          "content-encoding",
          "content-length",
          "sec-websocket-accept",
          "sec-websocket-extensions",
          "sec-websocket-protocol",
          "sec-websocket-version",
          "transfer-encoding",
          "upgrade");

  private final HttpHeaders headers;

  ResponseHeaders(HttpHeaders headers) {
    this.headers = headers;
  }

  /** The first value of a header, or null. */
  public @Nullable String get(String name) {
    return headers.get(name);
  }

  /**
   * Puts a header in the place of all of its name.
   *
   * @throws IllegalArgumentException if there can be no such header, or it is the server's own
   */
  public void set(String name, String value) {
    mustBeFree(name);
    headers.set(name, value);
  }

  /**
   * Adds a header beside those of its name, such as one more {@code Set-Cookie}.
   *
   * @throws IllegalArgumentException if there can be no such header, or it is the server's own
   */
  public void add(String name, String value) {
    mustBeFree(name);
    headers.add(name, value);
  }

  private static void mustBeFree(String name) {
    if (OWN.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException("the server's own header: " + name);
    }
  }
}
