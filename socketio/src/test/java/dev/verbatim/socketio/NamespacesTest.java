package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Namespaces that come to be by a client's wish. */
@Timeout(180)
final class NamespacesTest {
  private static final Pattern DYNAMIC = Pattern.compile("/dynamic-\\d+");

  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private TestServer server = new TestServer(SocketIoOptions.defaults());

  @AfterEach
  void close() {
    server.close();
  }

  private void restart(SocketIoOptions options) {
    server.close();
    server = new TestServer(options);
  }

  private String next() throws InterruptedException {
    return Objects.requireNonNull(seen.poll(60, TimeUnit.SECONDS));
  }

  private WebSocketClient open() {
    WebSocketClient client =
        WebSocketClient.open(server.webSocket("/socket.io/?EIO=4&transport=websocket"));
    client.expectPrefix("0{");
    return client;
  }

  private WebSocketClient connect(String namespace) {
    WebSocketClient client = open();
    client.send("40" + namespace + ",");
    client.expectPrefix("40" + namespace + ",{");
    return client;
  }

  @Test
  void makesANamespaceWhoseNameMatches() throws InterruptedException {
    ParentNamespace parent = server.io().of(DYNAMIC);
    parent.onConnection(socket -> seen.add(socket.namespace().name()));
    parent.on("hello", (socket, event) -> event.ack().send(socket.namespace().name()));
    try (WebSocketClient one = connect("/dynamic-1");
        WebSocketClient two = connect("/dynamic-2")) {
      // Their handlers run on threads of their own.
      Set<String> both = new HashSet<>();
      both.add(next());
      both.add(next());
      assertEquals(Set.of("/dynamic-1", "/dynamic-2"), both);
      one.send("42/dynamic-1,5[\"hello\"]");
      assertEquals("43/dynamic-1,5[\"/dynamic-1\"]", one.nextText());
      two.send("42/dynamic-2,5[\"hello\"]");
      assertEquals("43/dynamic-2,5[\"/dynamic-2\"]", two.nextText());
      assertEquals(2, parent.children().size());
    }
  }

  @Test
  void refusesANameThatNoneMatches() {
    server.io().of(DYNAMIC);
    try (WebSocketClient client = open()) {
      for (String name : List.of("/dynamic-x", "/xdynamic-1", "/dynamic-1x")) {
        client.send("40" + name + ",");
        assertEquals("44" + name + ",{\"message\":\"Invalid namespace\"}", client.nextText());
      }
    }
  }

  @Test
  void asksThePredicateForNameAndAuth() {
    server
        .io()
        .of(
            (name, handshake) -> {
              byte[] auth = handshake.auth();
              return name.equals("/secret")
                  && auth != null
                  && new String(auth, UTF_8).equals("{\"key\":1}");
            });
    try (WebSocketClient client = open()) {
      client.send("40/secret,{\"key\":2}");
      assertEquals("44/secret,{\"message\":\"Invalid namespace\"}", client.nextText());
      client.send("40/secret,{\"key\":1}");
      client.expectPrefix("40/secret,{\"sid\"");
    }
  }

  @Test
  void refusesWhenThePredicateFails() {
    server
        .io()
        .of(
            (_, _) -> {
              throw new IllegalStateException("on purpose");
            });
    try (WebSocketClient client = open()) {
      client.send("40/any,");
      assertEquals("44/any,{\"message\":\"Invalid namespace\"}", client.nextText());
      client.send("40");
      client.expectPrefix("40{");
    }
  }

  @Test
  void prefersANamespaceThatIsThere() {
    server.io().of("/dynamic-1").onConnection(_ -> seen.add("static"));
    ParentNamespace parent = server.io().of(DYNAMIC);
    try (WebSocketClient _ = connect("/dynamic-1")) {
      assertTrue(parent.children().isEmpty());
    }
  }

  @Test
  void letsEachChildHaveItsOwnHandlersToo() throws InterruptedException {
    server.io().of(DYNAMIC).onConnection(_ -> seen.add("parent"));
    server
        .io()
        .onNewNamespace(
            namespace -> {
              seen.add("new " + namespace.name());
              namespace.onConnection(_ -> seen.add("own of " + namespace.name()));
            });
    try (WebSocketClient _ = connect("/dynamic-7")) {
      assertEquals("new /dynamic-7", next());
      assertEquals("parent", next());
      assertEquals("own of /dynamic-7", next());
    }
  }

  @Test
  void goesOnAfterAHandlerOfNewNamespacesFailed() throws InterruptedException {
    server.io().of(DYNAMIC);
    server
        .io()
        .onNewNamespace(
            _ -> {
              throw new IllegalStateException("on purpose");
            });
    server.io().onNewNamespace(namespace -> seen.add(namespace.name()));
    try (WebSocketClient _ = connect("/dynamic-3")) {
      assertEquals("/dynamic-3", next());
    }
  }

  @Test
  void emitsToAllChildren() {
    ParentNamespace parent = server.io().of(DYNAMIC);
    try (WebSocketClient one = connect("/dynamic-1");
        WebSocketClient two = connect("/dynamic-2")) {
      parent.emit("news", 1);
      assertEquals("42/dynamic-1,[\"news\",1]", one.nextText());
      assertEquals("42/dynamic-2,[\"news\",1]", two.nextText());
      assertEquals(2, parent.fetchSockets().toCompletableFuture().join().size());
    }
  }

  @Test
  void forgetsAChildWithItsLastClient() throws InterruptedException {
    restart(SocketIoOptions.builder().cleanupEmptyChildNamespaces(true).build());
    ParentNamespace parent = server.io().of(DYNAMIC);
    parent.onConnection(socket -> socket.join("a"));
    parent.onDisconnect((_, reason) -> seen.add(reason.text()));
    Namespace before;
    try (WebSocketClient one = connect("/dynamic-1");
        WebSocketClient two = connect("/dynamic-1")) {
      before = server.io().of("/dynamic-1");
      one.send("41/dynamic-1,");
      assertEquals("client namespace disconnect", next());
      assertSame(before, server.io().of("/dynamic-1"));
      two.send("41/dynamic-1,");
      assertEquals("client namespace disconnect", next());
      assertTrue(parent.children().isEmpty());
      two.send("40/dynamic-1,");
      two.expectPrefix("40/dynamic-1,{");
      assertNotSame(before, server.io().of("/dynamic-1"));
      assertEquals(0, before.socketCount());
    }
  }

  @Test
  void forgetsAChildWhoseFirstClientIsRefused() {
    restart(SocketIoOptions.builder().cleanupEmptyChildNamespaces(true).build());
    ParentNamespace parent = server.io().of(DYNAMIC);
    parent.use((_, next) -> next.refuse("no", List.of(1, 2)));
    try (WebSocketClient client = open()) {
      client.send("40/dynamic-1,");
      assertEquals("44/dynamic-1,{\"message\":\"no\",\"data\":[1,2]}", client.nextText());
      client.send("40");
      client.expectPrefix("40{");
      assertTrue(parent.children().isEmpty());
    }
  }

  @Test
  void keepsAChildUnlessToldOtherwise() throws InterruptedException {
    ParentNamespace parent = server.io().of(DYNAMIC);
    parent.onDisconnect((_, _) -> seen.add("gone"));
    try (WebSocketClient client = connect("/dynamic-1")) {
      client.send("41/dynamic-1,");
      next();
      assertEquals(1, parent.children().size());
    }
  }

  @Test
  void makesNoMoreThanTheBoundAllows() {
    restart(
        SocketIoOptions.builder().limits(Limits.builder().dynamicNamespacesMax(1).build()).build());
    server.io().of(DYNAMIC);
    try (WebSocketClient client = connect("/dynamic-1")) {
      client.send("40/dynamic-2,");
      assertEquals("44/dynamic-2,{\"message\":\"Invalid namespace\"}", client.nextText());
    }
  }
}
