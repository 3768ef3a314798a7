package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.ChatSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What becomes of messages over the rate of their user, which here is one a second. */
class MessageRateTest extends TwoInAGroup {
  @Override
  ChatSettings.Builder settings() {
    return super.settings().messageRate(1, 1);
  }

  private String message(String tempId) {
    return inGroup(",\"content\":\"Hello\",\"tempId\":\"" + tempId + "\"");
  }

  @Test
  void refusesAMessageOverTheRateAndTellsWhenToTryAgain() throws Exception {
    try (SocketClient a = running.connect("ada")) {
      assertTrue(a.call("send_message", message("t1")).path("ok").asBoolean());
      a.await("message_sent");
      JsonNode refused = a.call("send_message", message("t2")).path("error");
      assertEquals("RATE_LIMIT_EXCEEDED", refused.path("code").asString());
      assertEquals("t2", refused.at("/details/tempId").asString());
      assertEquals(group.id().toString(), refused.at("/details/groupId").asString());
      assertEquals(1, refused.at("/details/retryAfter").asInt());
      SocketClient.Received error = a.next();
      assertEquals("message_error", error.name());
      assertEquals(refused, error.payload());
      SocketClient.Received limit = a.next();
      assertEquals("rate_limit_error", limit.name());
      assertTrue(limit.payload().path("message").isString(), limit.toString());
      assertEquals(1, limit.payload().path("retryAfter").asInt());

      running.time.advance(Duration.ofSeconds(1));
      JsonNode again = a.call("send_message", message("t2"));
      assertEquals(2, again.at("/message/seq").asInt(), again.toString());
    }
  }

  @Test
  void answersARetryOfAKnownTempIdOverTheRate() throws Exception {
    try (SocketClient a = running.connect("ada")) {
      JsonNode first = a.call("send_message", message("t1"));
      for (int i = 0; i < 2; i++) {
        JsonNode retry = a.call("send_message", message("t1"));
        assertTrue(retry.path("ok").asBoolean(), retry.toString());
        assertEquals(first.path("message"), retry.path("message"));
      }
    }
  }

  @Test
  void countsTheMessagesOfAUserOnAllDevicesAndNotOfOthers() throws Exception {
    try (SocketClient phone = running.connect("ada");
        SocketClient desk = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      assertTrue(phone.call("send_message", message("t1")).path("ok").asBoolean());
      JsonNode refused = desk.call("send_message", message("t2"));
      assertEquals("RATE_LIMIT_EXCEEDED", refused.at("/error/code").asString());
      assertTrue(b.call("send_message", message("t1")).path("ok").asBoolean());
    }
  }
}
