package dev.verbatim.socketio;

import dev.verbatim.socketio.ConnectionError.Context;
import dev.verbatim.socketio.SocketIoOptions.TransportName;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a request's head asks of the engine, in the reference server's order. Pure.
 *
 * <p>It is stricter where that one answers 101 only to close the WebSocket at once, or never
 * answers: an upgrade that names polling, a request of a WebSocket's session that is no upgrade.
 * And where upgrades are not allowed it refuses them, which that one only does not suggest.
 */
final class Verification {
  /** 16 bytes in base64. */
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{22}==");

  private final SocketIoOptions options;

  Verification(SocketIoOptions options) {
    this.options = options;
  }

  /**
   * Why a request is to be refused, as far as its head tells, or null.
   *
   * @param session the one that it names, if there is one
   */
  @Nullable Context refusal(Exchange exchange, @Nullable Session session) {
    String name = exchange.query("transport");
    TransportName transport = transport(name);
    if (name == null || transport == null) {
      return new Context.TransportUnknown(name);
    }
    String sid = exchange.sid();
    Context refusal;
    if (sid == null) {
      refusal = refusalOfHandshake(exchange, transport);
    } else if (session == null) {
      refusal = new Context.SessionUnknown(sid);
    } else {
      refusal = refusalOfRequest(exchange, transport);
    }
    return refusal == null && exchange.isUpgrade() ? refusalOfUpgrade(exchange) : refusal;
  }

  private @Nullable TransportName transport(@Nullable String text) {
    for (TransportName transport : options.transports()) {
      if (transport.text().equals(text)) {
        return transport;
      }
    }
    return null;
  }

  private static @Nullable Context refusalOfHandshake(Exchange exchange, TransportName transport) {
    if (!exchange.method().equals(HttpMethod.GET)) {
      return new Context.BadHandshakeMethod(exchange.method().name());
    }
    boolean isWebSocket = transport == TransportName.WEBSOCKET;
    return exchange.isUpgrade() == isWebSocket ? null : new Context.TransportHandshakeError();
  }

  private @Nullable Context refusalOfRequest(Exchange exchange, TransportName transport) {
    HttpMethod method = exchange.method();
    boolean isGet = method.equals(HttpMethod.GET);
    if (exchange.isUpgrade()) {
      boolean fits = transport == TransportName.WEBSOCKET && options.allowUpgrades();
      return fits ? isGet ? null : new Context.BadMethod(method.name()) : mismatch(transport);
    }
    if (transport != TransportName.POLLING) {
      return mismatch(transport);
    }
    return isGet || method.equals(HttpMethod.POST) ? null : new Context.BadMethod(method.name());
  }

  private static Context mismatch(TransportName transport) {
    return new Context.TransportMismatch(transport.text());
  }

  /** RFC 6455, 4.2.1. */
  private static @Nullable Context refusalOfUpgrade(Exchange exchange) {
    String version = exchange.headers().get(HttpHeaderNames.SEC_WEBSOCKET_VERSION);
    if (!"13".equals(version)) {
      return new Context.WebSocketVersionUnknown(version);
    }
    String key = exchange.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY);
    return key != null && KEY.matcher(key).matches() ? null : new Context.WebSocketKeyMissing();
  }
}
