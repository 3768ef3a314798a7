package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed answers to polls, and compressed files, as a client sees them. */
@Timeout(180)
final class HttpCompressionTest {
  private static final String GZIP = "gzip";
  private static final String LONG = "verbatim ".repeat(500);

  private final HttpClient http = HttpClient.newHttpClient();
  private final BlockingQueue<Socket> connected = new LinkedBlockingQueue<>();
  private TestServer server = serve(SocketIoOptions.builder());

  private TestServer serve(SocketIoOptions.Builder options) {
    TestServer made =
        new TestServer(options.allowEIO3(true).pingInterval(Duration.ofHours(1)).build());
    made.io().of("/").onConnection(connected::add);
    return made;
  }

  private void serveInstead(SocketIoOptions.Builder options) {
    server.close();
    server = serve(options);
  }

  @AfterEach
  void close() {
    http.shutdownNow();
    server.close();
  }

  private CompletableFuture<HttpResponse<byte[]>> get(String path, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(server.http(path));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray())
        .orTimeout(60, TimeUnit.SECONDS);
  }

  private static String header(HttpResponse<?> response, String name) {
    return String.join(", ", response.headers().allValues(name));
  }

  private static byte[] decoded(HttpResponse<byte[]> response) throws IOException {
    InputStream body = new ByteArrayInputStream(response.body());
    try (InputStream plain =
        switch (header(response, "content-encoding")) {
          case "gzip" -> new GZIPInputStream(body);
          case "deflate" -> new InflaterInputStream(body);
          default -> body;
        }) {
      return plain.readAllBytes();
    }
  }

  private static String text(HttpResponse<byte[]> response) throws IOException {
    return new String(decoded(response), UTF_8);
  }

  /** A session that polls, in the main namespace. */
  private record Polling(String path, Socket socket) {}

  private Polling open() throws InterruptedException {
    PollingClient client = PollingClient.open(server);
    assertEquals(200, client.post("40"));
    Socket socket = connected.poll(60, TimeUnit.SECONDS);
    assertNotNull(socket);
    assertTrue(client.poll().startsWith("40{"));
    return new Polling("/socket.io/?EIO=4&transport=polling&sid=" + client.id(), socket);
  }

  /** The answer to the poll of a client that is sent a text. */
  private HttpResponse<byte[]> poll(Polling client, String text, String accept) {
    client.socket.emit("text", text);
    return get(client.path, "Accept-Encoding", accept).join();
  }

  private static void assertPlain(String text, HttpResponse<byte[]> response) {
    assertEquals("", header(response, "content-encoding"));
    assertEquals("", header(response, "vary"));
    assertEquals("42[\"text\",\"" + text + "\"]", new String(response.body(), UTF_8));
  }

  private long bytesOut() {
    Counters.Traffic polling =
        server.io().counters().transports().get(SocketIoOptions.TransportName.POLLING);
    assertNotNull(polling);
    return polling.bytesOut();
  }

  // Polls

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate"})
  void compressesAnswersForThoseWhoWantIt(String coding) throws Exception {
    Polling client = open();
    for (int i = 0; i < 3; i++) {
      HttpResponse<byte[]> response = poll(client, LONG + i, coding);
      assertEquals(coding, header(response, "content-encoding"));
      assertEquals("accept-encoding", header(response, "vary"));
      assertEquals("text/plain; charset=UTF-8", header(response, "content-type"));
      assertEquals("no-store", header(response, "cache-control"));
      assertEquals(Integer.toString(response.body().length), header(response, "content-length"));
      assertTrue(response.body().length < 200);
      assertEquals("42[\"text\",\"" + LONG + i + "\"]", text(response));
    }
    long before = bytesOut();
    int length = poll(client, LONG, coding).body().length;
    assertEquals(before + length, bytesOut());
  }

  @Test
  void compressesAsTheClientPrefers() throws Exception {
    Polling client = open();
    assertEquals(
        "deflate", header(poll(client, LONG, "gzip;q=0.5, deflate;q=0.8, br"), "content-encoding"));
    assertEquals("gzip", header(poll(client, LONG, "br, *;q=0.1"), "content-encoding"));
    assertPlain(LONG, poll(client, LONG, "gzip;q=0, deflate;q=0.0"));
    assertPlain(LONG, poll(client, LONG, "identity, br"));
    assertPlain(LONG, poll(client, LONG, "identity, *;q=0"));
    client.socket.emit("text", LONG);
    assertPlain(LONG, get(client.path).join());
  }

  @Test
  void compressesFromTheThresholdOn() throws Exception {
    Polling client = open();
    int around = "42[\"text\",\"\"]".length();
    String shorter = "x".repeat(1_023 - around);
    assertPlain(shorter, poll(client, shorter, GZIP));
    assertEquals("gzip", header(poll(client, shorter + "x", GZIP), "content-encoding"));
    serveInstead(SocketIoOptions.builder().httpCompression(new HttpCompression(30)));
    client = open();
    assertEquals("gzip", header(poll(client, "x".repeat(60), GZIP), "content-encoding"));
    // What does not become shorter goes out as it is.
    assertPlain("abcdefghijklmnopqrstuvwxyz", poll(client, "abcdefghijklmnopqrstuvwxyz", GZIP));
  }

  @Test
  void compressesNothingWhereItIsOff() throws Exception {
    serveInstead(SocketIoOptions.builder().httpCompression(false));
    assertPlain(LONG, poll(open(), LONG, GZIP));
  }

  @Test
  void leavesWhatIsEmittedUncompressedUnlessSomethingElseIsWithIt() throws Exception {
    Polling client = open();
    client.socket.compress(false).emit("text", LONG);
    assertPlain(LONG, get(client.path, "Accept-Encoding", GZIP).join());
    String packet = "42[\"text\",\"" + LONG + "\"]";
    Frame frame = Frame.event(server.io().of("/"), "text", LONG);
    EngineLoop loop = client.socket.session().loop();
    loop.submit(
            _ -> {
              client.socket.send(frame.uncompressed());
              client.socket.send(frame);
            })
        .join();
    HttpResponse<byte[]> response = get(client.path, "Accept-Encoding", GZIP).join();
    assertEquals("gzip", header(response, "content-encoding"));
    assertEquals(packet + "\u001e" + packet, text(response));
    // The next answer has nothing of it any more.
    client.socket.compress(false).emit("text", LONG);
    assertPlain(LONG, get(client.path, "Accept-Encoding", GZIP).join());
  }

  @Test
  void compressesWhatIsHeldOpenTheSameForAll() throws Exception {
    List<Polling> clients = List.of(open(), open(), open());
    for (int i = 0; i < 3; i++) {
      List<CompletableFuture<HttpResponse<byte[]>>> polls =
          clients.stream().map(client -> get(client.path, "Accept-Encoding", GZIP)).toList();
      server.io().of("/").emit("text", LONG + i);
      for (CompletableFuture<HttpResponse<byte[]>> poll : polls) {
        assertEquals("gzip", header(poll.join(), "content-encoding"));
        assertEquals("42[\"text\",\"" + LONG + i + "\"]", text(poll.join()));
      }
    }
  }

  @Test
  void sendsMoreThanTheBoundAsItIs() throws Exception {
    serveInstead(
        SocketIoOptions.builder()
            .limits(Limits.builder().httpCompressionBytesMax(LONG.length() + 100).build()));
    Polling client = open();
    assertEquals("gzip", header(poll(client, LONG, GZIP), "content-encoding"));
    String longer = LONG + "x".repeat(100);
    assertPlain(longer, poll(client, longer, GZIP));
    assertEquals("gzip", header(poll(client, LONG + "x", GZIP), "content-encoding"));
  }

  @Test
  void compressesBinaryPayloadsOfOldClients() throws Exception {
    String path = "/socket.io/?EIO=3&transport=polling";
    String opened = new String(get(path).join().body(), UTF_8);
    Socket socket = connected.poll(60, TimeUnit.SECONDS);
    assertNotNull(socket);
    path += "&sid=" + socket.session().id();
    if (!opened.endsWith("2:40")) {
      get(path).join();
    }
    byte[] bytes = new byte[5_000];
    socket.emit("bytes", bytes);
    HttpResponse<byte[]> response = get(path, "Accept-Encoding", GZIP).join();
    assertEquals("application/octet-stream", header(response, "content-type"));
    assertEquals("gzip", header(response, "content-encoding"));
    assertTrue(response.body().length < 500);
    byte[] payload = decoded(response);
    // A byte of 1, four digits, a byte of 255, the type and the bytes are the last packet.
    assertEquals(1, payload[payload.length - 5_007]);
    assertEquals(4, payload[payload.length - 5_001]);
    byte[] noise = new byte[5_000];
    new Random(1).nextBytes(noise);
    socket.emit("bytes", noise);
    assertEquals("", header(get(path, "Accept-Encoding", GZIP).join(), "content-encoding"));
  }

  @Test
  void saysBesideTheOriginWhatAnAnswerVariesBy() throws Exception {
    serveInstead(SocketIoOptions.builder().cors(Cors.origin(_ -> true).build()));
    Polling client = open();
    client.socket.emit("text", LONG);
    HttpResponse<byte[]> response =
        get(client.path, "Accept-Encoding", GZIP, "Origin", "http://x").join();
    assertEquals("accept-encoding, origin", header(response, "vary").toLowerCase(Locale.ROOT));
  }

  // Files

  @Test
  void servesScriptsCompressedUnderATagOfTheirOwn() throws Exception {
    serveInstead(SocketIoOptions.builder().clientFiles(_ -> LONG.getBytes(UTF_8)));
    String script = "/socket.io/socket.io.min.js";
    HttpResponse<byte[]> plain = get(script).join();
    HttpResponse<byte[]> gzipped = get(script, "Accept-Encoding", "deflate, gzip;q=0.1").join();
    assertEquals("", header(plain, "content-encoding"));
    assertEquals("gzip", header(gzipped, "content-encoding"));
    assertEquals(LONG, text(plain));
    assertEquals(LONG, text(gzipped));
    for (HttpResponse<byte[]> response : List.of(plain, gzipped)) {
      assertEquals("accept-encoding", header(response, "vary"));
      assertEquals("application/javascript; charset=utf-8", header(response, "content-type"));
    }
    String tag = header(gzipped, "etag");
    assertNotEquals(header(plain, "etag"), tag);
    assertEquals(200, get(script, "If-None-Match", tag).join().statusCode());
    HttpResponse<byte[]> known = get(script, "Accept-Encoding", GZIP, "If-None-Match", tag).join();
    assertEquals(304, known.statusCode());
    assertEquals(tag, header(known, "etag"));
    assertEquals("accept-encoding", header(known, "vary"));
    HttpResponse<byte[]> map = get(script + ".map", "Accept-Encoding", GZIP).join();
    assertEquals(LONG, new String(map.body(), UTF_8));
    assertEquals("", header(map, "vary"));
  }

  @Test
  void answersHeadAsItWouldAnswerGetWithoutTheFile() throws Exception {
    serveInstead(SocketIoOptions.builder().clientFiles(_ -> LONG.getBytes(UTF_8)));
    String script = "/socket.io/socket.io.js";
    int length = get(script, "Accept-Encoding", GZIP).join().body().length;
    try (RawClient client = new RawClient(server)) {
      client.send("HEAD " + script + " HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n");
      String head = client.readHead();
      assertTrue(head.contains("content-encoding: gzip\r\n"), head);
      assertTrue(head.contains("content-length: " + length + "\r\n"), head);
      client.send("GET " + script + " HTTP/1.1\r\nHost: x\r\n\r\n");
      assertEquals(LONG, client.readAnswer(200));
    }
  }
}
