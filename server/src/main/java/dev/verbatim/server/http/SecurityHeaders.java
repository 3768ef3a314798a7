package dev.verbatim.server.http;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Map;

/**
 * Gives every answer of the framework the headers that Helmet 8 sets by default, unless it has a
 * stricter one, and keeps it out of caches unless it says otherwise. It stands behind Socket.IO's
 * gate, so that nothing of {@code /socket.io/} passes it, and before the framework, so that also
 * what fails before any filter has them. Without state.
 *
 * @see <a href="https://helmetjs.github.io/">Helmet</a>
 */
@ChannelHandler.Sharable
final class SecurityHeaders extends ChannelOutboundHandlerAdapter {
  private static final List<Map.Entry<AsciiString, AsciiString>> HEADERS =
      List.of(
          header(
              "Content-Security-Policy",
              "default-src 'self';base-uri 'self';font-src 'self' https: data:;form-action"
                  + " 'self';frame-ancestors 'self';img-src 'self' data:;object-src"
                  + " 'none';script-src 'self';script-src-attr 'none';style-src 'self' https:"
                  + " 'unsafe-inline';upgrade-insecure-requests"),
          header("Cache-Control", "no-store"),
          header("Cross-Origin-Opener-Policy", "same-origin"),
          header("Cross-Origin-Resource-Policy", "same-origin"),
          header("Origin-Agent-Cluster", "?1"),
          header("Referrer-Policy", "no-referrer"),
          header("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
          header("X-Content-Type-Options", "nosniff"),
          header("X-DNS-Prefetch-Control", "off"),
          header("X-Download-Options", "noopen"),
          header("X-Frame-Options", "SAMEORIGIN"),
          header("X-Permitted-Cross-Domain-Policies", "none"),
          header("X-XSS-Protection", "0"));

  static final SecurityHeaders HANDLER = new SecurityHeaders();

  private SecurityHeaders() {}

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof HttpResponse response) {
      HttpHeaders headers = response.headers();
      for (Map.Entry<AsciiString, AsciiString> header : HEADERS) {
        if (!headers.contains(header.getKey())) {
          headers.set(header.getKey(), header.getValue());
        }
      }
      headers.remove(HttpHeaderNames.SERVER);
    }
    context.write(message, promise);
  }

  private static Map.Entry<AsciiString, AsciiString> header(String name, String value) {
    return Map.entry(AsciiString.cached(name), AsciiString.cached(value));
  }
}
