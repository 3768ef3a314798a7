package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link Adapter} does. Four clients are connected in turn to the servers that the
 * adapter joins into one, and everything is asked of the first server's.
 */
@Timeout(180)
abstract class AdapterContract {
  private static final Duration LONG = Duration.ofMinutes(10);

  private final BlockingQueue<Socket> connected = new LinkedBlockingQueue<>();
  private final List<WebSocketClient> clients = new ArrayList<>();
  private final List<Socket> sockets = new ArrayList<>();
  private List<TestServer> servers = List.of();
  private Namespace main;
  private Adapter adapter;

  /** Starts servers that are joined into one; a single one is joined with itself. */
  abstract List<TestServer> start();

  /** What joins the main namespaces of the servers, as the first server has it. */
  abstract Adapter adapter(List<TestServer> joined);

  @BeforeEach
  void connectFour() throws InterruptedException {
    servers = start();
    main = servers.getFirst().io().of("/");
    adapter = adapter(servers);
    servers.forEach(server -> server.io().onConnection(connected::add));
    for (int i = 0; i < 4; i++) {
      clients.add(WebSocketClient.connect(servers.get(i % servers.size())));
      sockets.add(Objects.requireNonNull(connected.poll(60, TimeUnit.SECONDS)));
    }
  }

  @AfterEach
  void close() {
    clients.forEach(WebSocketClient::close);
    servers.forEach(TestServer::close);
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private Frame frame(String name) {
    return Frame.event(main, name, "1".getBytes(UTF_8));
  }

  private static Audience rooms(String... rooms) {
    return new Audience(List.of(rooms), List.of(), false);
  }

  private static Audience except(String... rooms) {
    return new Audience(List.of(), List.of(rooms), false);
  }

  private void enter(String room, int... members) {
    for (int member : members) {
      join(adapter.apply(rooms(id(member)), new Adapter.Operation.Join(List.of(room))));
    }
  }

  private String id(int socket) {
    return sockets.get(socket).id();
  }

  private void expect(int client, String... names) {
    for (String name : names) {
      assertEquals("42[\"" + name + "\",1]", clients.get(client).nextText());
    }
  }

  /** Ends what all clients expect with something that they all get. */
  private void end() {
    adapter.broadcast(Audience.ALL, frame("end"), false);
    for (int i = 0; i < clients.size(); i++) {
      expect(i, "end");
    }
  }

  @Test
  void deliversEachRoomsFramesInTheirOrder() {
    enter("a", 0, 1);
    enter("b", 1, 2);
    adapter.deliver(
        List.of(
            Delivery.toAll("a", frame("a1")),
            Delivery.toAll("a", frame("a2")),
            Delivery.toAll("b", frame("b1"))));
    adapter.deliver(List.of(Delivery.toAll("b", frame("b2"))));
    expect(0, "a1", "a2");
    expect(1, "a1", "a2", "b1", "b2");
    expect(2, "b1", "b2");
    end();
  }

  @Test
  void deliversASocketsOwnFramesInTheRoomsPlace() {
    enter("a", 0, 1);
    Socket own = servers.getFirst().io().of("/").socket(id(0));
    adapter.deliver(
        List.of(
            Delivery.toAll("a", frame("m1")),
            new Delivery("a", frame("m2"), own, List.of(frame("sent"), frame("ack"))),
            Delivery.toAll("a", frame("m3"))));
    expect(0, "m1", "sent", "ack", "m3");
    expect(1, "m1", "m2", "m3");
    end();
  }

  @Test
  void deliversOwnFramesOutsideTheRoomToo() {
    enter("a", 1);
    Socket own = servers.getFirst().io().of("/").socket(id(0));
    adapter.deliver(List.of(new Delivery("a", frame("m"), own, List.of(frame("sent")))));
    expect(0, "sent");
    expect(1, "m");
    end();
  }

  @Test
  void broadcastsToEachOfTheAudienceOnce() {
    enter("a", 0, 1, 2);
    enter("b", 1, 2, 3);
    adapter.broadcast(new Audience(List.of("a", "b"), List.of(id(2)), false), frame("each"), false);
    expect(0, "each");
    expect(1, "each");
    expect(3, "each");
    adapter.broadcast(except("a"), frame("others"), false);
    expect(3, "others");
    adapter.broadcast(rooms("nobody"), frame("lost"), false);
    end();
  }

  @Test
  void takesASocketsIdForARoom() {
    adapter.broadcast(rooms(id(2)), frame("direct"), false);
    expect(2, "direct");
    adapter.deliver(List.of(Delivery.toAll(id(3), frame("delivered"))));
    expect(3, "delivered");
    end();
  }

  @Test
  void leavesOutWhoIsHeldBackIfTheFrameMayBeDropped() {
    enter("a", 0, 1);
    Hold hold = hold(1, "a");
    adapter.broadcast(rooms("a"), frame("dropped"), true);
    adapter.broadcast(rooms("a"), frame("kept"), false);
    join(adapter.sockets(Audience.ALL));
    hold.release();
    expect(0, "dropped", "kept");
    expect(1, "kept");
    end();
  }

  @Test
  void keepsTheOrderOfOneThread() {
    enter("a", 0);
    adapter.broadcast(rooms("a"), frame("in"), false);
    adapter.apply(rooms(id(0)), new Adapter.Operation.Leave(List.of("a")));
    adapter.broadcast(rooms("a"), frame("out"), false);
    adapter.apply(rooms(id(0)), new Adapter.Operation.Join(List.of("a")));
    adapter.deliver(List.of(Delivery.toAll("a", frame("back"))));
    expect(0, "in", "back");
    end();
  }

  @Test
  void movesTheAudience() {
    enter("a", 0, 1);
    join(adapter.apply(rooms("a"), new Adapter.Operation.Join(List.of("b", "c"))));
    assertEquals(Set.of("a", "b", "c", id(1)), sockets.get(1).rooms());
    join(adapter.apply(rooms("b"), new Adapter.Operation.Leave(List.of("a", "b"))));
    assertEquals(Set.of("c", id(0)), sockets.get(0).rooms());
  }

  @Test
  void sendsTheAudienceOut() {
    enter("a", 0, 1);
    join(adapter.apply(rooms(id(0)), new Adapter.Operation.Disconnect(false)));
    assertFalse(sockets.get(0).connected());
    assertEquals("41", clients.get(0).nextText());
    join(adapter.apply(rooms(id(1)), new Adapter.Operation.Disconnect(true)));
    assertEquals("41", clients.get(1).nextText());
    assertEquals(1000, clients.get(1).closeCode());
    join(adapter.apply(rooms(id(2)), new Adapter.Operation.CloseTransport()));
    assertFalse(sockets.get(2).connected());
    assertEquals(1000, clients.get(2).closeCode());
    assertTrue(sockets.get(3).connected());
  }

  @Test
  void tellsWhoTheAudienceIs() {
    enter("a", 1, 3);
    Set<String> ids = new HashSet<>();
    for (RemoteSocket socket : join(adapter.sockets(rooms("a")))) {
      ids.add(socket.id());
      assertEquals(Set.of("a", socket.id()), socket.rooms());
      assertEquals("websocket", socket.handshake().query("transport"));
    }
    assertEquals(Set.of(id(1), id(3)), ids);
    assertEquals(List.of(), join(adapter.sockets(rooms("nobody"))));
    assertEquals(4, join(adapter.sockets(Audience.ALL)).size());
  }

  /** Holds back what a room brings for a socket that is in it, from now on. */
  private Hold hold(int socket, String room) {
    Hold hold = sockets.get(socket).joinHolding(room);
    join(adapter.sockets(Audience.ALL));
    return hold;
  }

  @Test
  void leavesOutWhoHoldsTooMuchIfTheFrameIsDroppable() {
    enter("a", 0, 1);
    Hold hold = hold(1, "a");
    String much = "\"" + "x".repeat(main.limits().yieldedBytesMax()) + "\"";
    adapter.broadcast(rooms("a"), Frame.event(main, "much", much.getBytes(UTF_8)), false);
    // Then the one that reads is not behind.
    clients.get(0).expectPrefix("42[\"much\"");
    adapter.broadcast(rooms("a"), frame("dropped").droppable(), false);
    adapter.deliver(List.of(Delivery.toAll("a", frame("dropped too").droppable())));
    adapter.broadcast(rooms("a"), frame("kept"), false);
    join(adapter.sockets(Audience.ALL));
    hold.release();
    clients.get(1).expectPrefix("42[\"much\"");
    expect(0, "dropped", "dropped too", "kept");
    expect(1, "kept");
    end();
  }

  @Test
  void letsMarkedFramesWaitForWhoIsBehind() throws Exception {
    TestServer last = servers.getLast();
    try (RawClient client = new RawClient(last)) {
      String session = client.connectPolling();
      Socket behind = Objects.requireNonNull(connected.poll(60, TimeUnit.SECONDS));
      join(adapter.apply(rooms(behind.id()), new Adapter.Operation.Join(List.of("a"))));
      behind.emit("much", "x".repeat(main.limits().betweenPollsBytesMax()));
      last.settle();
      adapter.broadcast(rooms("a"), frame("droppable").droppable(), false);
      adapter.broadcast(rooms("a"), frame("older").conflate("k"), false);
      adapter.broadcast(rooms("a"), frame("queued"), false);
      adapter.deliver(
          List.of(
              Delivery.toAll("a", frame("latest").conflate("k")),
              Delivery.toAll("a", frame("queued too"))));
      join(adapter.sockets(Audience.ALL));
      client.send(RawClient.get(session));
      List<String> names = new ArrayList<>();
      for (String packet : client.readAnswer(200).split("\u001e")) {
        names.add(packet.substring(4, packet.indexOf('"', 4)));
      }
      assertEquals(List.of("much", "queued", "queued too", "droppable", "latest"), names);
    }
  }

  @Test
  void reachesThisServersSocketsAloneIfTheAudienceIsLocal() {
    Audience local = new Audience(List.of(), List.of(), true);
    List<Integer> here = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < clients.size(); i += servers.size()) {
      here.add(i);
      ids.add(id(i));
    }
    adapter.broadcast(local, frame("here"), false);
    here.forEach(client -> expect(client, "here"));
    assertEquals(ids, idsOf(local));
    join(adapter.apply(local, new Adapter.Operation.Join(List.of("a"))));
    assertEquals(ids, idsOf(rooms("a")));
    CompletableFuture<Answers> answers = ask(local, false);
    here.forEach(this::answer);
    assertEquals(here.size(), answers.join().received().size());
    end();
  }

  private Set<String> idsOf(Audience audience) {
    Set<String> ids = new HashSet<>();
    join(adapter.sockets(audience)).forEach(socket -> ids.add(socket.id()));
    return ids;
  }

  private CompletableFuture<Answers> ask(Audience audience, boolean isVolatile) {
    long ackId = main.nextAckId();
    Frame question = Frame.eventOf(main, ackId, "who", new Object[0]);
    return adapter
        .broadcastWithAck(audience, question, ackId, LONG, isVolatile)
        .toCompletableFuture();
  }

  private void answer(int client) {
    String question = clients.get(client).expectPrefix("42");
    clients.get(client).send("43" + question.replace("[\"who\"]", "[" + client + "]"));
  }

  @Test
  void gathersAcknowledgements() {
    enter("a", 0, 1, 2);
    CompletableFuture<Answers> answers = ask(rooms("a"), false);
    answer(2);
    answer(0);
    assertFalse(answers.isDone());
    answer(1);
    Set<Integer> values = new HashSet<>();
    for (Args args : answers.join().received()) {
      values.add(args.argument(0, Integer.class));
    }
    assertEquals(Set.of(0, 1, 2), values);
    assertEquals(0, answers.join().missing());
  }

  @Test
  void awaitsNoAcknowledgementOfNobodyAndOfWhoGoes() {
    assertEquals(new Answers(List.of(), 0), ask(rooms("nobody"), false).join());
    CompletableFuture<Answers> answers = ask(rooms(id(0), id(1)), false);
    answer(0);
    sockets.get(1).disconnect(true);
    assertEquals(1, answers.join().missing());
    assertEquals(1, answers.join().received().size());
  }

  @Test
  void asksNobodyWhoIsHeldBackIfTheQuestionMayBeDropped() {
    enter("a", 0, 1);
    Hold hold = hold(1, "a");
    CompletableFuture<Answers> answers = ask(rooms("a"), true);
    answer(0);
    join(adapter.sockets(Audience.ALL));
    hold.release();
    end();
    assertEquals(1, answers.join().received().size());
    assertEquals(1, answers.join().missing());
  }
}
