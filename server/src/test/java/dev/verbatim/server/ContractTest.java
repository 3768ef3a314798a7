package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.Groups;
import dev.verbatim.chat.SendMessage;
import dev.verbatim.server.RunningServer.Answer;
import dev.verbatim.server.wire.ErrorCode;
import dev.verbatim.server.wire.ErrorDetails;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class ContractTest {
  /** The engine's own, in front of the router. */
  private static final String BROWSER_CLIENT = "GET /socket.io/{script}";

  @TempDir static Path directory = Path.of("");

  private static RunningServer server;
  private static JsonNode openapi;

  @BeforeAll
  static void start() throws Exception {
    server = RunningServer.start(directory, Map.of());
    openapi = Documents.openapi();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void documentsEveryRouteAndNoOther() {
    Set<String> documented =
        openapi
            .path("paths")
            .propertyStream()
            .flatMap(
                path ->
                    path.getValue()
                        .propertyStream()
                        .filter(operation -> !operation.getKey().equals("parameters"))
                        .map(
                            operation ->
                                operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey()))
            .filter(route -> !route.equals(BROWSER_CLIENT))
            .collect(Collectors.toSet());
    assertEquals(sorted(server.verbatim.routes()), sorted(documented));
  }

  private static String sorted(Set<String> routes) {
    return routes.stream().sorted().collect(Collectors.joining("\n"));
  }

  @Test
  void documentsEveryCodeAndDetailOfErrors() {
    Set<String> codes =
        Arrays.stream(ErrorCode.values()).map(Enum::name).collect(Collectors.toSet());
    assertEquals(codes, Documents.texts(schema("ErrorCode").path("enum")));
    Set<String> details =
        Arrays.stream(ErrorDetails.class.getRecordComponents())
            .map(RecordComponent::getName)
            .collect(Collectors.toSet());
    assertEquals(details, Set.copyOf(schema("ErrorDetails").path("properties").propertyNames()));
  }

  @Test
  void documentsTheBounds() {
    JsonNode group = schema("GroupFields").path("properties");
    assertEquals(Limits.MEMBERS_SHOWN_MAX, group.at("/members/maxItems").asInt());
    assertEquals(Groups.NAME_LENGTH_MAX, group.at("/name/maxLength").asInt());
    assertEquals(Groups.DESCRIPTION_LENGTH_MAX, group.at("/description/maxLength").asInt());
    assertEquals(Groups.NAME_LENGTH_MAX, schema("GroupName").path("maxLength").asInt());
    assertEquals(Limits.MESSAGE_IDS_MAX, schema("MessageIds").path("maxItems").asInt());
    assertEquals(SendMessage.TEMP_ID_LENGTH_MAX, schema("TempId").path("maxLength").asInt());
    assertEquals(
        Limits.NAME_LENGTH_MAX,
        schema("TokenRequest").at("/properties/firstName/maxLength").asInt());
  }

  private static JsonNode schema(String name) {
    JsonNode schema = openapi.at("/components/schemas").path(name);
    assertTrue(schema.isObject(), name);
    return schema;
  }

  @ParameterizedTest
  @CsvSource({"openapi.yaml, openapi: 3.1.1", "asyncapi.yaml, asyncapi: 3.0.0"})
  void servesTheDocuments(String name, String firstLine) throws Exception {
    Answer answer = server.ask("GET /" + name, "").expect(200);
    assertEquals("application/yaml", answer.header("content-type"));
    assertTrue(answer.text().startsWith(firstLine + "\n"), answer.text());
    assertNotEquals("", answer.header("etag"));
    Answer known = server.ask("GET /" + name, "", "If-None-Match", answer.header("etag"));
    assertEquals("", known.expect(304).text());
    Answer head = server.ask("HEAD /" + name, "").expect(200);
    assertEquals("", head.text());
    assertEquals(answer.header("etag"), head.header("etag"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/openapi.yaml", "/openapi.yml", "/css/asyncapi.yaml"})
  void servesThemAtNoOtherPath(String path) throws Exception {
    assertTrue(server.ask("GET " + path, "").status() >= 401, path);
  }
}
