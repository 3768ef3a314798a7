package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What a client said when it connected: the HTTP request that began its session, and the CONNECT
 * packet that asked for the namespace. Immutable.
 */
public final class Handshake {
  private final Request request;
  private final byte @Nullable [] auth;

  private Handshake(Request request, byte @Nullable [] auth) {
    this.request = request;
    this.auth = auth;
  }

  static Handshake of(Channel channel, HttpRequest request, int queryParametersMax) {
    StringBuilder headers = new StringBuilder(512);
    for (Map.Entry<String, String> header : request.headers()) {
      headers.append(header.getKey()).append(':').append(header.getValue()).append('\n');
    }
    return new Handshake(
        new Request(
            request.uri(),
            headers.toString(),
            channel.remoteAddress() instanceof InetSocketAddress address ? address : null,
            null,
            channel.pipeline().get(SslHandler.class) != null,
            System.currentTimeMillis(),
            queryParametersMax),
        null);
  }

  /** The same, of a client of this address. */
  Handshake from(@Nullable InetAddress client) {
    return new Handshake(
        new Request(
            request.url,
            request.headers,
            request.address,
            client,
            request.secure,
            request.millis,
            request.queryParametersMax),
        auth);
  }

  /** The same without parameters of these names in its query. */
  Handshake without(Set<String> parameters) {
    return parameters.isEmpty()
        ? this
        : new Handshake(
            new Request(
                urlWithout(parameters),
                request.headers,
                request.address,
                request.client,
                request.secure,
                request.millis,
                request.queryParametersMax),
            auth);
  }

  /** As it was sent, but for what is left out; what is no query any more is left out, too. */
  private String urlWithout(Set<String> parameters) {
    int query = request.url.indexOf('?');
    if (query < 0) {
      return request.url;
    }
    int fragment = request.url.indexOf('#', query);
    String pairs = request.url.substring(query + 1, fragment < 0 ? request.url.length() : fragment);
    StringJoiner left = new StringJoiner("&");
    // The decoder takes both for separators.
    for (String pair : pairs.split("[&;]")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      if (!parameters.contains(QueryStringDecoder.decodeComponent(name))) {
        left.add(pair);
      }
    }
    return request.url.substring(0, query + 1) + left;
  }

  Handshake withAuth(byte @Nullable [] json) {
    return new Handshake(request, json);
  }

  /** The request's path and query, as sent, but for {@link Socket#forgetQuery}. */
  public String url() {
    return request.url;
  }

  /** The first value of a header, whose name is not case-sensitive, or null. */
  public @Nullable String header(String name) {
    List<String> values = headers(name);
    return values.isEmpty() ? null : values.getFirst();
  }

  /** All values of a header. */
  public List<String> headers(String name) {
    List<String> values = new ArrayList<>(1);
    for (String line : request.headers.split("\n")) {
      int colon = line.indexOf(':');
      if (colon == name.length() && line.regionMatches(true, 0, name, 0, colon)) {
        values.add(line.substring(colon + 1));
      }
    }
    return values;
  }

  /** The first value of a parameter of the query, decoded, or null. */
  public @Nullable String query(String name) {
    List<String> values = query().get(name);
    return values == null ? null : values.getFirst();
  }

  /** The values of all parameters of the query, decoded. */
  public Map<String, List<String>> query() {
    return new QueryStringDecoder(request.url, UTF_8, true, request.queryParametersMax)
        .parameters();
  }

  /**
   * The client's {@code auth}, one JSON object in UTF-8, or null if it sent none. Of a client of
   * Engine.IO v3 it is the query behind the namespace's name, whose values are strings.
   */
  public byte @Nullable [] auth() {
    return auth;
  }

  /**
   * The address at the other end of the connection, which may be a proxy's, or null for a local
   * one.
   */
  public @Nullable InetAddress address() {
    return request.address == null ? null : request.address.getAddress();
  }

  /** When the request came. */
  public Instant time() {
    return Instant.ofEpochMilli(request.millis);
  }

  /**
   * The client's own address, as {@link SocketIoOptions#addressOf} has told it; null for one that
   * has none, or before it was asked. The limits of addresses count for it.
   */
  public @Nullable InetAddress client() {
    return request.client;
  }

  /** Whether the connection is encrypted up to this server. */
  public boolean secure() {
    return request.secure;
  }

  /**
   * The HTTP request of a session.
   *
   * @param headers the lines {@code name:value}; kept as one string, since a session may last for
   *     days and its headers are hardly ever asked for
   * @param address the other end of the connection
   * @param client the client's address, once it has been found out
   */
  private record Request(
      String url,
      String headers,
      @Nullable InetSocketAddress address,
      @Nullable InetAddress client,
      boolean secure,
      long millis,
      int queryParametersMax) {}
}
