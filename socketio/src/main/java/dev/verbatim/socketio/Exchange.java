package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request to the engine and its answer. Filled by its gate on its channel's event loop,
 * then handed to whoever answers it, once, from any thread.
 */
final class Exchange {
  /** Parameters of one query; what comes behind them is left out. Clients send four. */
  static final int QUERY_PARAMETERS_MAX = 64;

  private final Gate gate;
  private final Channel channel;
  private final HttpRequest request;
  private final String path;
  private final Map<String, List<String>> query;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);

  /** What to do when the client is gone before the answer; the channel's event loop's. */
  private @Nullable Runnable gone;

  private boolean isGone;

  Exchange(Gate gate, Channel channel, HttpRequest request) {
    this.gate = gate;
    this.channel = channel;
    this.request = request;
    QueryStringDecoder decoder =
        new QueryStringDecoder(request.uri(), UTF_8, true, QUERY_PARAMETERS_MAX);
    this.path = decoder.rawPath();
    this.query = decoder.parameters();
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

  String path() {
    return path;
  }

  @Nullable String query(String name) {
    List<String> values = query.get(name);
    return values == null || values.isEmpty() ? null : values.getFirst();
  }

  HttpHeaders headers() {
    return request.headers();
  }

  Handshake handshake() {
    return Handshake.of(channel, request);
  }

  boolean isKeptAlive() {
    return HttpUtil.isKeepAlive(request);
  }

  boolean isOctetStream() {
    return "application/octet-stream".equals(headers().get(HttpHeaderNames.CONTENT_TYPE));
  }

  /** Whether this asks for the change to WebSocket (RFC 6455, 4.2.1). */
  boolean isUpgrade() {
    return headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
        && headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
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
    if (gone != null) {
      gone.run();
    }
  }

  // The answer

  void answerOk() {
    answer(200, "text/html", "ok".getBytes(UTF_8));
  }

  /**
   * Answers a poll.
   *
   * @param sent called once, on any thread, with whether the answer has gone out: false when the
   *     connection was gone before
   */
  void answerPoll(byte[] payload, Consumer<Boolean> sent) {
    FullHttpResponse response = response(200, "text/plain; charset=UTF-8", payload);
    try {
      runOnChannel(
          () -> gate.onAnswer(this, response).addListener(f -> sent.accept(f.isSuccess())));
    } catch (RejectedExecutionException _) {
      sent.accept(false);
    }
  }

  void refuse(EngineError error) {
    answer(error.status(), "application/json", error.body());
  }

  void answer(int status, @Nullable String contentType, byte[] content) {
    answer(response(status, contentType, content));
  }

  private static FullHttpResponse response(
      int status, @Nullable String contentType, byte[] content) {
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
