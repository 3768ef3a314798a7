package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.ContentCoding;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Serves the browser client's files under the engine's path, as Socket.IO servers do. Immutable:
 * the files are read, and the scripts compressed, when it is made, and used by all event loops.
 */
final class ClientFiles {
  private static final List<String> NAMES =
      List.of(
          "socket.io.js",
          "socket.io.js.map",
          "socket.io.min.js",
          "socket.io.min.js.map",
          "socket.io.esm.min.js",
          "socket.io.esm.min.js.map",
          "socket.io.msgpack.min.js",
          "socket.io.msgpack.min.js.map");

  /** Every browser takes it. */
  private static final List<ContentCoding> GZIP = List.of(ContentCoding.GZIP);

  private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

  private final String path;

  /** By name; null for one that there is not. Empty if none are to be served. */
  private final Map<String, @Nullable ClientFile> files = new HashMap<>();

  /**
   * A file.
   *
   * @param gzipped null if it is not worth it
   */
  private record ClientFile(Representation plain, @Nullable Representation gzipped) {
    static ClientFile of(String name, byte[] content, Zlib zlib) {
      // Maps are for those who debug, and twice as long as all the rest.
      Bytes gzipped =
          name.endsWith(".map") ? null : zlib.encode(ContentCoding.GZIP, Bytes.of(content));
      return new ClientFile(
          Representation.of(content, null),
          gzipped == null ? null : Representation.of(gzipped.toByteArray(), ContentCoding.GZIP));
    }

    Representation wantedBy(Exchange exchange) {
      return gzipped == null || exchange.preferred(GZIP) == null ? plain : gzipped;
    }
  }

  /**
   * A file as it is sent.
   *
   * @param content direct, so that no answer needs a copy of its own
   * @param tag its strong entity tag, quotes included
   * @param coding how it is compressed, or null
   */
  private record Representation(ByteBuf content, String tag, @Nullable ContentCoding coding) {
    static Representation of(byte[] content, @Nullable ContentCoding coding) {
      ByteBuffer direct = ByteBuffer.allocateDirect(content.length).put(content).flip();
      return new Representation(
          Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(direct)), tagOf(content), coding);
    }

    /** Whether the client that says which it knows has this one. */
    boolean isIn(@Nullable String known) {
      return known != null && Arrays.stream(known.split(",")).map(String::strip).anyMatch(this::is);
    }

    private boolean is(String other) {
      return other.equals("*") || other.equals(tag) || other.equals("W/" + tag);
    }
  }

  ClientFiles(String path, @Nullable Function<String, byte @Nullable []> source) {
    this.path = path.endsWith("/") ? path : path + "/";
    if (source != null) {
      try (Zlib zlib = new Zlib()) {
        for (String name : NAMES) {
          byte[] content = source.apply(name);
          files.put(name, content == null ? null : ClientFile.of(name, content, zlib));
        }
      }
    }
  }

  /** Answers a request for a file; false if it is for none. */
  boolean answer(Exchange exchange) {
    String name = exchange.path().substring(Math.min(path.length(), exchange.path().length()));
    if (!files.containsKey(name)) {
      return false;
    }
    ClientFile file = files.get(name);
    if (file == null) {
      exchange.answer(404, null, new byte[0]);
    } else if (METHODS.contains(exchange.method())) {
      answer(exchange, name, file);
    } else {
      FullHttpResponse response = Exchange.response(405, new byte[0]);
      response.headers().set(HttpHeaderNames.ALLOW, "GET,HEAD");
      exchange.answer(response);
    }
    return true;
  }

  private static void answer(Exchange exchange, String name, ClientFile file) {
    Representation sent = file.wantedBy(exchange);
    boolean fresh = sent.isIn(exchange.headers().get(HttpHeaderNames.IF_NONE_MATCH));
    FullHttpResponse response =
        Exchange.response(
            fresh ? 304 : 200, fresh ? Unpooled.EMPTY_BUFFER : sent.content.duplicate());
    if (fresh) {
      response.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
    } else {
      String type = name.endsWith(".map") ? "application/json" : "application/javascript";
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, type + "; charset=utf-8");
      if (sent.coding != null) {
        response.headers().set(HttpHeaderNames.CONTENT_ENCODING, sent.coding.text());
      }
    }
    if (file.gzipped != null) {
      response.headers().add(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
    }
    response.headers().set(HttpHeaderNames.ETAG, sent.tag);
    response.headers().set(HttpHeaderNames.CACHE_CONTROL, "public, max-age=0");
    exchange.answer(response);
  }

  private static String tagOf(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return '"' + HexFormat.of().formatHex(digest, 0, 12) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
