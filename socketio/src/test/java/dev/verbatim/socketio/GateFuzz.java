package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes of a new connection are answered in HTTP, or by none at all.
 *
 * <p>The input's first byte says where the others are cut.
 */
public final class GateFuzz {
  static Stream<byte[]> seeds() {
    String poll = lines("GET /socket.io/?EIO=4&transport=polling HTTP/1.1", "Host: x", "", "");
    String post = "POST /socket.io/?EIO=4&transport=polling&sid=a HTTP/1.1";
    return Stream.of(
            "\0" + poll + lines("GET /other HTTP/1.1", "", "") + poll,
            "\1" + lines("GET /socket.io/?EIO=3&transport=polling&b64=1 HTTP/1.0", "", ""),
            "\2" + lines(post, "Content-Length: 3", "Expect: 100-continue", "", "4ab"),
            "\3" + lines(post, "Transfer-Encoding: chunked", "", "3", "4ab", "0", "", ""),
            "\4" + RawClient.upgrade("&allow=n%6f"),
            "\5" + RawClient.upgrade("") + "\201\202\0\0\0\0" + "40",
            "\6" + lines("OPTIONS /socket.io/?%zz HTTP/1.1", "Origin: http://a", "", ""),
            "\7" + lines("DELETE /socket.io/ HTTP/9.9", "allow: no", "", ""))
        .map(text -> text.getBytes(ISO_8859_1));
  }

  private static String lines(String... lines) {
    return String.join("\r\n", lines);
  }

  @MethodSource("seeds")
  @FuzzTest
  void answersInHttp(byte[] data) {
    check(data);
  }

  /** Does what the fuzz test does. */
  public static void check(byte[] data) {
    try (EmbeddedServer server = new EmbeddedServer()) {
      server.send(EmbeddedServer.content(data), EmbeddedServer.cuts(data));
      String answer = new String(server.received(), ISO_8859_1);
      assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1."), answer);
    }
  }
}
