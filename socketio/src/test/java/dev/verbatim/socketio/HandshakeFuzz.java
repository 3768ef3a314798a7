package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any request's handshake has the headers and the query of the request.
 *
 * <p>The input is the URI, then names and values in turn, with bars between them.
 */
public final class HandshakeFuzz {
  private static final int PARAMETERS_MAX = 8;

  static Stream<byte[]> seeds() {
    return Stream.of(
            "/socket.io/?EIO=4&transport=polling&token=a%20b+c|Cookie|a=b; c:d|cookie|",
            "/socket.io/?a=1&a=2;b&&=&c%c3%a9#f|X-A|\tb |X-A|c", "?%")
        .map(text -> text.getBytes(ISO_8859_1));
  }

  @MethodSource("seeds")
  @FuzzTest
  void hasWhatTheRequestHas(byte[] data) {
    check(data);
  }

  /** Does what the fuzz test does. */
  public static void check(byte[] data) {
    String[] parts = new String(data, ISO_8859_1).split("[|]", -1);
    HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
    try {
      request.setUri(parts[0]);
      for (int i = 1; i + 1 < parts.length; i += 2) {
        request.headers().add(parts[i], parts[i + 1]);
      }
    } catch (IllegalArgumentException _) {
      return;
    }
    EmbeddedChannel channel = new EmbeddedChannel();
    try {
      Gate gate = new Gate(SocketIoServer.create(SocketIoOptions.defaults()));
      Exchange exchange = new Exchange(gate, channel, request, PARAMETERS_MAX);
      if (exchange.mistake() == null) {
        assertSame(exchange, request);
      }
    } finally {
      channel.close();
    }
  }

  private static void assertSame(Exchange exchange, HttpRequest request) {
    Handshake handshake = exchange.handshake();
    assertEquals(request.uri(), handshake.url());
    for (String name : request.headers().names()) {
      assertEquals(request.headers().getAll(name), handshake.headers(name));
    }
    for (String name : new String[] {"EIO", "transport", "a", ""}) {
      assertEquals(exchange.query(name), handshake.query(name));
    }
  }
}
