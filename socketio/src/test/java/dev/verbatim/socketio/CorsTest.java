package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What pages of other origins are told. */
@Timeout(180)
final class CorsTest {
  private static TestServer server(Cors.Builder cors) {
    return new TestServer(SocketIoOptions.builder().cors(cors.build()).build());
  }

  private static String head(TestServer server, String method, String path, String... headers)
      throws IOException {
    try (RawClient client = new RawClient(server)) {
      client.send(
          method + " " + path + " HTTP/1.1\r\nHost: x\r\n" + String.join("", headers) + "\r\n");
      return client.readHead().toLowerCase(Locale.ROOT);
    }
  }

  private static String ask(TestServer server, String method, String origin) throws IOException {
    return head(server, method, RawClient.POLLING, "Origin: " + origin + "\r\n");
  }

  @Test
  void answersAPreflightAsTheOptionsSay() throws IOException {
    try (TestServer server =
        server(
            Cors.origin("https://good.example")
                .methods("GET", "PUT", "POST")
                .allowedHeaders("my-header")
                .exposedHeaders("my-exposed-header")
                .credentials(true)
                .maxAge(Duration.ofSeconds(123))
                .optionsSuccessStatus(200))) {
      String head = ask(server, "OPTIONS", "https://good.example");
      assertTrue(head.startsWith("http/1.1 200 "), head);
      assertTrue(head.contains("\r\ncontent-length: 0\r\n"), head);
      assertTrue(head.contains("\r\naccess-control-allow-origin: https://good.example\r\n"), head);
      assertTrue(head.contains("\r\naccess-control-allow-methods: get,put,post\r\n"), head);
      assertTrue(head.contains("\r\naccess-control-allow-headers: my-header\r\n"), head);
      assertTrue(head.contains("\r\naccess-control-expose-headers: my-exposed-header\r\n"), head);
      assertTrue(head.contains("\r\naccess-control-allow-credentials: true\r\n"), head);
      assertTrue(head.contains("\r\naccess-control-max-age: 123\r\n"), head);
      assertTrue(head.contains("\r\nvary: origin\r\n"), head);
    }
  }

  @Test
  void allowsTheHeadersThatAPreflightAsksForUnlessTheyAreListed() throws IOException {
    try (TestServer server = server(Cors.origin("https://good.example"))) {
      String head =
          head(
              server,
              "OPTIONS",
              RawClient.POLLING,
              "Origin: https://good.example\r\n",
              "Access-Control-Request-Headers: x-a, x-b\r\n");
      assertTrue(head.startsWith("http/1.1 204 "), head);
      assertTrue(head.contains("\r\naccess-control-allow-headers: x-a, x-b\r\n"), head);
      assertTrue(head.contains("\r\nvary: access-control-request-headers\r\n"), head);
      assertTrue(
          head.contains("\r\naccess-control-allow-methods: get,head,put,patch,post,delete\r\n"),
          head);
      assertFalse(head.contains("access-control-allow-credentials"), head);
      assertFalse(head.contains("access-control-max-age"), head);
    }
  }

  @Test
  void tellsNothingToPagesThatAreNotListed() throws IOException {
    try (TestServer server = server(Cors.origin("https://good.example").credentials(true))) {
      List<String> others =
          List.of("http://good.example", "https://good.example:8443", "https://bad.example");
      for (String other : others) {
        for (String method : List.of("OPTIONS", "GET")) {
          String head = ask(server, method, other);
          assertFalse(head.contains("access-control-"), head);
          assertTrue(head.contains("\r\nvary: origin\r\n"), head);
        }
      }
      assertFalse(head(server, "GET", RawClient.POLLING).contains("access-control-"));
    }
  }

  @Test
  void letsAllowedPagesReadRefusalsToo() throws IOException {
    try (TestServer server = server(Cors.origin("https://good.example"::equals))) {
      String head =
          head(
              server,
              "GET",
              "/socket.io/?EIO=4&transport=websocket",
              "Origin: https://good.example\r\n");
      assertTrue(head.startsWith("http/1.1 400 "), head);
      assertTrue(head.contains("\r\naccess-control-allow-origin: https://good.example\r\n"), head);
      assertFalse(head.contains("access-control-allow-methods"), head);
    }
  }

  @Test
  void tellsEverybodyThatAnyOriginMayRead() throws IOException {
    try (TestServer server = server(Cors.anyOrigin())) {
      String head = ask(server, "GET", "https://a.example");
      assertTrue(head.contains("\r\naccess-control-allow-origin: *\r\n"), head);
      assertFalse(head.contains("\r\nvary:"), head);
    }
  }

  @Test
  void answersWithoutCorsWhenThePredicateFails() throws IOException {
    try (TestServer server =
        server(
            Cors.origin(
                _ -> {
                  throw new IllegalStateException("on purpose");
                }))) {
      String head = ask(server, "GET", "https://a.example");
      assertTrue(head.startsWith("http/1.1 200 "), head);
      assertFalse(head.contains("access-control-"), head);
    }
  }

  @Test
  void doesNotAnswerPreflightsWithoutTheOption() throws IOException {
    try (TestServer server = new TestServer(SocketIoOptions.defaults());
        RawClient client = new RawClient(server)) {
      client.send(
          "OPTIONS " + RawClient.POLLING + " HTTP/1.1\r\nHost: x\r\nOrigin: https://a\r\n\r\n");
      assertEquals("{\"code\":2,\"message\":\"Bad handshake method\"}", client.readAnswer(400));
    }
  }

  @Test
  void namesEverySettingThatCannotBe() {
    assertEquals(
        "cors.credentials cannot go with any origin: browsers refuse it",
        mistakesOf(Cors.anyOrigin().credentials(true)));
    assertEquals(
        "cors.origin is no origin: *; cors.origin is no origin: https://a.example/;"
            + " cors has no name of a method or header: G T;"
            + " cors has no name of a method or header: ; cors.maxAge is negative: PT-1S;"
            + " cors.optionsSuccessStatus is no success: 404",
        mistakesOf(
            Cors.origin("*", "https://a.example/", "https://a.example", "null")
                .methods("G T")
                .exposedHeaders("")
                .maxAge(Duration.ofSeconds(-1))
                .optionsSuccessStatus(404)));
  }

  private static String mistakesOf(Cors.Builder cors) {
    return String.valueOf(assertThrows(IllegalArgumentException.class, cors::build).getMessage());
  }
}
