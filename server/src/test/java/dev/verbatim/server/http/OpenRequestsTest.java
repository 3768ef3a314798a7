package dev.verbatim.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One connection whose requests a test answers. */
final class OpenRequestsTest {
  private boolean isDraining;
  private final OpenRequests requests = new OpenRequests(() -> isDraining);
  private final EmbeddedChannel connection = new EmbeddedChannel(requests.ofConnection());

  @AfterEach
  void close() {
    assertFalse(connection.finishAndReleaseAll());
  }

  private void ask() {
    ask(Unpooled.copiedBuffer("{", StandardCharsets.UTF_8));
  }

  private void ask(ByteBuf body) {
    connection.writeInbound(
        new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/api/messages"),
        new DefaultHttpContent(body),
        LastHttpContent.EMPTY_LAST_CONTENT);
  }

  private void take() {
    connection.readInbound();
    HttpContent part = connection.readInbound();
    part.release();
    connection.readInbound();
  }

  private void answer() {
    connection.writeOutbound(
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.EMPTY_BUFFER));
  }

  private FullHttpResponse answered() {
    FullHttpResponse answer = connection.readOutbound();
    answer.release();
    return answer;
  }

  @Test
  void leavesAConnectionOpenBehindAnAnswer() {
    ask();
    take();
    answer();
    assertNull(answered().headers().get("connection"));
    assertTrue(connection.isOpen());
    assertTrue(requests.whenAnswered().isDone());
  }

  @Test
  void closesItBehindTheAnswerOnceTheServiceDrains() {
    ask();
    take();
    isDraining = true;
    CompletableFuture<Void> whenAnswered = requests.whenAnswered();
    assertFalse(whenAnswered.isDone());
    answer();
    assertEquals("close", answered().headers().get("connection"));
    assertFalse(connection.isOpen());
    assertTrue(whenAnswered.isDone());
  }

  @Test
  void refusesWhatComesWhenItIsOver() {
    isDraining = true;
    requests.end();
    ByteBuf sent = Unpooled.copiedBuffer("{", StandardCharsets.UTF_8);
    ask(sent);
    assertNull(connection.readInbound());
    assertEquals(0, sent.refCnt());
    FullHttpResponse refusal = connection.readOutbound();
    assertEquals(503, refusal.status().code());
    assertEquals("close", refusal.headers().get("connection"));
    String body = refusal.content().toString(StandardCharsets.UTF_8);
    assertTrue(body.contains("\"code\":\"UNAVAILABLE\""), body);
    refusal.release();
    assertFalse(connection.isOpen());
    assertTrue(requests.whenAnswered().isDone());
  }

  @Test
  void answersWhatCameBeforeThatAndNothingBehindIt() {
    isDraining = true;
    ask();
    take();
    requests.end();
    ask();
    assertNull(connection.readInbound());
    assertNull(connection.readOutbound());
    answer();
    assertEquals(200, answered().status().code());
    assertFalse(connection.isOpen());
    assertTrue(requests.whenAnswered().isDone());
  }
}
