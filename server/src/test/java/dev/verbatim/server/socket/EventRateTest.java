package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What becomes of events over the rate of their socket. */
class EventRateTest extends TwoInAGroup {
  private String message(String content, String tempId) {
    return inGroup(",\"content\":\"" + content + "\",\"tempId\":\"" + tempId + "\"");
  }

  @Test
  void dropsEventsOverTheRateAndTellsTheCallback() throws Exception {
    try (SocketClient a = running.connect("ada")) {
      for (int i = 0; i < RunningChat.EVENT_BURST; i++) {
        a.emit("typing_stop", inGroup(""));
      }
      JsonNode refused = a.call("typing_stop", inGroup(""));
      assertEquals("RATE_LIMIT_EXCEEDED", refused.path("error").path("code").asString());
      assertEquals(1, refused.path("error").path("details").path("retryAfter").asInt());
      assertEquals(1, a.await("rate_limit_error").path("retryAfter").asInt());

      running.time.advance(Duration.ofSeconds(1));
      assertTrue(a.call("typing_stop", inGroup("")).path("ok").asBoolean());
    }
  }

  @Test
  void tellsOfEveryMessageOverTheRateOfEventsThatItWasRefused() throws Exception {
    try (SocketClient a = running.connect("ada")) {
      for (int i = 0; i < RunningChat.EVENT_BURST; i++) {
        a.emit("typing_stop", inGroup(""));
      }
      a.emit("send_message", message("Hello", "t1"));
      a.emit("send_message", "7");
      JsonNode refused = a.call("send_message", message("Hello", "t2"));
      assertEquals("rate_limit_error", a.next().name());
      for (String tempId : List.of("t1", "", "t2")) {
        SocketClient.Received error = a.next();
        assertEquals("message_error", error.name());
        assertEquals("RATE_LIMIT_EXCEEDED", error.payload().path("code").asString());
        JsonNode details = error.payload().path("details");
        assertEquals(1, details.path("retryAfter").asInt());
        assertEquals(tempId, details.path("tempId").asString(""));
        assertEquals(
            tempId.isEmpty() ? "" : group.id().toString(), details.path("groupId").asString(""));
      }
      assertEquals("RATE_LIMIT_EXCEEDED", refused.path("error").path("code").asString());
      assertEquals("t2", refused.path("error").path("details").path("tempId").asString());
      running.time.advance(Duration.ofSeconds(1));
      assertEquals(
          1, a.call("send_message", message("Hello", "t1")).path("message").path("seq").asInt());
      assertEquals("message_sent", a.next().name());
    }
  }

  @Test
  void dropsWhatAGuestSendsOverTheRateInSilence() throws Exception {
    try (SocketClient guest = SocketClient.open(running.port(), null)) {
      guest.await("connect");
      for (int i = 0; i < RunningChat.EVENT_BURST; i++) {
        guest.emit("send_message", message("Hello", "t1"));
        assertEquals("error", guest.next().name());
      }
      JsonNode refused = guest.call("send_message", message("Hello", "t1"));
      assertEquals("RATE_LIMIT_EXCEEDED", refused.path("error").path("code").asString());
      assertEquals("rate_limit_error", guest.next().name());
      running.time.advance(Duration.ofSeconds(1));
      guest.emit("send_message", message("Hello", "t1"));
      assertEquals("error", guest.next().name());
    }
  }

  @Test
  void tellsOfTheRateOfEventsOnceASecond() throws Exception {
    try (SocketClient a = running.connect("ada")) {
      for (int i = 0; i < RunningChat.EVENT_BURST; i++) {
        a.emit("typing_stop", inGroup(""));
      }
      for (int i = 0; i < 3; i++) {
        a.call("typing_stop", inGroup(""));
      }
      running.time.advance(Duration.ofMillis(999));
      int refilled = RunningChat.EVENTS_PER_SECOND * 999 / 1000;
      for (int i = 0; i < refilled + 3; i++) {
        a.call("typing_stop", inGroup(""));
      }
      assertEquals("rate_limit_error", a.next().name());
      running.time.advance(Duration.ofMillis(1));
      for (int i = 0; i < 3; i++) {
        a.call("typing_stop", inGroup(""));
      }
      assertEquals("rate_limit_error", a.next().name());
      running.time.advance(Duration.ofSeconds(1));
      a.assertSilent();
    }
  }
}
