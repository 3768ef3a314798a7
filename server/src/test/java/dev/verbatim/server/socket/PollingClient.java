package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Socket.IO client that polls when the test asks it to and not before: between two polls it is
 * behind. For one thread.
 */
final class PollingClient {
  /** A bound on waiting, never a pace. */
  private static final Duration WAIT_MAX = Duration.ofSeconds(60);

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = new JsonMapper();

  private final Queue<SocketClient.Received> received = new ArrayDeque<>();
  private final String address;

  private PollingClient(String address) {
    this.address = address;
  }

  /** A socket that came by this {@code auth}. */
  static PollingClient open(int port, String auth) throws Exception {
    String address = "http://127.0.0.1:" + port + "/socket.io/?EIO=4&transport=polling";
    String opened = ask(HttpRequest.newBuilder(URI.create(address)).build());
    String sid = JSON.readTree(opened.substring(1)).path("sid").asString();
    PollingClient client = new PollingClient(address + "&sid=" + sid);
    client.post("40" + auth);
    assertEquals("connect", client.next().name());
    return client;
  }

  private static String ask(HttpRequest request) throws Exception {
    HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    assertEquals(200, response.statusCode(), response.body());
    return response.body();
  }

  private void post(String packets) throws Exception {
    String answer =
        ask(
            HttpRequest.newBuilder(URI.create(address))
                .timeout(WAIT_MAX)
                .POST(HttpRequest.BodyPublishers.ofString(packets))
                .build());
    assertEquals("ok", answer);
  }

  /** The next event, or the answer to the connect; polls if none is here. */
  SocketClient.Received next() throws Exception {
    while (received.isEmpty()) {
      String payload = ask(HttpRequest.newBuilder(URI.create(address)).timeout(WAIT_MAX).build());
      for (String packet : payload.split("\u001e")) {
        if (packet.startsWith("42")) {
          JsonNode array = JSON.readTree(packet.substring(2));
          received.add(new SocketClient.Received(array.get(0).asString(), array.path(1)));
        } else if (packet.startsWith("40")) {
          received.add(new SocketClient.Received("connect", JSON.readTree(packet.substring(2))));
        }
      }
    }
    return received.remove();
  }
}
