package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.verbatim.server.faults.RecordedFaults;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Whoever meets a fault of the server is told the id under which the log has it. */
final class FaultAnswersTest extends TwoInAGroup {
  @RegisterExtension final RecordedFaults faults = new RecordedFaults();

  private void assertLoggedOnce(JsonNode error, String message) {
    assertEquals("INTERNAL_ERROR", error.path("code").asString(), error.toString());
    String id = error.at("/details/errorId").asString();
    List<ILoggingEvent> records = faults.withId(id);
    assertEquals(1, records.size(), id);
    assertEquals(message, records.getFirst().getThrowableProxy().getMessage());
    assertFalse(error.toString().contains(message), "the client is told of the inside");
  }

  @Test
  void isToldInTheRefusalOfAConnect() {
    running.heldIdentity.fail();
    try (SocketClient client =
        SocketClient.open(running.port(), "{\"token\":\"" + running.token("ada") + "\"}")) {
      JsonNode error = client.await("connect_error").path("data");
      assertLoggedOnce(error, "The identity is broken");
      assertFalse(error.at("/details/socketId").asString("").isEmpty(), error.toString());
    }
  }

  @Test
  void isToldInTheAnswerToAnEvent() {
    try (SocketClient client = SocketClient.open(running.port(), null)) {
      client.await("connect");
      running.heldIdentity.fail();
      JsonNode answer = client.call("authenticate", "{\"token\":\"" + running.token("ada") + "\"}");
      assertLoggedOnce(answer.path("error"), "The identity is broken");
    }
  }

  @Test
  void isToldOfAnErrorInAnAction() throws Exception {
    try (SocketClient client = running.connect("eve")) {
      running.questions.fail(new AssertionError("Nothing can be asked"));
      String groupId = "{\"groupId\":\"0123456789abcdef01234567\"}";
      assertLoggedOnce(client.call("get_messages", groupId).path("error"), "Nothing can be asked");
    }
  }

  @Test
  void isToldOfWhatFailsLaterOnTheEventLoop() throws Exception {
    try (SocketClient client = running.connect("eve")) {
      Reply reply = running.askedReply(client);
      reply.onLoop(
          () -> {
            throw new AssertionError("The task is broken");
          });
      assertLoggedOnce(client.await("acknowledgement").path("error"), "The task is broken");
    }
  }

  @Test
  void endsTheTransportOfAClientThatNobodyKnowsTheStateOf() throws Exception {
    try (SocketClient client = running.connect("eve")) {
      Reply reply = running.reply(client);
      Client.of(reply.socket())
          .onLoop(
              "what leaves a client unknown",
              () -> {
                throw new AssertionError("The task is broken");
              });
      client.await("close 1000");
      assertEquals(1, faults.of("what leaves a client unknown").size());
    }
  }

  @Test
  void isToldWhereNobodyElseHasCaughtIt() throws Exception {
    try (SocketClient client = running.connect("eve")) {
      assertLoggedOnce(
          client.call(RunningChat.BROKEN, "{}").path("error"), "The handler is broken");
      assertLoggedOnce(client.await("error"), "The handler is broken");
      assertTrue(client.call("get_online_users", "{}").path("ok").asBoolean());
    }
    assertCountedOf("unknown");
  }

  @Test
  void isCountedAsOneOfTheEventThatHasMetIt() throws Exception {
    try (SocketClient client = running.connect("eve")) {
      running
          .reply(client)
          .socket()
          .on(
              "typing_stop",
              (_, _) -> {
                throw new IllegalStateException("The socket's own handler is broken");
              });
      assertLoggedOnce(
          client.call("typing_stop", "{}").path("error"), "The socket's own handler is broken");
    }
    assertCountedOf("typing_stop");
  }

  private void assertCountedOf(String event) {
    String sample =
        "\nverbatim_event_errors_total{code=\"INTERNAL_ERROR\",event=\"%s\"} 1.0\n"
            .formatted(event);
    assertTrue(running.metrics.scrape(null).text().contains(sample), sample);
  }
}
