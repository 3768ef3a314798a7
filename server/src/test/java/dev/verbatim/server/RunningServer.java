package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.server.settings.Origins;
import dev.verbatim.server.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** The whole service on a free port, and a client of it. */
public final class RunningServer implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  final Verbatim verbatim;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

  private RunningServer(Verbatim verbatim) {
    this.verbatim = verbatim;
  }

  public static RunningServer start(Path directory, Map<String, String> environment)
      throws Exception {
    return start(directory, environment, Clock.systemUTC());
  }

  public static RunningServer start(Path directory, Map<String, String> environment, Clock clock)
      throws Exception {
    return new RunningServer(Verbatim.start(settings(directory, environment), clock));
  }

  /**
   * The same in production, but with the development's identity, which settings never give there:
   * whoever has its key issues tokens.
   */
  public static RunningServer startProduction(Path directory, Map<String, String> environment)
      throws Exception {
    Settings settings = settings(directory, environment);
    return new RunningServer(
        Verbatim.start(
            new Settings(
                /* isProduction= */ true,
                settings.identity(),
                settings.store(),
                settings.host(),
                settings.port(),
                settings.dataDir(),
                settings.logging(),
                settings.collector(),
                listedAlone(settings.apiOrigins()),
                listedAlone(settings.socketOrigins()),
                settings.trustProxy(),
                settings.operatorToken(),
                settings.socketIo(),
                settings.rates(),
                settings.chat(),
                settings.shutdownTimeout(),
                settings.remarks()),
            Clock.systemUTC()));
  }

  private static Origins listedAlone(Origins origins) {
    return new Origins(origins.listed(), /* isLocalhostAllowed= */ false);
  }

  private static Settings settings(Path directory, Map<String, String> environment)
      throws Exception {
    Map<String, String> all = new HashMap<>();
    // A slow disk shall not cut short what waits to be written.
    all.put("SHUTDOWN_TIMEOUT_MS", "60000");
    all.putAll(environment);
    all.put("HOST", "127.0.0.1");
    all.put("PORT", "0");
    return Settings.read(all, directory);
  }

  /** An answer; its body is missing if it is no JSON. */
  public record Answer(int status, HttpHeaders headers, String text, JsonNode json) {
    public String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    public String string(String field) {
      return json.path(field).asString("");
    }

    public Answer expect(int expected) {
      assertEquals(expected, status, text);
      return this;
    }
  }

  /**
   * Asks.
   *
   * @param route method and path
   * @param body none if it is empty
   * @param headers names and values in turn
   */
  public Answer ask(String route, String body, String... headers) throws Exception {
    String[] parts = route.split(" ", 2);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + verbatim.port() + parts[1]))
            .timeout(TIMEOUT)
            .method(
                parts[0],
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<String> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    JsonNode json =
        response.headers().firstValue("content-type").orElse("").startsWith("application/json")
                && !response.body().isEmpty()
            ? JSON.readTree(response.body())
            : MissingNode.getInstance();
    return new Answer(response.statusCode(), response.headers(), response.body(), json);
  }

  /** Asks with a token, and with a body in JSON unless it is empty. */
  public Answer askAs(String token, String route, String body) throws Exception {
    String bearer = "Bearer " + token;
    return body.isEmpty()
        ? ask(route, body, "Authorization", bearer)
        : ask(route, body, "Authorization", bearer, "Content-Type", "application/json");
  }

  public int port() {
    return verbatim.port();
  }

  /** Makes a user of this name unless there is one, and tells the token. */
  public String token(String username) throws Exception {
    return ask(
            "POST /dev/token",
            "{\"username\":\"" + username + "\"}",
            "Content-Type",
            "application/json")
        .expect(201)
        .string("token");
  }

  /** Whose token this is. */
  public String userId(String token) throws Exception {
    return askAs(token, "GET /api/users/me", "").expect(200).json().at("/user/_id").asString();
  }

  /** Makes a group of this user's, and tells its id. */
  public String group(String token, String body) throws Exception {
    return askAs(token, "POST /api/groups", body).expect(201).json().at("/group/_id").asString();
  }

  /** Sends a message, and tells it. */
  public JsonNode send(String token, String groupId, String content) throws Exception {
    String body = JSON.writeValueAsString(Map.of("groupId", groupId, "content", content));
    return askAs(token, "POST /api/messages", body).expect(201).json().path("message");
  }

  /** Sends these bytes on a connection of their own and reads to its end. */
  public String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), verbatim.port())) {
      socket.setSoTimeout((int) TIMEOUT.toMillis());
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  /** What a field of an array's objects says, in order. */
  public static List<String> texts(JsonNode array, String field) {
    return array.valueStream().map(element -> element.path(field).asString("")).toList();
  }

  @Override
  public void close() {
    client.close();
    verbatim.close();
  }
}
