package dev.verbatim.server;

import dev.verbatim.server.logs.Logs;
import dev.verbatim.server.settings.Settings;
import dev.verbatim.server.settings.SettingsException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A short service to itself: the server starts on a free port with an empty store, a client on the
 * loopback asks its routes and chats over a WebSocket, and both end. Run with {@code
 * -XX:AOTCacheOutput}, it shows the JVM what a start and the first requests will need. The client
 * speaks on a bare socket, so that nothing of it goes into the cache.
 */
final class Rehearsal {
  private static final int TIMEOUT_MILLIS = 20_000;

  /** Messages that are sent: enough for the hot paths to be seen as such. */
  private static final int MESSAGES = 25;

  private final int port;

  private Rehearsal(int port) {
    this.port = port;
  }

  static void run() throws SettingsException, StartException {
    try {
      Path directory = Files.createTempDirectory("verbatim-rehearsal");
      try {
        rehearse(directory);
      } finally {
        delete(directory);
      }
    } catch (IOException e) {
      throw new StartException("the rehearsal failed: " + Reason.of(e), e);
    }
  }

  private static void rehearse(Path directory)
      throws SettingsException, StartException, IOException {
    Map<String, String> environment = Map.of("PORT", "0", "HOST", "127.0.0.1");
    Settings settings = Settings.read(environment, directory);
    Logs logs = Logs.start(settings.logging());
    try (Verbatim verbatim = Verbatim.start(settings, Clock.systemUTC())) {
      Rehearsal client = new Rehearsal(verbatim.port());
      client.askRoutes(client.signIn());
      client.chat(client.signIn());
      verbatim.watch(logs);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private String signIn() throws IOException {
    String answer = ask("POST /dev/token", "", "{\"username\":\"rehearsal\"}");
    return between(answer, "\"token\":\"", "\"");
  }

  private void askRoutes(String token) throws IOException {
    for (String route : List.of("GET /health", "GET /info", "GET /", "GET /js/app.js")) {
      String _ = ask(route, "", "");
    }
    String bearer = "Authorization: Bearer " + token + "\r\n";
    for (String route :
        List.of("GET /api/users/me", "GET /api/groups/discover", "GET /api/unknown")) {
      String _ = ask(route, bearer, "");
    }
    String groups = ask("GET /api/groups", bearer, "");
    String groupId = between(groups, "\"_id\":\"", "\"");
    String group = "/api/groups/" + groupId;
    for (String route :
        List.of(
            "GET " + group,
            "GET " + group + "/members",
            "POST " + group + "/join",
            "GET /api/messages/group/" + groupId)) {
      String _ = ask(route, bearer, "");
    }
    String sent =
        ask("POST /api/messages", bearer, "{\"groupId\":\"" + groupId + "\",\"content\":\"Word\"}");
    String messageId = between(sent, "\"_id\":\"", "\"");
    String _ = ask("PUT /api/messages/" + messageId, bearer, "{\"content\":\"Words\"}");
    String _ = ask("POST /api/messages/read", bearer, "{\"messageIds\":[\"" + messageId + "\"]}");
    String _ = ask("DELETE /api/messages/" + messageId, bearer, "");
    String _ = ask("POST /api/groups", bearer, "{\"name\":\"Rehearsal\"}");
    String _ = ask("GET /socket.io/?EIO=4&transport=polling", "", "");
    String _ = ask("GET /socket.io/socket.io.min.js", "", "");
  }

  /** Asks on a connection of its own. */
  private String ask(String route, String headers, String json) throws IOException {
    try (Socket socket = connect()) {
      String body =
          json.isEmpty()
              ? "\r\n"
              : "Content-Type: application/json\r\nContent-Length: "
                  + json.length()
                  + "\r\n\r\n"
                  + json;
      write(
          socket,
          route
              + " HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nConnection: close\r\n"
              + headers
              + body);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void chat(String token) throws IOException {
    try (Socket socket = connect()) {
      write(
          socket,
          """
          GET /socket.io/?EIO=4&transport=websocket HTTP/1.1
          Host: localhost
          Connection: Upgrade
          Upgrade: websocket
          Sec-WebSocket-Version: 13
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

          """
              .replace("\n", "\r\n"));
      DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      skipHead(in);
      send(socket, "40{\"token\":\"" + token + "\"}");
      String _ = await(in, "40{");
      send(socket, "42[\"authenticate\",{}]");
      String groupId = between(await(in, "42[\"user_groups\""), "\"id\":\"", "\"");
      String group = "{\"groupId\":\"" + groupId + "\"";
      send(socket, "42[\"join_group\"," + group + ",\"lastSeq\":0}]");
      String _ = await(in, "42[\"group_joined\"");
      for (int i = 0; i < MESSAGES; i++) {
        String tempId = ",\"tempId\":\"" + i + "\"";
        send(socket, "42[\"typing_start\"," + group + "}]");
        send(
            socket,
            "421[\"send_message\"," + group + ",\"content\":\"Word " + i + "\"" + tempId + "}]");
        String _ = await(in, "431[");
      }
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void skipHead(InputStream in) throws IOException {
    for (int last4 = 0; last4 != 0x0d0a0d0a; ) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("The server refused the WebSocket");
      }
      last4 = last4 << 8 | next;
    }
  }

  /** Sends one text frame, masked with zeros (RFC 6455, section 5.2). */
  private static void send(Socket socket, String text) throws IOException {
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    byte[] head = {
      (byte) 0x81, (byte) 0xfe, (byte) (payload.length >> 8), (byte) payload.length, 0, 0, 0, 0
    };
    if (payload.length < 126) {
      head = new byte[] {(byte) 0x81, (byte) (0x80 | payload.length), 0, 0, 0, 0};
    }
    byte[] frame = Arrays.copyOf(head, head.length + payload.length);
    System.arraycopy(payload, 0, frame, head.length, payload.length);
    // In one piece, or the system waits for an acknowledgement in between.
    socket.getOutputStream().write(frame);
  }

  /** Reads frames up to the text that begins so. */
  private static String await(DataInputStream in, String start) throws IOException {
    while (true) {
      int opcode = in.readUnsignedByte() & 0x0f;
      long length = in.readUnsignedByte();
      if (length == 126) {
        length = in.readUnsignedShort();
      } else if (length == 127) {
        length = in.readLong();
      }
      String text = new String(in.readNBytes((int) length), StandardCharsets.UTF_8);
      if (opcode == 8 || text.startsWith("44")) {
        throw new IOException("The server ended the chat");
      }
      if (text.startsWith(start)) {
        return text;
      }
    }
  }

  private static String between(String text, String start, String end) throws IOException {
    int from = text.indexOf(start);
    int to = from < 0 ? -1 : text.indexOf(end, from + start.length());
    if (to < 0) {
      throw new IOException("An answer lacks " + start);
    }
    return text.substring(from + start.length(), to);
  }
}
