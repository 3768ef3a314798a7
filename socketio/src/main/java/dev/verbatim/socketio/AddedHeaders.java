package dev.verbatim.socketio;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds to answers what the options say that they carry. Immutable; called on the event loop of the
 * request's channel. What a user of the library has given it may fail: then the answer goes out
 * without it, for what is in it may be lost to the client otherwise.
 */
final class AddedHeaders {
  private static final Logger log = LoggerFactory.getLogger(AddedHeaders.class);

  private final SocketIoOptions options;

  AddedHeaders(SocketIoOptions options) {
    this.options = options;
  }

  /** Adds what a page of another origin needs to read an answer, whatever the answer is. */
  void addCors(Exchange exchange, HttpHeaders answer) {
    Cors cors = options.cors();
    if (cors != null) {
      try {
        cors.addTo(answer, exchange.method(), exchange.headers());
      } catch (Throwable e) {
        log.error("the origin of a page could not be judged", e);
      }
    }
  }

  /**
   * Adds to an answer of a transport.
   *
   * @param opened the id of the polling session that begins with the answer, or null
   */
  void addToTransport(Exchange exchange, HttpHeaders answer, @Nullable String opened) {
    Cookie cookie = options.cookie();
    if (cookie != null && opened != null) {
      answer.add(HttpHeaderNames.SET_COOKIE, cookie.of(opened));
    }
    if (exchange.sid() == null) {
      ask(options.initialHeaders(), exchange, answer);
    }
    ask(options.headers(), exchange, answer);
  }

  private static void ask(
      @Nullable BiConsumer<ResponseHeaders, Handshake> hook,
      Exchange exchange,
      HttpHeaders answer) {
    if (hook == null) {
      return;
    }
    try {
      hook.accept(new ResponseHeaders(answer), exchange.handshake());
    } catch (Throwable e) {
      log.error("headers could not be added to an answer", e);
    }
  }
}
