package dev.verbatim.server.http;

import dev.verbatim.server.Limits;
import dev.verbatim.socketio.protocol.AcceptEncoding;
import dev.verbatim.socketio.protocol.ContentCoding;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * Compresses answers for clients that accept gzip, where the answer was made: the framework would
 * do it on the connection's event loop. Stateless.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class Compression {
  /** Of an answer that nobody is to compress, here and on its way (RFC 9111, 5.2.2.6). */
  static final String NO_TRANSFORM = "no-store, no-transform";

  /** The attribute of an answer whose body is always the same: what {@link #gzip} made of it. */
  static final String GZIPPED = "verbatim.gzipped";

  @ResponseFilter
  void compress(HttpRequest<?> request, MutableHttpResponse<?> response) {
    if (response.getStatus() == HttpStatus.NOT_MODIFIED) {
      response.header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
      return;
    }
    if (!(response.body() instanceof byte[] body)
        || body.length < Limits.COMPRESSED_BYTES_MIN
        || !isText(response)
        || NO_TRANSFORM.equals(response.getHeaders().get(HttpHeaders.CACHE_CONTROL))) {
      return;
    }
    response.header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    List<String> accepted = request.getHeaders().getAll(HttpHeaders.ACCEPT_ENCODING);
    if (request.getMethod() != HttpMethod.HEAD
        && AcceptEncoding.preferred(accepted, List.of(ContentCoding.GZIP)) != null) {
      byte[] gzipped = response.getAttribute(GZIPPED, byte[].class).orElseGet(() -> gzip(body));
      response.header(HttpHeaders.CONTENT_ENCODING, ContentCoding.GZIP.text()).body(gzipped);
    }
  }

  private static boolean isText(MutableHttpResponse<?> response) {
    return response.getContentType().map(MediaType::isTextBased).orElse(false);
  }

  static byte[] gzip(byte[] body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length / 2);
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException("Memory cannot be written", e);
    }
    return bytes.toByteArray();
  }
}
