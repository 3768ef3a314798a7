package dev.verbatim.socketio;

import dev.verbatim.socketio.LoopCounters.Flow;
import dev.verbatim.socketio.SocketIoOptions.TransportName;
import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.EnginePacket;
import dev.verbatim.socketio.protocol.EngineRevision;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Confined to its event loop: one client's Engine.IO session.
 *
 * <p>A session lives on the event loop of the connection that began it, whatever connections come
 * later, and outlasts them: polling takes one request after another, an upgrade puts a WebSocket in
 * their place. Its {@link Heartbeat} tells whether the client is there, its {@link Listener} what
 * the messages mean.
 *
 * <p>It ends in {@link #close} alone, which tells its listener, unregisters it and closes its
 * transport; a client between two polls is told by the next one.
 */
final class Session implements SerialQueue.Source, Heartbeat.Owner {
  private static final Logger log = LoggerFactory.getLogger(Session.class);
  private static final EnginePacket PING = new EnginePacket.Ping(false);
  private static final State OPEN = new State.Open();
  private static final VarHandle RECEIVING;

  static {
    try {
      RECEIVING = MethodHandles.lookup().findVarHandle(Session.class, "receiving", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * What stands above a session and has its messages: the Socket.IO side, a {@link Connection}, or
   * a protocol of its own. Called on the session's event loop.
   */
  interface Listener {
    /** The session begins: messages may be sent. */
    void onOpen();

    /**
     * A message came; messages come in the order in which they were sent.
     *
     * @param text whether it is a text, which is UTF-8, else it is binary
     */
    void onMessage(Bytes message, boolean text);

    /** Completed, on any thread, when all that has come is handled; nothing more comes. */
    default CompletableFuture<Void> whenHandled() {
      return CompletableFuture.completedFuture(null);
    }

    /** The sockets of the session's client. */
    default List<Socket> sockets() {
      return List.of();
    }

    /** The session is over, and takes nothing more. Called once. */
    void onEnd(DisconnectReason reason);

    /** Makes the listener of a session that is being made. Called on its event loop. */
    interface Factory {
      Listener listener(Session session);
    }
  }

  private final Sessions sessions;
  private final SocketIoOptions options;
  private final EngineLoop loop;
  private final String id;
  private final Handshake handshake;
  private final Listener listener;
  private final Heartbeat heartbeat;
  private final Backlog backlog;
  private Transport transport;
  private State state = OPEN;
  private int pauses;

  /** Whether one of its requests has a body that is received or not answered yet. Any thread's. */
  @SuppressWarnings("unused") // by RECEIVING
  private volatile boolean receiving;

  /** Disconnect handlers that are not done; and one for the transport, until it has ended. */
  private int unfinished = 1;

  /** Where a session stands. */
  private sealed interface State {
    /** Nothing but the transport. */
    record Open() implements State {}

    /** A WebSocket was opened beside polling and may take its place. */
    record Upgrading(Upgrade upgrade) implements State {}

    /** A bound was passed: nothing goes in or out, and the close is under way. */
    record Condemned() implements State {}

    /**
     * The listener is told; the client's next poll is to bring it what waits, and the close.
     *
     * @param cause what the client is told then
     */
    record Closing(CloseCause cause, Deadline timeout) implements State {}

    /** Over. */
    record Closed() implements State {}
  }

  Session(
      SocketIoServer server, EngineLoop loop, String id, Handshake handshake, Transport transport) {
    this.sessions = server.sessions();
    this.options = server.options();
    this.loop = loop;
    this.id = id;
    this.handshake = handshake;
    this.transport = transport;
    this.listener = server.listeners().listener(this);
    this.heartbeat =
        new Heartbeat(
            this, loop.deadlines(), revision(), options.pingInterval(), options.pingTimeout());
    this.backlog = new Backlog(this, options.limits());
    // Whatever has been made ends by close, even if it never opens.
    traffic().add(Flow.SESSIONS_OPEN);
  }

  String id() {
    return id;
  }

  /**
   * A line of the log, by what its client and its sockets are found: the beginning of its id, and
   * theirs. On the loop.
   */
  LoggingEventBuilder about(LoggingEventBuilder line) {
    return line.addKeyValue("sid", Ids.beginning(id)).addKeyValue("socketId", this::socketIds);
  }

  private String socketIds() {
    return listener.sockets().stream().map(Socket::publicId).collect(Collectors.joining(","));
  }

  EngineLoop loop() {
    return loop;
  }

  Handshake handshake() {
    return handshake;
  }

  Transport transport() {
    assert loop.inEventLoop();
    return transport;
  }

  /** The revision of the protocol that it speaks, as its handshake has said. */
  EngineRevision revision() {
    return transport.format().revision();
  }

  /** What waits for the client. */
  Backlog backlog() {
    return backlog;
  }

  /** Begins: tells the client the session's terms, and starts its clocks. */
  void onOpen() {
    assert loop.inEventLoop();
    transport.write(new EnginePacket.Open(terms()));
    heartbeat.start();
    traffic().add(Flow.HANDSHAKES);
    listener.onOpen();
  }

  private Tally<Flow> traffic() {
    return loop.counters().of(transport.name());
  }

  private Bytes terms() {
    boolean upgradable =
        transport.name() == TransportName.POLLING
            && options.allowUpgrades()
            && options.transports().contains(TransportName.WEBSOCKET);
    return Bytes.utf8(
        "{\"sid\":\""
            + id
            + "\",\"upgrades\":["
            + (upgradable ? "\"websocket\"" : "")
            + "],\"pingInterval\":"
            + options.pingInterval().toMillis()
            + ",\"pingTimeout\":"
            + options.pingTimeout().toMillis()
            + switch (revision()) {
              case V4 -> ",\"maxPayload\":" + options.maxHttpBufferSize() + "}";
              case V3 -> "}";
            });
  }

  // What comes in

  /** A packet came in on a transport. */
  void onPacket(Transport from, EnginePacket packet) {
    assert loop.inEventLoop();
    if (!(packet instanceof EnginePacket.Binary)) {
      loop.counters().of(from.name()).add(Flow.PACKETS_IN);
    }
    if (state instanceof State.Upgrading(Upgrade upgrade) && from == upgrade.probe()) {
      upgrade.onPacket(packet);
      return;
    }
    if (from != transport || !isOpen()) {
      return;
    }
    switch (packet) {
      case EnginePacket.Message(Bytes text) -> onMessage(text, true);
      case EnginePacket.Binary(Bytes data) -> onMessage(data, false);
      case EnginePacket.Pong(boolean probe) -> onPong(probe);
      case EnginePacket.Close() -> close(DisconnectReason.TRANSPORT_CLOSE, CloseCause.CLIENT_CLOSE);
      case EnginePacket.Ping(boolean probe) -> onPing(probe);
      case EnginePacket.Open _, EnginePacket.Upgrade _, EnginePacket.Noop _ -> {}
    }
  }

  private void onMessage(Bytes message, boolean text) {
    heartbeat.onPacket();
    listener.onMessage(message, text);
  }

  private void onPing(boolean probe) {
    switch (revision()) {
      case V4 -> close(DisconnectReason.TRANSPORT_ERROR, CloseCause.PROTOCOL_ERROR);
      case V3 -> {
        heartbeat.onPing();
        write(new EnginePacket.Pong(probe));
      }
    }
  }

  private void onPong(boolean probe) {
    switch (revision()) {
      case V4 -> {
        if (!probe) {
          onPong();
        }
      }
      case V3 -> close(DisconnectReason.TRANSPORT_ERROR, CloseCause.PROTOCOL_ERROR);
    }
  }

  private void onPong() {
    long nanos = heartbeat.onPong();
    if (nanos >= 0) {
      loop.counters().heartbeats().add(nanos);
    }
  }

  /** A request with a body begins; false if one is under way already. Any thread. */
  boolean beginBody() {
    return RECEIVING.compareAndSet(this, false, true);
  }

  /** The request that {@link #beginBody} let in has its answer, or is gone. Any thread. */
  void endBody() {
    RECEIVING.setVolatile(this, false);
  }

  /** A request's body came while another was under way. Any thread. */
  void onBodyOverlap() {
    loop.run(
        () -> {
          if (transport instanceof PollingTransport polling) {
            onTransportEnd(polling, DisconnectReason.TRANSPORT_ERROR, CloseCause.PROTOCOL_ERROR);
          }
        });
  }

  @Override
  public void pause() {
    assert loop.inEventLoop();
    if (++pauses == 1) {
      transport.setReading(false);
    }
  }

  @Override
  public void resume() {
    assert loop.inEventLoop();
    if (--pauses == 0) {
      transport.setReading(true);
      if (isOpen()) {
        heartbeat.onResume();
      }
    }
  }

  @Override
  public boolean isPaused() {
    return pauses > 0;
  }

  /** Whether the heartbeat is over, even if its deadline has not been met yet. */
  boolean isOverdue() {
    assert loop.inEventLoop();
    return isOpen() && heartbeat.isOverdue();
  }

  @Override
  public void onPingTimeout() {
    close(DisconnectReason.PING_TIMEOUT, CloseCause.POLICY);
  }

  @Override
  public void onHeartbeatFailure() {
    close(DisconnectReason.TRANSPORT_ERROR, CloseCause.GONE);
  }

  // What goes out

  @Override
  public void ping() {
    write(PING);
  }

  /** Queues a packet; a session that is over drops it. */
  void write(EnginePacket packet) {
    assert loop.inEventLoop();
    if (isOpen()) {
      transport.write(packet);
      onQueued();
    }
  }

  /** Queues a frame; a session that is over drops it. */
  void write(Frame frame) {
    assert loop.inEventLoop();
    if (!isOpen()) {
      return;
    }
    if (frame.yields() && !isWritable()) {
      backlog.putBy(frame);
    } else {
      transport.write(frame);
      onQueued();
    }
  }

  /** Queues frames that others get too. */
  void writeShared(Wire wire) {
    assert loop.inEventLoop();
    if (isOpen()) {
      transport.writeShared(wire);
      onQueued();
    }
  }

  /** Whether what is written now goes out soon. */
  boolean isWritable() {
    assert loop.inEventLoop();
    return isOpen() && backlog.isEmpty() && transport.isWritable();
  }

  /** Looks at what waits after something was queued, and ends the session that waits too long. */
  void onQueued() {
    if (!isOpen() || !backlog.isExceeded()) {
      return;
    }
    // Within one iteration nothing has been flushed yet; only what then stays is the reader's
    // fault.
    transport.flush();
    if (isOpen() && backlog.isExceeded()) {
      about(log.atInfo()).log("a session is closed: its client reads too slowly");
      condemn(DisconnectReason.SLOW_READER, CloseCause.GONE);
    }
  }

  /** The memory that is taken by what waits in its transports. */
  long memoryBytes() {
    long bytes = transport.memoryBytes();
    return state instanceof State.Upgrading(Upgrade upgrade)
        ? bytes + upgrade.probe().memoryBytes()
        : bytes;
  }

  /** Gives back the memory of what waits, at once, for all clients together have too much. */
  void relieve() {
    assert loop.inEventLoop();
    about(log.atInfo())
        .log("a session is closed: too much waits for all clients, and most for its own");
    close(DisconnectReason.SLOW_READER, CloseCause.GONE);
    transport.cut();
  }

  // The change of transport

  /** Whether a WebSocket may take over. */
  boolean canUpgrade() {
    assert loop.inEventLoop();
    return state instanceof State.Open && transport instanceof PollingTransport;
  }

  /** A WebSocket has been opened for this session, beside its polling. */
  void onProbe(WebSocketTransport probe) {
    assert canUpgrade();
    loop.counters().upgrades().add(LoopCounters.Change.TRIED);
    if (transport instanceof PollingTransport polling) {
      state = new State.Upgrading(new Upgrade(this, polling, probe, options.upgradeTimeout()));
    }
  }

  /** The WebSocket takes the place of polling; what polling has not sent goes out there. */
  void onUpgraded(Upgrade upgrade) {
    upgrade.end();
    state = OPEN;
    traffic().add(Flow.SESSIONS_OPEN, -1);
    transport = upgrade.probe();
    traffic().add(Flow.SESSIONS_OPEN);
    loop.counters().upgrades().add(LoopCounters.Change.DONE);
    upgrade.polling().moveTo(transport);
    upgrade.polling().close(CloseCause.UPGRADED);
    transport.setReading(pauses == 0);
    onQueued();
    backlog.onWritable();
  }

  /** The WebSocket goes, and polling stays. */
  void endUpgrade(CloseCause cause) {
    if (state instanceof State.Upgrading(Upgrade upgrade)) {
      upgrade.end();
      state = OPEN;
      loop.counters().upgrades().add(LoopCounters.Change.FAILED);
      upgrade.probe().close(cause);
    }
  }

  // The end

  /** Whether packets are taken in and handed out. */
  boolean isOpen() {
    // Asked twice for each delivery, for which a switch over types costs too much.
    return state instanceof State.Open || state instanceof State.Upgrading;
  }

  /** Whether the session is unknown to a request that asks for it. */
  boolean isOverFor(boolean poll) {
    assert loop.inEventLoop();
    return switch (state) {
      case State.Open(), State.Upgrading _, State.Condemned() -> false;
      case State.Closing(CloseCause cause, _) -> !poll && cause == CloseCause.CLIENT_CLOSE;
      case State.Closed() -> true;
    };
  }

  /** A transport's connection is gone or useless. */
  void onTransportEnd(Transport from, DisconnectReason reason, CloseCause cause) {
    assert loop.inEventLoop();
    if (state instanceof State.Upgrading(Upgrade upgrade) && from == upgrade.probe()) {
      endUpgrade(cause);
    } else if (from == transport) {
      close(reason, cause);
    }
  }

  /** Sends nothing more, and closes soon: not now, for the caller is walking the rooms' lists. */
  void condemn(DisconnectReason reason, CloseCause cause) {
    assert loop.inEventLoop();
    if (isOpen()) {
      endUpgrade(CloseCause.GONE);
      state = new State.Condemned();
      loop.execute(() -> close(reason, cause));
    }
  }

  /** Takes nothing more from the client, for the server goes down. */
  void quiesce() {
    assert loop.inEventLoop();
    if (isOpen()) {
      pause();
      if (transport instanceof PollingTransport polling) {
        polling.stopReading();
      }
    }
  }

  /** The sockets of its client. */
  List<Socket> sockets() {
    assert loop.inEventLoop();
    return listener.sockets();
  }

  /** Completed, on any thread, when all that has come is handled. */
  CompletableFuture<Void> whenHandled() {
    assert loop.inEventLoop();
    return listener.whenHandled();
  }

  /** Closes because the server goes down. */
  void shutDown() {
    assert loop.inEventLoop();
    if (state instanceof State.Closing(CloseCause cause, _) && cause == CloseCause.CLIENT_CLOSE) {
      end(CloseCause.GONE);
    } else {
      close(DisconnectReason.SERVER_SHUTTING_DOWN, CloseCause.GOING_AWAY);
    }
  }

  /** Ends the connection at once: the client has had its time. Handlers are waited for. */
  void cut() {
    assert loop.inEventLoop();
    close(DisconnectReason.SERVER_SHUTTING_DOWN, CloseCause.GONE);
    end(CloseCause.GONE);
    transport.cut();
  }

  /** Ends at once whatever is still going on, handlers apart, which nobody waits for any more. */
  void abort() {
    cut();
    transport.whenClosed(() -> sessions.onEnded(this));
  }

  /**
   * Ends the session: its one exit. The listener is told the reason, the client the cause. From the
   * loop; only the first call does something.
   */
  void close(DisconnectReason reason, CloseCause cause) {
    assert loop.inEventLoop();
    if (state instanceof State.Closing || state instanceof State.Closed) {
      return;
    }
    endUpgrade(CloseCause.GONE);
    heartbeat.stop();
    if (cause.isOrderly()) {
      backlog.sendYielded();
    } else {
      backlog.forgetYielded();
    }
    traffic().add(Flow.SESSIONS_OPEN, -1);
    loop.counters().closed().add(reason);
    Deadline timeout = new Deadline(() -> end(CloseCause.GONE));
    state = new State.Closing(cause, timeout);
    try {
      listener.onEnd(reason);
    } catch (Throwable e) {
      about(log.atError()).setCause(e).log("the end of a session could not be told");
    } finally {
      endTransport(cause, timeout);
    }
  }

  private void endTransport(CloseCause cause, Deadline timeout) {
    if (cause.isOrderly() && transport instanceof PollingTransport polling && !polling.isHeld()) {
      loop.deadlines().scheduleIn(timeout, options.limits().closeTimeout());
    } else {
      end(cause);
    }
  }

  /** A poll is there, which a closing session may have waited for. */
  void onLastPoll() {
    if (state instanceof State.Closing(CloseCause cause, _)) {
      end(cause);
    }
  }

  private void end(CloseCause cause) {
    if (!(state instanceof State.Closing(_, Deadline timeout))) {
      return;
    }
    loop.deadlines().cancel(timeout);
    state = new State.Closed();
    sessions.onClosed(this);
    try {
      transport.close(cause);
    } finally {
      transport.whenClosed(this::onTransportClosed);
    }
  }

  private void onTransportClosed() {
    if (!loop.run(this::onFinished)) {
      sessions.onEnded(this);
    }
  }

  /** How many sockets have gone whose disconnect handlers are not done, while it is open. */
  int leavingCount() {
    assert loop.inEventLoop();
    return unfinished - 1;
  }

  /** A socket's disconnect handlers are to run. */
  void onDisconnectHandlers() {
    assert loop.inEventLoop();
    unfinished++;
  }

  /** One that the end waits for is done. */
  void onFinished() {
    assert loop.inEventLoop();
    backlog.update();
    if (--unfinished == 0) {
      sessions.onEnded(this);
    }
  }
}
