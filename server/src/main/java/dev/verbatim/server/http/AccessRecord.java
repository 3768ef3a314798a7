package dev.verbatim.server.http;

import dev.verbatim.server.Limits;
import dev.verbatim.server.logs.LineText;
import dev.verbatim.server.wire.JsonBytes;
import dev.verbatim.server.wire.WireJson;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the access log tells of a request. Secrets in the URL and the referrer are left out, see
 * {@link Redacted}.
 *
 * @param address null for a local connection
 * @param url path and query as they came
 * @param status null if there was no answer
 * @param length the answer's, as it says itself
 * @param millis from the request's head to the end of the answer
 */
record AccessRecord(
    Instant at,
    @Nullable InetAddress address,
    String method,
    String url,
    String version,
    @Nullable Integer status,
    @Nullable String length,
    @Nullable String referrer,
    @Nullable String agent,
    String requestId,
    String route,
    double millis) {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  static AccessRecord of(
      TrackedRequest request,
      @Nullable InetAddress address,
      @Nullable HttpResponse response,
      Instant at) {
    String referrer = request.headers().get(HttpHeaderNames.REFERER);
    return new AccessRecord(
        at,
        address,
        request.method().name(),
        Redacted.url(request.uri()),
        request.protocolVersion().majorVersion() + "." + request.protocolVersion().minorVersion(),
        response == null ? null : response.status().code(),
        response == null ? null : response.headers().get(HttpHeaderNames.CONTENT_LENGTH),
        referrer == null ? null : Redacted.url(referrer),
        Redacted.text(request.headers().get(HttpHeaderNames.USER_AGENT)),
        request.id(),
        request.route(),
        (System.nanoTime() - request.arrivedNanos()) / NANOS_PER_MILLI);
  }

  /**
   * As Morgan's format {@code combined}: {@code :remote-addr - :remote-user [:date[clf]] ":method
   * :url HTTP/:http-version" :status :res[content-length] ":referrer" ":user-agent"}. Quotes and
   * what is no printable ASCII are escaped as Apache's httpd does.
   */
  String combined() {
    StringBuilder line = new StringBuilder(256);
    line.append(address == null ? "-" : address.getHostAddress()).append(" - - [");
    TIME.formatTo(at, line);
    line.append("] \"");
    quote(line, method);
    line.append(' ');
    quote(line, url);
    line.append(" HTTP/").append(version).append("\" ");
    line.append(status == null ? "-" : status.toString()).append(' ');
    line.append(length == null ? "-" : length).append(" \"");
    quote(line, referrer == null ? "-" : referrer);
    line.append("\" \"");
    quote(line, agent == null ? "-" : agent);
    return line.append('"').toString();
  }

  private static void quote(StringBuilder line, String text) {
    int end = Math.min(text.length(), Limits.ACCESS_FIELD_CHARS_MAX);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        line.append('\\').append(c);
      } else if (c >= ' ' && c <= '~') {
        line.append(c);
      } else {
        line.append(c > 0xff ? "\\u%04x".formatted((int) c) : "\\x%02x".formatted((int) c));
      }
    }
    line.append(end < text.length() ? "..." : "");
  }

  /** An object of JSON on a line, with the texts escaped as those of the log. */
  String json() {
    byte[] object =
        JsonBytes.ofObject(
            json -> {
              WireJson.time(json, "timestamp", at);
              WireJson.optional(json, "address", address == null ? null : address.getHostAddress());
              json.writeStringProperty("method", cut(method));
              json.writeStringProperty("url", cut(url));
              json.writeStringProperty("route", route);
              json.writeStringProperty("httpVersion", version);
              if (status != null) {
                json.writeNumberProperty("status", status);
              }
              WireJson.optional(json, "contentLength", length);
              WireJson.optional(json, "referrer", referrer == null ? null : cut(referrer));
              WireJson.optional(json, "userAgent", agent == null ? null : cut(agent));
              json.writeStringProperty("requestId", requestId);
              json.writeNumberProperty("durationMillis", Math.round(millis * 1000) / 1000.0);
            });
    return new String(object, StandardCharsets.UTF_8);
  }

  private static String cut(String text) {
    return LineText.of(
        text.length() <= Limits.ACCESS_FIELD_CHARS_MAX
            ? text
            : text.substring(0, Limits.ACCESS_FIELD_CHARS_MAX) + "...");
  }
}
