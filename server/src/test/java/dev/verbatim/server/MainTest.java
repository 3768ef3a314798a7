package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MainTest {
  @TempDir Path directory = Path.of("");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>(Map.of("HOST", "127.0.0.1"));

  @Test
  void helps() {
    assertEquals(0, run("--help"));
    assertTrue(out().contains("verbatim seed --users N"));
    assertEquals("", err());
  }

  @Test
  void helpsInTheWordsOfTheScript() throws Exception {
    Process script = new ProcessBuilder("../verbatim", "--help").redirectErrorStream(true).start();
    String text = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, run("--help"));
    assertEquals(text, out());
  }

  @Test
  void helpsByTheNameItWasCalledBy() {
    Main installed = new Main("verbatim", environment, directory, print(out), print(err));
    assertEquals(0, installed.run(List.of("--help")));
    assertTrue(out().contains("  verbatim [serve] ") && !out().contains("./verbatim"), out());
  }

  @Test
  void tellsOfWhatNobodyExpected() {
    PrintStream broken =
        new PrintStream(out) {
          @Override
          public void println(String line) {
            throw new AssertionError("broken");
          }
        };
    Main main = new Main(Main.NAME, environment, directory, broken, print(err));
    assertEquals(1, main.run(List.of("--version")));
    assertTrue(
        err().matches("verbatim: an error that nobody expected; the log has it as [0-9a-f]{16}\n"),
        err());
  }

  @Test
  void tellsWhetherTheServerIsReady() throws Exception {
    int port;
    try (RunningServer server = RunningServer.start(directory, Map.of())) {
      port = server.port();
      environment.put("PORT", Integer.toString(port));
      assertEquals(0, run("health"), out());
      // Whoever listens everywhere is asked on the loopback.
      environment.put("HOST", "0.0.0.0");
      assertEquals(0, run("health"), out());
      assertEquals("ready\n", out());
    }
    assertEquals(1, run("health"));
    assertTrue(out().endsWith("not ready: Connection refused\n"), out());
    assertEquals("", err());
  }

  @Test
  void tellsThatAServerIsNotReady() throws Exception {
    HttpServer other =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.createContext(
        "/health/ready",
        exchange -> {
          exchange.sendResponseHeaders(503, -1);
          exchange.close();
        });
    other.start();
    try {
      environment.put("PORT", Integer.toString(other.getAddress().getPort()));
      assertEquals(1, run("health"));
      assertTrue(
          out().matches("not ready: http://127.0.0.1:\\d+/health/ready answers 503\n"), out());
    } finally {
      other.stop(0);
    }
  }

  @Test
  void takesSettingsFromTheFileThatIsNamed() throws Exception {
    Files.writeString(directory.resolve("verbatim.env"), "PORT=many\n");
    environment.put("ENV_FILE", directory.resolve("verbatim.env").toString());
    assertEquals(78, run("health"));
    assertTrue(err().startsWith("verbatim: PORT must be "), err());
    Files.writeString(directory.resolve("verbatim.env"), "PORT=3001\nnonsense\n");
    assertEquals(78, run("health"));
    assertTrue(err().contains("/verbatim.env, line 2 is not NAME=value"), err());
    environment.put("ENV_FILE", directory.resolve("other.env").toString());
    assertEquals(78, run("health"));
    assertTrue(err().contains("ENV_FILE must name a file, is "), err());
  }

  @Test
  void hasNoDevelopmentTokensWhereClerkIs() {
    environment.put("CLERK_JWT_ISSUER", "https://clerk.example.org");
    assertEquals(1, run("token", "alice"));
    assertTrue(err().contains("Clerk"), err());
    assertFalse(Files.exists(directory.resolve("data")));
  }

  @Test
  void saysThatAMongoDbDoesNotAnswerAndNoPassword() {
    environment.put("MONGODB_URI", "mongodb://chat:hunter2@127.0.0.1:1/chat");
    assertEquals(1, run("verify-store"));
    assertTrue(err().startsWith("verbatim: the store cannot be checked: "), err());
    assertFalse(err().contains("hunter2"), err());
    assertEquals("", out());
  }

  @Test
  void tellsItsVersion() {
    assertEquals(0, run("--version"));
    assertTrue(out().matches("verbatim \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R"), out());
  }

  @Test
  void saysWhatIsRightToWrongUsage() {
    assertEquals(2, run("token", "No Name"));
    assertEquals(1, err().lines().count());
    assertTrue(err().contains("NAME"));
  }

  @Test
  void listsMistakesOfTheSettings() {
    environment.put("PORT", "many");
    environment.put("LOG_LEVEL", "loud");
    assertEquals(78, run("serve"));
    assertEquals(2, err().lines().count());
  }

  @Test
  void printsATokenThatTheServerTakes() throws Exception {
    assertEquals(0, run("token", "alice"));
    try (RunningServer server = RunningServer.start(directory, Map.of())) {
      server.askAs(out().strip(), "GET /api/users/me", "").expect(200);
      // It works beside a running server too.
      assertEquals(0, run("token", "bob"));
    }
  }

  @Test
  void saysThatThePortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      environment.put("PORT", Integer.toString(taken.getLocalPort()));
      assertEquals(1, run("serve"));
      assertEquals(1, err().lines().count(), err());
      assertTrue(err().contains(Integer.toString(taken.getLocalPort())), err());
    }
    assertFalse(Files.exists(directory.resolve("data")), "a new store is left behind");
    // Nothing was left open.
    RunningServer.start(directory, Map.of()).close();
  }

  @Test
  void saysThatThereIsNoSuchHost() {
    environment.put("HOST", "nowhere.invalid");
    assertEquals(1, run("serve"));
    assertTrue(err().contains("nowhere.invalid") && err().contains("no such host"), err());
  }

  @Test
  void saysThatTheStoreIsInUse() throws Exception {
    try (RunningServer _ = RunningServer.start(directory, Map.of())) {
      environment.put("PORT", "0");
      assertEquals(1, run("serve"));
      assertEquals(1, err().lines().count(), err());
      assertTrue(err().contains("store"), err());
    }
  }

  @Test
  void saysThatTheDirectoryIsNone() throws Exception {
    Files.writeString(directory.resolve("data"), "a file");
    assertEquals(1, run("serve"));
    assertEquals(1, err().lines().count(), err());
    assertTrue(err().contains("data"), err());
  }

  @Test
  void verifiesTheStore() throws Exception {
    assertEquals(1, run("verify-store"));
    assertEquals(1, err().lines().count(), err());
    try (RunningServer _ = RunningServer.start(directory, Map.of())) {
      assertEquals(0, run("verify-store"), err());
    }
    assertEquals("", out());
  }

  @Test
  void tellsEachFindingOfTheStoreInALine() throws Exception {
    Set<String> groups = new HashSet<>();
    try (RunningServer server = RunningServer.start(directory, Map.of())) {
      String token = server.token("alice");
      for (String name : List.of("One", "Two")) {
        String group = server.group(token, "{\"name\":\"" + name + "\"}");
        for (String content : List.of("first", "lost", "last")) {
          server.send(token, group, content);
        }
        groups.add(group);
      }
    }
    try (Connection store =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("data/verbatim.db"));
        Statement statement = store.createStatement()) {
      assertEquals(2, statement.executeUpdate("DELETE FROM messages WHERE content = 'lost'"));
    }
    assertEquals(1, run("verify-store"));
    List<String> lines = out().lines().toList();
    assertEquals(2, lines.size(), out());
    for (String group : groups) {
      assertEquals(1, lines.stream().filter(line -> line.contains(group)).count(), out());
    }
    assertEquals("", err());
  }

  @Test
  void seedsTheStore() throws Exception {
    Path tokens = directory.resolve("tokens.tsv");
    String[] seed = {
      "seed", "--users", "5", "--groups", "4", "--members", "3", "--tokens", tokens.toString()
    };
    assertEquals(0, run(seed), err());
    assertEquals(
        PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(tokens));
    List<String> lines = Files.readAllLines(tokens);
    assertEquals(12, lines.size());
    Set<String> users = new HashSet<>();
    Set<String> groups = new HashSet<>();
    Set<String> names = new HashSet<>();
    try (RunningServer server = RunningServer.start(directory, Map.of())) {
      for (String line : lines) {
        String[] parts = line.split("\t", -1);
        groups.add(parts[1]);
        users.add(parts[2]);
        var me = server.askAs(parts[0], "GET /api/users/me", "").expect(200);
        assertEquals(parts[2], me.json().at("/user/_id").asString());
        names.add(me.json().at("/user/username").asString());
        var own = server.askAs(parts[0], "GET /api/groups", "").expect(200);
        assertTrue(own.text().contains(parts[1]));
        assertFalse(own.text().contains("Lobby"));
      }
      assertEquals(1, run(seed), "The store is in use");
    }
    assertEquals(5, users.size());
    assertEquals(4, groups.size());
    assertEquals(5, names.size());
    assertEquals(0, run(seed), err());
    assertTrue(Files.readAllLines(tokens).stream().noneMatch(lines::contains));
  }

  @Test
  void seedsNothingWhereTheTokensCannotBeWritten() throws Exception {
    String nowhere = directory.resolve("no such directory").resolve("tokens.tsv").toString();
    assertEquals(
        1, run("seed", "--users", "5", "--groups", "4", "--members", "3", "--tokens", nowhere));
    assertTrue(err().contains("the tokens cannot be written"), err());
    try (RunningServer server = RunningServer.start(directory, Map.of())) {
      var groups = server.askAs(server.token("ada"), "GET /api/groups/discover", "").expect(200);
      assertFalse(groups.text().contains("Seed"), groups.text());
    }
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    return new Main(Main.NAME, environment, directory, print(out), print(err))
        .run(List.of(arguments));
  }

  private static PrintStream print(ByteArrayOutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
