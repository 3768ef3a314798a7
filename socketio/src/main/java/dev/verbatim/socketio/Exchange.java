package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.verbatim.socketio.ConnectionError.Context;
import dev.verbatim.socketio.protocol.AcceptEncoding;
import dev.verbatim.socketio.protocol.ContentCoding;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP request to the engine and its answer. Filled by its gate on its channel's event loop,
 * then handed to whoever answers it, once, from any thread.
 */
final class Exchange {
  private static final Logger log = LoggerFactory.getLogger(Exchange.class);

  private static final String OCTET_STREAM = "application/octet-stream";

  /** When there may be another server: who stands behind a balancer finds one at once. */
  private static final Duration RESTART_TIME = Duration.ofSeconds(1);

  private final Gate gate;
  private final Channel channel;
  private final HttpRequest request;
  private final @Nullable Target target;
  private final int queryParametersMax;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);

  /** The session whose one request with a body this is, or null; the channel's event loop's. */
  private @Nullable Session receiver;

  /** Made when it is asked for, which it seldom is. */
  private @Nullable String id;

  /** What to do when the client is gone before the answer; the channel's event loop's. */
  private @Nullable Runnable gone;

  private boolean isGone;

  /** The id of the session that begins with the answer. */
  private @Nullable String openedId;

  /** Whether it is the answer of a transport, and no refusal. */
  private boolean isAnsweredByTransport;

  /** A request's path, as sent, and its query, decoded. */
  private record Target(String path, Map<String, List<String>> query) {
    /** Reads a URI; null if it cannot be decoded. */
    static @Nullable Target of(String uri, int parametersMax) {
      try {
        QueryStringDecoder decoder = new QueryStringDecoder(uri, UTF_8, true, parametersMax);
        return new Target(decoder.rawPath(), decoder.parameters());
      } catch (IllegalArgumentException _) {
        return null;
      }
    }
  }

  Exchange(Gate gate, Channel channel, HttpRequest request, int queryParametersMax) {
    this.gate = gate;
    this.channel = channel;
    this.request = request;
    this.target = Target.of(request.uri(), queryParametersMax);
    this.queryParametersMax = queryParametersMax;
  }

  // The request

  Gate gate() {
    return gate;
  }

  Channel channel() {
    return channel;
  }

  HttpMethod method() {
    return request.method();
  }

  /** What makes the request impossible to read, or null. */
  @Nullable HttpResponseStatus mistake() {
    return switch (request.decoderResult().cause()) {
      case TooLongHttpLineException _ -> HttpResponseStatus.REQUEST_URI_TOO_LONG;
      case TooLongHttpHeaderException _ -> HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
      case null -> target == null ? HttpResponseStatus.BAD_REQUEST : null;
      default -> HttpResponseStatus.BAD_REQUEST;
    };
  }

  String path() {
    return target == null ? "" : target.path;
  }

  @Nullable String query(String name) {
    List<String> values = target == null ? null : target.query.get(name);
    return values == null || values.isEmpty() ? null : values.getFirst();
  }

  /** The id of the session that it is for, or null if it asks for a new one. */
  @Nullable String sid() {
    String sid = query("sid");
    return sid == null || sid.isEmpty() ? null : sid;
  }

  HttpHeaders headers() {
    return request.headers();
  }

  /** By which it is found in logs. For whoever answers it. */
  String id() {
    String known = id;
    if (known == null) {
      known = RequestId.of(headers().get(RequestId.HEADER));
      id = known;
    }
    return known;
  }

  Handshake handshake() {
    return Handshake.of(channel, request, queryParametersMax);
  }

  boolean isKeptAlive() {
    return HttpUtil.isKeepAlive(request);
  }

  /** Whether the client takes the connection to end with the answer unless it is told otherwise. */
  boolean isOfHttp10() {
    return !request.protocolVersion().isKeepAliveDefault();
  }

  /** Whether the client sends the body only when it is told to go on (RFC 9110, 10.1.1). */
  boolean expectsContinue() {
    return HttpUtil.is100ContinueExpected(request);
  }

  /** Whether a body is announced. */
  boolean hasBody() {
    return bodyLength() > 0 || HttpUtil.isTransferEncodingChunked(request);
  }

  /** The body's length in bytes, as announced; 0 if it is not. */
  long bodyLength() {
    return HttpUtil.getContentLength(request, 0L);
  }

  boolean isOctetStream() {
    return OCTET_STREAM.equals(headers().get(HttpHeaderNames.CONTENT_TYPE));
  }

  /** How the client wants the answer's content compressed most; null for not at all. */
  @Nullable ContentCoding preferred(List<ContentCoding> offered) {
    return AcceptEncoding.preferred(headers().getAll(HttpHeaderNames.ACCEPT_ENCODING), offered);
  }

  /** Whether this asks for the change to WebSocket (RFC 6455, 4.2.1). */
  boolean isUpgrade() {
    return headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
        && headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
  }

  /** Is a session's one request with a body until it is answered or gone; false for a second. */
  boolean beginBodyFor(Session session) {
    if (!session.beginBody()) {
      return false;
    }
    receiver = session;
    return true;
  }

  /** There is an answer, which the client may send the next body upon. */
  void endBody() {
    Session session = receiver;
    receiver = null;
    if (session != null) {
      session.endBody();
    }
  }

  /** Takes in a part of the body; false if it grows beyond the bound. */
  boolean add(ByteBuf part, int bytesMax) {
    if (body.size() + part.readableBytes() > bytesMax) {
      return false;
    }
    byte[] bytes = new byte[part.readableBytes()];
    part.getBytes(part.readerIndex(), bytes);
    body.writeBytes(bytes);
    return true;
  }

  byte[] body() {
    return body.toByteArray();
  }

  /** Sets what to do, on the channel's event loop, when the client is gone before the answer. */
  void whenGone(Runnable action) {
    runOnChannel(
        () -> {
          if (isGone) {
            action.run();
          } else {
            gone = action;
          }
        });
  }

  /** The connection is closed. */
  void onGone() {
    isGone = true;
    endBody();
    if (gone != null) {
      gone.run();
    }
  }

  // The answer

  /** The answer begins a polling session. */
  void onOpened(String sessionId) {
    openedId = sessionId;
  }

  @Nullable String openedId() {
    return openedId;
  }

  boolean isAnsweredByTransport() {
    return isAnsweredByTransport;
  }

  /** Answers a POST. */
  void answerOk() {
    FullHttpResponse response = response(200, "text/html", "ok".getBytes(UTF_8));
    runOnChannel(
        () -> {
          isAnsweredByTransport = true;
          gate.onAnswer(this, response);
        });
  }

  /**
   * Answers a poll. Of what nobody keeps, only an answer that is compressed says that others may
   * get another one.
   *
   * @param sent called once, on any thread, with whether the answer has gone out: false when the
   *     connection was gone before
   */
  void answerPoll(PollAnswer answer, Consumer<Boolean> sent) {
    String contentType = answer.isBinary() ? OCTET_STREAM : "text/plain; charset=UTF-8";
    FullHttpResponse response = response(200, contentType, answer.body().toByteArray());
    ContentCoding coding = answer.coding();
    if (coding != null) {
      response
          .headers()
          .set(HttpHeaderNames.CONTENT_ENCODING, coding.text())
          .add(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
    }
    try {
      runOnChannel(
          () -> {
            isAnsweredByTransport = true;
            gate.onAnswer(this, response).addListener(f -> sent.accept(f.isSuccess()));
          });
    } catch (RejectedExecutionException _) {
      sent.accept(false);
    }
  }

  /** Refuses a request of a session that its transport has no use for. */
  void refuse(EngineError error) {
    FullHttpResponse response = response(error.status(), "application/json", error.body(null));
    refuse(error.counted(), response);
  }

  /**
   * Refuses what the request asks of the engine: in JSON, or, if it asks for an upgrade, in plain
   * words and for good, as the reference server does.
   */
  void refuse(ConnectionError.Context context) {
    EngineError error = EngineError.of(context);
    String words = context instanceof Context.Forbidden(String message) ? message : null;
    FullHttpResponse response;
    if (isUpgrade()) {
      String plain = words == null ? error.message() : words;
      response = response(error.status(), "text/html", plain.getBytes(UTF_8));
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else {
      response = response(error.status(), "application/json", error.body(words));
    }
    Duration retryAfter = retryAfter(context);
    if (retryAfter != null) {
      // In whole seconds, and not too early.
      long seconds = retryAfter.plusSeconds(1).minusNanos(1).toSeconds();
      response.headers().set(HttpHeaderNames.RETRY_AFTER, Long.toString(seconds));
    } else if (context instanceof Context.WebSocketVersionUnknown) {
      response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
    }
    refuse(error.counted(), response);
  }

  /** When it is worth asking again, if that can be said. */
  private static @Nullable Duration retryAfter(ConnectionError.Context context) {
    return switch (context) {
      case Context.TooManyHandshakes(Duration retryAfter) -> retryAfter;
      case Context.TooManyWaiting(Duration retryAfter) -> retryAfter;
      case Context.ShuttingDown() -> RESTART_TIME;
      default -> null;
    };
  }

  /** The one place where a request is refused: told in the log under its id, and answered. */
  private void refuse(Refusal reason, FullHttpResponse response) {
    if (log.isDebugEnabled()) {
      log.atDebug()
          .addKeyValue("requestId", id())
          .addKeyValue("code", reason.name())
          .log("a request is refused: {} {}, {}", method(), path(), response.status().code());
    }
    if (gate.givesRequestIds()) {
      response.headers().set(RequestId.HEADER, id());
    }
    runOnChannel(
        () -> {
          gate.onRefused(this, reason);
          gate.onAnswer(this, response);
        });
  }

  /** Refuses what is not HTTP as it should be: the connection is of no more use. */
  void refuseAndClose(HttpResponseStatus status) {
    FullHttpResponse response =
        status.code() == HttpResponseStatus.BAD_REQUEST.code()
            ? response(400, "application/json", EngineError.BAD_REQUEST.body(null))
            : response(status.code(), Unpooled.EMPTY_BUFFER);
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    refuse(Refusal.of(status), response);
  }

  void answer(int status, @Nullable String contentType, byte[] content) {
    answer(response(status, contentType, content));
  }

  static FullHttpResponse response(int status, @Nullable String contentType, byte[] content) {
    FullHttpResponse response = response(status, content);
    if (contentType != null) {
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
    }
    response.headers().set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
    return response;
  }

  static FullHttpResponse response(int status, byte[] content) {
    return response(status, Unpooled.wrappedBuffer(content));
  }

  /** A response whose content is the buffer, the reference included. */
  static FullHttpResponse response(int status, ByteBuf content) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), content);
    HttpUtil.setContentLength(response, content.readableBytes());
    return response;
  }

  void answer(FullHttpResponse response) {
    runOnChannel(() -> gate.onAnswer(this, response));
  }

  private void runOnChannel(Runnable task) {
    if (channel.eventLoop().inEventLoop()) {
      task.run();
    } else {
      channel.eventLoop().execute(task);
    }
  }
}
