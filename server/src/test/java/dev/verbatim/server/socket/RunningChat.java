package dev.verbatim.server.socket;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.ChatSettings;
import dev.verbatim.chat.Groups;
import dev.verbatim.chat.HeldTime;
import dev.verbatim.chat.Outcome;
import dev.verbatim.chat.Users;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.storage.sqlite.SqliteChatStore;
import dev.verbatim.server.identity.Admission;
import dev.verbatim.server.identity.DevelopmentIdentity;
import dev.verbatim.server.identity.DevelopmentKey;
import dev.verbatim.server.identity.Newcomers;
import dev.verbatim.server.identity.RefusedTokens;
import dev.verbatim.server.metrics.Metrics;
import dev.verbatim.server.telemetry.Trace;
import dev.verbatim.server.telemetry.Traces;
import dev.verbatim.socketio.Drain;
import dev.verbatim.socketio.Handshake;
import dev.verbatim.socketio.SocketIoOptions;
import dev.verbatim.socketio.SocketIoServer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The chat's events on a real engine, store and identity; only time is held. Two event loops, so
 * that sockets of one group stand on different ones.
 */
final class RunningChat implements AutoCloseable {
  static final int EVENTS_PER_SECOND = 50;
  static final int EVENT_BURST = 200;

  /** An event of the tests' own. */
  private static final String PROBE = "probe";

  /** An event whose handler fails. */
  static final String BROKEN = "broken";

  final HeldTime time = new HeldTime();
  final Chat chat;
  final Deliveries deliveries;
  final ChatSockets sockets;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  final HeldQuestions questions = new HeldQuestions(blocking);
  private final SocketIoServer io = SocketIoServer.create(SocketIoOptions.defaults());
  final Metrics metrics = new Metrics();
  private final DevelopmentIdentity identity;
  final HeldIdentity heldIdentity;
  private final Channel channel;
  private final LinkedBlockingQueue<Reply> replies = new LinkedBlockingQueue<>();

  RunningChat(Path directory, ChatSettings settings) throws Exception {
    identity = new DevelopmentIdentity(DevelopmentKey.in(directory), time.withZone(ZoneOffset.UTC));
    heldIdentity = new HeldIdentity(identity);
    sockets =
        new ChatSockets(io.of("/"), time, time, settings.presenceGroupMax(), metrics, Traces.NONE);
    deliveries = (Deliveries) sockets.listener();
    io.of("/")
        .on(
            BROKEN,
            (_, _) -> {
              throw new IllegalStateException("The handler is broken");
            })
        .on(
            PROBE,
            (socket, event) ->
                replies.add(
                    new Reply(
                        socket,
                        PROBE,
                        new Failure.Silent(),
                        event.ack(),
                        time,
                        metrics.event("event"),
                        Trace.NONE)));
    chat =
        Chat.open(
            SqliteChatStore.open(directory), settings, sockets.listener(), time, time, questions);
    sockets.open(
        chat,
        new Admission(heldIdentity, chat.users(), Newcomers.NONE, new RefusedTokens(time), 0, time),
        EVENTS_PER_SECOND,
        EVENT_BURST);
    channel =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    connection.pipeline().addLast(new HttpServerCodec(), io.gate());
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
  }

  /** The names of the events that clients may send. */
  Set<String> eventNames() {
    Set<String> names = new TreeSet<>(io.of("/").eventNames());
    names.remove(PROBE);
    names.remove(BROKEN);
    return names;
  }

  int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** Makes a user of this name, unless there is one. */
  User user(String name) throws Exception {
    return chat.users()
        .ensure(
            new Users.NewUser(
                DevelopmentIdentity.SUBJECT_PREFIX + name,
                name + "@localhost",
                name,
                "",
                name,
                null))
        .user();
  }

  String token(String name) {
    return identity.issue(name).token();
  }

  /** A group of this user's. */
  Group group(User owner, boolean isPrivate) throws Exception {
    return ((Groups.Created.Done)
            chat.groups().create(owner.id(), "Group of " + owner.firstName(), null, isPrivate))
        .group();
  }

  void join(User user, ObjectId groupId) throws Exception {
    chat.roster().join(user.id(), groupId);
  }

  /** A socket of this user, who came by the handshake and is in the rooms. */
  SocketClient connect(String name) throws Exception {
    user(name);
    SocketClient client = SocketClient.open(port(), "{\"token\":\"" + token(name) + "\"}");
    client.await("connect");
    return client;
  }

  /** Has everything told that has changed of who types, as the timers' thread does at once. */
  void tellTyping() {
    time.advance(Duration.ZERO);
  }

  /** A message that no store has. */
  Message message(User sender, ObjectId groupId, String tempId) {
    return new Message(
        ObjectId.next(time.instant()),
        groupId,
        1,
        sender.id(),
        "Hello",
        MessageType.TEXT,
        /* isDeleted= */ false,
        tempId,
        /* editedAt= */ null,
        time.instant(),
        time.instant());
  }

  /** The answer to an event of this client's, which a test gives. */
  Reply reply(SocketClient client) throws InterruptedException {
    client.emit(PROBE, "{}");
    return nextReply();
  }

  /** The same, of an event with a callback, which gets its {@code acknowledgement}. */
  Reply askedReply(SocketClient client) throws InterruptedException {
    client.ask(PROBE, "{}");
    return nextReply();
  }

  private Reply nextReply() throws InterruptedException {
    return Objects.requireNonNull(replies.poll(1, TimeUnit.MINUTES));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Holds the writer up between two commits, from when this returns until it is closed. */
  WriterHold holdWriter() throws InterruptedException {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    chat.messages()
        .newestSeq(
            new ObjectId(0, 0),
            Outcome.of(
                _ -> {
                  reached.countDown();
                  await(released);
                },
                _ -> {}));
    reached.await();
    return released::countDown;
  }

  /** That the writer is held up. */
  interface WriterHold extends AutoCloseable {
    @Override
    void close();
  }

  /** What the one socket that is here tells of how its client came. */
  Handshake handshake() {
    return io.of("/").sockets().iterator().next().handshake();
  }

  /** Runs something on the writer's thread, between two commits, and waits for it. */
  void onWriter(Runnable task) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    chat.messages()
        .newestSeq(
            new ObjectId(0, 0),
            Outcome.of(
                _ -> {
                  task.run();
                  done.complete(null);
                },
                done::completeExceptionally));
    done.get(1, TimeUnit.MINUTES);
  }

  /** As {@link ChatSockets#settled}, of all sockets that are here. */
  CompletableFuture<Void> settled() {
    return sockets.settled(chat, List.copyOf(io.of("/").sockets()));
  }

  /** Lets all clients go as the service does. */
  CompletionStage<Void> drain() {
    return io.close(
        Drain.within(Duration.ofMinutes(1)).settled(asking -> sockets.settled(chat, asking)));
  }

  /** Returns when each event loop has done what it was handed before. */
  void awaitLoops() throws Exception {
    var _ = io.of("/").fetchSockets().toCompletableFuture().get(1, TimeUnit.MINUTES);
  }

  @Override
  public void close() throws Exception {
    io.close(Duration.ofSeconds(5)).toCompletableFuture().get(60, TimeUnit.SECONDS);
    metrics.close();
    chat.close();
    channel.close().sync();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    blocking.close();
  }
}
