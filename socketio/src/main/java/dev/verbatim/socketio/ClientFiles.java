package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Bytes;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Serves the browser client's files under the engine's path, as Socket.IO servers do. Asks for each
 * once; used by all event loops.
 */
final class ClientFiles {
  private static final Set<String> NAMES =
      Set.of(
          "socket.io.js",
          "socket.io.js.map",
          "socket.io.min.js",
          "socket.io.min.js.map",
          "socket.io.esm.min.js",
          "socket.io.esm.min.js.map",
          "socket.io.msgpack.min.js",
          "socket.io.msgpack.min.js.map");

  private final String path;
  private final @Nullable Function<String, byte @Nullable []> source;
  private final Map<String, Optional<ClientFile>> known = new ConcurrentHashMap<>();

  private record ClientFile(Bytes content, String tag) {}

  ClientFiles(String path, @Nullable Function<String, byte @Nullable []> source) {
    this.path = path;
    this.source = source;
  }

  /** Answers a request for a file; false if it is for none. */
  boolean answer(Exchange exchange) {
    Function<String, byte @Nullable []> files = source;
    String name = exchange.path().substring(Math.min(path.length(), exchange.path().length()));
    if (files == null || !NAMES.contains(name)) {
      return false;
    }
    Optional<ClientFile> file =
        known.computeIfAbsent(name, _ -> Optional.ofNullable(files.apply(name)).map(this::tagged));
    boolean isGet = exchange.method().equals(HttpMethod.GET);
    if (file.isEmpty() || !isGet) {
      exchange.answer(isGet ? 404 : 405, null, new byte[0]);
    } else {
      answer(exchange, name, file.get());
    }
    return true;
  }

  private void answer(Exchange exchange, String name, ClientFile file) {
    String known = exchange.headers().get(HttpHeaderNames.IF_NONE_MATCH);
    boolean fresh =
        known != null
            && Arrays.stream(known.split(",")).map(String::strip).anyMatch(isSame(file.tag));
    FullHttpResponse response =
        Exchange.response(fresh ? 304 : 200, fresh ? new byte[0] : file.content.toByteArray());
    if (fresh) {
      response.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
    } else {
      String type = name.endsWith(".map") ? "application/json" : "application/javascript";
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, type + "; charset=utf-8");
    }
    response.headers().set(HttpHeaderNames.ETAG, file.tag);
    response.headers().set(HttpHeaderNames.CACHE_CONTROL, "public, max-age=0");
    exchange.answer(response);
  }

  private static Predicate<String> isSame(String tag) {
    return other -> other.equals("*") || other.equals(tag) || other.equals("W/" + tag);
  }

  private ClientFile tagged(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      String tag = '"' + HexFormat.of().formatHex(digest, 0, 12) + '"';
      return new ClientFile(Bytes.of(content), tag);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
