package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.verbatim.server.faults.Faults;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Whoever meets a fault of the server is told the id under which the log has it. */
final class FaultAnswersTest extends TwoInAGroup {
  private final Logger logger = (Logger) LoggerFactory.getLogger(Faults.class);
  private final ListAppender<ILoggingEvent> told = new ListAppender<>();

  @BeforeEach
  void listen() {
    told.start();
    logger.addAppender(told);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(told);
  }

  private void assertLoggedOnce(JsonNode error, String message) {
    assertEquals("INTERNAL_ERROR", error.path("code").asString(), error.toString());
    String id = error.at("/details/errorId").asString();
    List<ILoggingEvent> records =
        List.copyOf(told.list).stream()
            .filter(event -> event.getKeyValuePairs().toString().contains(id))
            .toList();
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
