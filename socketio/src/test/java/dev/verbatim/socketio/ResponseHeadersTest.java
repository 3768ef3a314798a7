package dev.verbatim.socketio;

import static dev.verbatim.socketio.RawClient.POLLING;
import static dev.verbatim.socketio.RawClient.get;
import static dev.verbatim.socketio.RawClient.post;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Headers that the options add to the engine's answers. */
@Timeout(180)
final class ResponseHeadersTest {
  private static String cookieOf(Cookie cookie) throws IOException {
    try (TestServer server = new TestServer(SocketIoOptions.builder().cookie(cookie).build());
        RawClient client = new RawClient(server)) {
      client.send(get(POLLING));
      RawClient.Answer open = client.readAnswer();
      Matcher line = Pattern.compile("(?i)\r\nset-cookie: ([^\r]*)\r\n").matcher(open.head());
      assertTrue(line.find(), open.head());
      return line.group(1).replace(RawClient.sid(open.body()), "SID");
    }
  }

  @Test
  void setsTheCookieAsTheOptionsSay() throws IOException {
    assertEquals("io=SID; Path=/; HttpOnly; SameSite=Lax", cookieOf(Cookie.defaults()));
    assertEquals(
        "woot=SID; Max-Age=60; Domain=a.example; Path=/custom; Secure; SameSite=None",
        cookieOf(
            Cookie.builder()
                .name("woot")
                .maxAge(Duration.ofMinutes(1))
                .domain("a.example")
                .path("/custom")
                .httpOnly(false)
                .secure(true)
                .sameSite(Cookie.SameSite.NONE)
                .build()));
    assertEquals(
        "io=SID; HttpOnly; SameSite=Strict",
        cookieOf(Cookie.builder().path(null).sameSite(Cookie.SameSite.STRICT).build()));
  }

  @Test
  void setsTheCookieByTheFirstAnswerOfPollingAlone() throws IOException {
    SocketIoOptions options = SocketIoOptions.builder().cookie(Cookie.defaults()).build();
    try (TestServer server = new TestServer(options);
        RawClient client = new RawClient(server);
        RawClient webSocket = new RawClient(server)) {
      client.send(get(POLLING));
      RawClient.Answer open = client.readAnswer();
      assertTrue(open.head().contains("set-cookie: io="));
      String session = POLLING + "&sid=" + RawClient.sid(open.body());
      client.send(post(session, "40"));
      assertFalse(client.readHead().contains("set-cookie"));
      assertEquals("ok", client.read(2));
      client.send(get(session));
      assertFalse(client.readHead().contains("set-cookie"));
      webSocket.send(RawClient.upgrade(""));
      String head = webSocket.readHead();
      assertTrue(head.startsWith("HTTP/1.1 101 "), head);
      assertFalse(head.contains("set-cookie"), head);
    }
  }

  @Test
  void addsToEachSessionsFirstAnswerAndToAllOfTransports() throws IOException {
    SocketIoOptions options =
        SocketIoOptions.builder()
            .cookie(Cookie.defaults())
            .initialHeaders(
                (headers, request) -> {
                  headers.set("x-first", String.valueOf(request.query("x")));
                  headers.add("set-cookie", "mine=1");
                })
            .headers((headers, request) -> headers.set("x-all", request.url().substring(0, 11)))
            .build();
    try (TestServer server = new TestServer(options);
        RawClient client = new RawClient(server);
        RawClient webSocket = new RawClient(server);
        RawClient upgrade = new RawClient(server)) {
      client.send(get(POLLING + "&x=7"));
      RawClient.Answer open = client.readAnswer();
      String first = open.head();
      assertTrue(first.contains("\r\nx-first: 7\r\n"), first);
      assertTrue(first.contains("\r\nx-all: /socket.io/\r\n"), first);
      assertTrue(first.contains("io=") && first.contains("\r\nset-cookie: mine=1\r\n"), first);
      String sid = "&sid=" + RawClient.sid(open.body());
      client.send(post(POLLING + sid, "40"));
      addsToLaterAnswersAlone(client.readHead());
      assertEquals("ok", client.read(2));
      client.send(get(POLLING + sid));
      addsToLaterAnswersAlone(client.readHead());
      upgrade.send(RawClient.upgrade(sid));
      addsToLaterAnswersAlone(upgrade.readHead());
      webSocket.send(RawClient.upgrade("&x=8"));
      String switching = webSocket.readHead();
      assertTrue(switching.contains("\r\nx-first: 8\r\n"), switching);
      assertTrue(switching.contains("\r\nx-all: /socket.io/\r\n"), switching);
    }
  }

  private static void addsToLaterAnswersAlone(String head) {
    assertTrue(head.contains("\r\nx-all: /socket.io/\r\n"), head);
    assertFalse(head.contains("x-first") || head.contains("mine=1"), head);
  }

  @Test
  void addsNothingToRefusalsAndFiles() throws IOException {
    SocketIoOptions options =
        SocketIoOptions.builder()
            .headers((headers, _) -> headers.set("x-all", "1"))
            .clientFiles(_ -> "io()".getBytes(UTF_8))
            .build();
    try (TestServer server = new TestServer(options);
        RawClient client = new RawClient(server)) {
      client.send(get("/socket.io/?EIO=4&transport=smoke") + get("/socket.io/socket.io.js"));
      String refusal = client.readHead();
      assertFalse(refusal.contains("x-all"), refusal);
      client.read("{\"code\":0,\"message\":\"Transport unknown\"}".length());
      String file = client.readHead();
      assertTrue(file.startsWith("HTTP/1.1 200 ") && !file.contains("x-all"), file);
    }
  }

  @Test
  void answersAllTheSameWhenAHookFails() throws IOException {
    SocketIoOptions options =
        SocketIoOptions.builder()
            .initialHeaders(
                (headers, _) -> {
                  headers.set("x-before", "1");
                  headers.set("x-bad", "a\r\nb");
                })
            .headers((headers, _) -> headers.set("Content-Length", "7"))
            .build();
    try (TestServer server = new TestServer(options);
        RawClient client = new RawClient(server)) {
      client.send(get(POLLING));
      assertTrue(client.readAnswer(200).startsWith("0{"));
    }
  }

  @Test
  void namesEverySettingOfACookieThatCannotBe() {
    Cookie.Builder wrong =
        Cookie.builder()
            .name("a b")
            .path("/;x")
            .domain("")
            .maxAge(Duration.ofSeconds(-1))
            .sameSite(Cookie.SameSite.NONE);
    List<String> mistakes =
        List.of(
            "cookie.name is no token: a b",
            "cookie.path cannot stand in a header: /;x",
            "cookie.domain cannot stand in a header: ",
            "cookie.maxAge is negative: PT-1S",
            "cookie.sameSite is none without cookie.secure: browsers drop such a cookie");
    assertEquals(
        String.join("; ", mistakes),
        assertThrows(IllegalArgumentException.class, wrong::build).getMessage());
  }
}
