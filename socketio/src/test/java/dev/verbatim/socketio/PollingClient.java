package dev.verbatim.socketio;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A session that polls, each of whose requests is sent by hand. For one thread. */
final class PollingClient {
  private static final HttpClient http = HttpClient.newHttpClient();

  private final TestServer server;
  private final String session;

  private PollingClient(TestServer server, String session) {
    this.server = server;
    this.session = session;
  }

  /** Opens a session. */
  static PollingClient open(TestServer server) {
    String handshake = server.io().options().path() + "?EIO=4&transport=polling";
    String body = new PollingClient(server, handshake).poll();
    return new PollingClient(server, handshake + "&sid=" + RawClient.sid(body));
  }

  /** The session's id. */
  String id() {
    return session.substring(session.lastIndexOf('=') + 1);
  }

  /** A WebSocket beside the polling, for its upgrade. */
  WebSocketClient webSocket() {
    return WebSocketClient.open(server.webSocket(session.replace("polling", "websocket")));
  }

  /** Polls, and gives what comes; anything but a 200 is an error. */
  String poll() {
    HttpResponse<String> response = await(pollLater());
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
    return response.body();
  }

  /** Polls without waiting for the answer. */
  CompletableFuture<HttpResponse<String>> pollLater() {
    return http.sendAsync(
        HttpRequest.newBuilder(server.http(session)).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Posts packets and gives the status. */
  int post(String packets) {
    return await(
            http.sendAsync(
                HttpRequest.newBuilder(server.http(session))
                    .POST(HttpRequest.BodyPublishers.ofString(packets))
                    .build(),
                HttpResponse.BodyHandlers.ofString()))
        .statusCode();
  }

  static HttpResponse<String> await(CompletableFuture<HttpResponse<String>> response) {
    return response.orTimeout(60, TimeUnit.SECONDS).join();
  }
}
