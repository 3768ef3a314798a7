package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.ChatSettings;
import dev.verbatim.server.Documents;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class EventContractTest {
  @TempDir static Path directory = Path.of("");

  private static RunningChat running;
  private static List<Row> rows;
  private static JsonNode asyncapi;

  @BeforeAll
  static void start() throws Exception {
    running = new RunningChat(directory, ChatSettings.defaults());
    asyncapi = Documents.asyncapi();
    rows = running.sockets.rows();
  }

  @AfterAll
  static void stop() throws Exception {
    running.close();
  }

  /** The names of the events that clients may send; {@code connect} is of a packet. */
  private static Set<String> documented() {
    return asyncapi
        .path("operations")
        .propertyStream()
        .filter(each -> each.getValue().path("action").asString().equals("receive"))
        .map(Map.Entry::getKey)
        .filter(name -> !name.equals("connect"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void documentsEveryEventAndNoOther() {
    assertEquals(running.eventNames(), documented());
  }

  @Test
  void documentsWhoMayAndHowItFails() {
    for (Row row : rows) {
      JsonNode operation = asyncapi.path("operations").path(row.event());
      assertEquals(row.forGuests(), operation.path("x-guests").asBoolean(false), row.event());
      String failure =
          switch (row.failure()) {
            case Failure.Silent _ -> "";
            case Failure.AsError(String event) -> event;
            case Failure.AsAuthentication _ -> "authentication_error";
          };
      assertEquals(failure, operation.path("x-failure").asString(""), row.event());
    }
  }

  @Test
  void documentsTheFieldsOfEveryEvent() {
    for (Row row : rows) {
      JsonNode payload = payload(row.event());
      Set<String> required = new HashSet<>(Documents.texts(payload.path("required")));
      Set<String> known = new HashSet<>(payload.path("properties").propertyNames());
      // It has no rule of its own: what is wrong with it has a code of its own.
      required.remove(Field.CONTENT.wireName());
      known.remove(Field.CONTENT.wireName());
      assertEquals(
          row.rules().stream()
              .filter(Rule::required)
              .map(rule -> rule.field().wireName())
              .collect(Collectors.toSet()),
          required,
          row.event());
      assertEquals(
          row.rules().stream().map(rule -> rule.field().wireName()).collect(Collectors.toSet()),
          known,
          row.event());
    }
  }

  /** The schema of what comes with an event. */
  private static JsonNode payload(String event) {
    JsonNode payload = asyncapi.at("/channels/chat/messages").path(event).path("payload");
    while (payload.has("$ref")) {
      payload = asyncapi.at(payload.path("$ref").asString().substring(1));
    }
    assertTrue(payload.isObject(), event);
    return payload;
  }
}
