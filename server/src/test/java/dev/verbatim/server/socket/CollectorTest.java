package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpServer;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.server.RunningServer;
import dev.verbatim.server.faults.Faults;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** What a collector of OpenTelemetry's gets. Whatever this JVM logs at error goes there. */
@Isolated
final class CollectorTest {
  private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT_ID = "b7ad6b7169203331";

  @TempDir Path directory = Path.of("");

  private final ConcurrentLinkedQueue<byte[]> logs = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<byte[]> traces = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> keys = new ConcurrentLinkedQueue<>();
  private volatile int status = 200;
  private HttpServer collector;

  @BeforeEach
  void listen() throws IOException {
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    take("/v1/logs", logs);
    take("/v1/traces", traces);
    collector.start();
  }

  private void take(String path, ConcurrentLinkedQueue<byte[]> requests) {
    collector.createContext(
        path,
        exchange -> {
          requests.add(exchange.getRequestBody().readAllBytes());
          keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("X-Key")));
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
  }

  @AfterEach
  void stopListening() {
    collector.stop(0);
  }

  private RunningServer start(String share, String proxies) throws Exception {
    return RunningServer.start(
        directory,
        Map.of(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "http://127.0.0.1:" + collector.getAddress().getPort() + "/",
            "OTEL_EXPORTER_OTLP_HEADERS",
            "X-Key=the-collectors-own%20key",
            "OTEL_TRACES_SAMPLER_ARG",
            share,
            "TRUST_PROXY",
            proxies));
  }

  private List<LogRecord> records() throws InvalidProtocolBufferException {
    List<LogRecord> all = new ArrayList<>();
    for (byte[] request : logs) {
      for (var resource : ExportLogsServiceRequest.parseFrom(request).getResourceLogsList()) {
        assertEquals(
            "verbatim", attribute(resource.getResource().getAttributesList(), "service.name"));
        resource.getScopeLogsList().forEach(scope -> all.addAll(scope.getLogRecordsList()));
      }
    }
    return all;
  }

  private LogRecord record(String errorId) throws InvalidProtocolBufferException {
    return records().stream()
        .filter(each -> attribute(each.getAttributesList(), "verbatim.errorId").equals(errorId))
        .findFirst()
        .orElseThrow();
  }

  private List<Span> spans() throws InvalidProtocolBufferException {
    List<Span> all = new ArrayList<>();
    for (byte[] request : traces) {
      for (var resource : ExportTraceServiceRequest.parseFrom(request).getResourceSpansList()) {
        resource.getScopeSpansList().forEach(scope -> all.addAll(scope.getSpansList()));
      }
    }
    return all;
  }

  private Span span(String name) throws InvalidProtocolBufferException {
    return spans().stream()
        .filter(span -> span.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("No span " + name));
  }

  private static String attribute(List<KeyValue> attributes, String key) {
    return attributes.stream()
        .filter(attribute -> attribute.getKey().equals(key))
        .map(attribute -> attribute.getValue().getStringValue())
        .findFirst()
        .orElse("");
  }

  private static String hex(com.google.protobuf.ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  /** Opens a socket, says something in a group, and ends all of it. */
  private String talk(RunningServer server, String traceparent) throws Exception {
    String token = server.token("ada");
    String groupId = server.group(token, "{\"name\":\"Words\"}");
    var _ =
        server.ask(
            "GET /api/groups/" + groupId,
            "",
            "Authorization",
            "Bearer " + token,
            "traceparent",
            traceparent);
    try (SocketClient client = SocketClient.open(server.port(), "{\"token\":\"" + token + "\"}")) {
      var _ = client.await("connect");
      assertTrue(
          client
              .call(
                  "send_message",
                  "{\"groupId\":\"" + groupId + "\",\"content\":\"" + Samples.SAID + "\"}")
              .path("ok")
              .asBoolean());
      assertFalse(
          client
              .call("send_message", "{\"groupId\":\"" + groupId + "\",\"content\":\"\"}")
              .path("ok")
              .asBoolean());
    }
    return token;
  }

  @Test
  void followsWhatAGuestIsRefused() throws Exception {
    try (RunningServer server = start("1", "0");
        SocketClient client = SocketClient.open(server.port(), null)) {
      var _ = client.await("connect");
      var _ = client.call("get_online_users", "{}");
    }
    assertEquals(
        "AUTHENTICATION_FAILED",
        attribute(span("get_online_users").getAttributesList(), "error.type"));
  }

  private void assertDiscreet(String token) {
    for (var requests : List.of(logs, traces)) {
      for (byte[] request : requests) {
        String text = new String(request, StandardCharsets.ISO_8859_1);
        assertFalse(text.contains(token), "a token");
        assertFalse(text.contains(Samples.SAID), "what somebody said");
      }
    }
  }

  @Test
  void getsFaultsAsTheLogHasThemAndNoTracesUnlessAskedTo() throws Exception {
    String id;
    String token;
    try (RunningServer server = start("0", "0")) {
      token = talk(server, "00-" + TRACE_ID + "-" + PARENT_ID + "-01");
      id = Faults.record(Faults.Owner.TIMER, "a test's task", new IllegalStateException("broken"));
    }
    LogRecord record = record(id);
    assertEquals("Failed a test's task", record.getBody().getStringValue());
    assertEquals("ERROR", record.getSeverityText());
    assertEquals(
        "java.lang.IllegalStateException", attribute(record.getAttributesList(), "exception.type"));
    assertEquals("broken", attribute(record.getAttributesList(), "exception.message"));
    assertTrue(
        attribute(record.getAttributesList(), "exception.stacktrace").contains("CollectorTest"));
    assertEquals(List.of(), spans());
    assertEquals("the-collectors-own key", keys.peek());
    assertDiscreet(token);
  }

  @Test
  void followsAMessageFromItsComingToItsDelivery() throws Exception {
    String token;
    try (RunningServer server = start("1", "1")) {
      token = talk(server, "00-" + TRACE_ID + "-" + PARENT_ID + "-01");
    }
    Span sent =
        spans().stream()
            .filter(span -> span.getName().equals("send_message") && span.getEventsCount() > 0)
            .findFirst()
            .orElseThrow();
    assertEquals(
        List.of("committed", "sent"),
        sent.getEventsList().stream().map(Span.Event::getName).toList());
    assertTrue(
        spans().stream()
            .filter(span -> span.getName().equals("commit"))
            .anyMatch(
                commit ->
                    commit.getLinksList().stream()
                        .anyMatch(link -> link.getSpanId().equals(sent.getSpanId()))));
    assertTrue(
        spans().stream()
            .filter(span -> span.getName().equals("send_message"))
            .anyMatch(
                span ->
                    attribute(span.getAttributesList(), "error.type").equals("INVALID_MESSAGE")));
    Span asked = span("GET /api/groups/{id}");
    assertEquals(TRACE_ID, hex(asked.getTraceId()));
    assertEquals(PARENT_ID, hex(asked.getParentSpanId()));
    assertDiscreet(token);
  }

  @Test
  void doesNotLetAStrangerSayWhatIsFollowed() throws Exception {
    try (RunningServer server = start("0.000000001", "0")) {
      var _ = talk(server, "00-" + TRACE_ID + "-" + PARENT_ID + "-01");
    }
    assertTrue(spans().stream().noneMatch(span -> hex(span.getTraceId()).equals(TRACE_ID)));
  }

  @Test
  void letsTheShareDecideWhateverACallerSaysThroughATrustedProxy() throws Exception {
    String lowest = "00000000000000000000000000000001";
    try (RunningServer server = start("0.000000001", "1")) {
      var _ = talk(server, "00-" + lowest + "-" + PARENT_ID + "-01");
    }
    assertTrue(spans().stream().noneMatch(span -> hex(span.getTraceId()).equals(lowest)));
  }

  @Test
  void letsNobodyChooseTheNamesOfSpans() throws Exception {
    try (RunningServer server = start("1", "0")) {
      var _ = server.ask("BREW /api/groups", "");
    }
    assertEquals(
        List.of("other none"),
        spans().stream()
            .filter(
                span -> attribute(span.getAttributesList(), "http.request.method").equals("other"))
            .map(Span::getName)
            .toList());
    assertTrue(spans().stream().noneMatch(span -> span.toString().contains("BREW")));
  }

  @Test
  void getsNoMoreOfAFaultThanTheLogHas() throws Exception {
    String id;
    try (RunningServer server = start("0", "0")) {
      var thrown = new IllegalStateException("a\n" + "x".repeat(100_000));
      id = Faults.record(Faults.Owner.TIMER, "a long task", thrown, "of", "y\u009b2J");
    }
    LogRecord record = record(id);
    String message = attribute(record.getAttributesList(), "exception.message");
    assertTrue(message.startsWith("a\\nxxx") && message.length() < 10_000, message);
    String stack = attribute(record.getAttributesList(), "exception.stacktrace");
    assertTrue(stack.length() < 20_000, stack.length() + " characters");
    assertEquals("y\\u009b2J", attribute(record.getAttributesList(), "verbatim.of"));
  }

  @Test
  void isMissedByNobodyAndWhatItDoesNotTakeIsCounted() throws Exception {
    status = 400;
    try (RunningServer server = start("1", "0")) {
      var _ = talk(server, "");
      String lost;
      do {
        lost =
            server
                .ask("GET /metrics", "")
                .expect(200)
                .text()
                .lines()
                .filter(line -> line.startsWith("verbatim_telemetry_lost_total{kind=\"spans\"}"))
                .findFirst()
                .orElseThrow();
        Thread.onSpinWait();
      } while (lost.endsWith("} 0") || lost.endsWith("} 0.0"));
    }
  }
}
