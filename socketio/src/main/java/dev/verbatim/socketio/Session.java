package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.EnginePacket;
import dev.verbatim.socketio.protocol.MalformedPacketException;
import dev.verbatim.socketio.protocol.Packet;
import dev.verbatim.socketio.protocol.PacketDecoder;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Confined to its event loop: one client's Engine.IO session, and the Socket.IO packets in it.
 *
 * <p>A session lives on the event loop of the connection that began it, whatever connections come
 * later, and outlasts them: polling takes one request after another, an upgrade puts a WebSocket in
 * their place. Its heartbeat is its deadline: the next ping, or the end of the wait for a pong.
 *
 * <p>It ends in {@link #close} alone, which tells its sockets, unregisters it everywhere and closes
 * its transport.
 */
final class Session extends DeadlineWheel.Entry implements SerialQueue.Source {
  private static final Logger log = LoggerFactory.getLogger(Session.class);
  private static final EnginePacket PING = new EnginePacket.Ping(false);
  private static final EnginePacket NOOP = new EnginePacket.Noop();

  private final SocketIoServer server;
  private final EngineLoop loop;
  private final String id;
  private final Handshake handshake;
  private final PacketDecoder decoder;
  private final List<Socket> sockets = new ArrayList<>(1);

  /** Namespaces that it has left: what the client sent meanwhile is no fault of the client's. */
  private final List<String> left = new ArrayList<>(0);

  private Transport transport;
  private State state;
  private @Nullable Deadline connectTimeout;
  private boolean pongAwaited;

  private int pauses;

  /** Who waits for the end, at the server's own. */
  private @Nullable CompletableFuture<Void> ended;

  private long heldBytes;

  /** Where a session stands. */
  private sealed interface State {
    /** Nothing but the transport. */
    record Open() implements State {}

    /** A WebSocket was opened beside polling and may take its place. */
    record Upgrading(WebSocketTransport probe, Deadline timeout) implements State {}

    /** A bound was passed: nothing goes in or out, and the close is under way. */
    record Condemned() implements State {}

    /** The sockets are gone; the client's next poll is to bring it what waits, and the close. */
    record Closing() implements State {}

    /** Over. */
    record Closed() implements State {}
  }

  private static final State OPEN = new State.Open();

  /** A deadline that closes what it belongs to. */
  private static final class Deadline extends DeadlineWheel.Entry {
    private final Runnable action;

    Deadline(Runnable action) {
      this.action = action;
    }

    @Override
    void onDeadline() {
      action.run();
    }
  }

  Session(
      SocketIoServer server, EngineLoop loop, String id, Handshake handshake, Transport transport) {
    this.server = server;
    this.loop = loop;
    this.id = id;
    this.handshake = handshake;
    this.transport = transport;
    this.decoder = new PacketDecoder(server.syntax());
    this.state = OPEN;
  }

  String id() {
    return id;
  }

  EngineLoop loop() {
    return loop;
  }

  SocketIoServer server() {
    return server;
  }

  Handshake handshake() {
    return handshake;
  }

  Transport transport() {
    assert loop.inEventLoop();
    return transport;
  }

  boolean isClosed() {
    return state instanceof State.Closed;
  }

  /** Begins: tells the client the session's terms, and starts its clocks. */
  void onOpen() {
    assert loop.inEventLoop();
    SocketIoOptions options = server.options();
    transport.write(new EnginePacket.Open(server.openPacket(id, transport.name())));
    long now = System.nanoTime();
    loop.deadlines().schedule(this, now + options.pingInterval().toNanos());
    connectTimeout = new Deadline(() -> close(DisconnectReason.FORCED_CLOSE, CloseCause.POLICY));
    loop.deadlines().schedule(connectTimeout, now + options.connectTimeout().toNanos());
  }

  /** Sends a ping, or gives up the wait for a pong. */
  @Override
  void onDeadline() {
    if (state instanceof State.Closing) {
      end(CloseCause.GONE);
    } else if (pongAwaited) {
      close(DisconnectReason.PING_TIMEOUT, CloseCause.POLICY);
    } else {
      pongAwaited = true;
      transport.write(PING);
      // From when the ping was due, not from when it was sent, so that ticks do not add up.
      loop.deadlines().schedule(this, deadlineNanos() + server.options().pingTimeout().toNanos());
    }
  }

  /** Whether the heartbeat is over, even if the wheel has not come round to say so. */
  boolean isOverdue() {
    long pongDue =
        pongAwaited ? deadlineNanos() : deadlineNanos() + server.options().pingTimeout().toNanos();
    return hasDeadline() && isOpen() && System.nanoTime() - pongDue >= 0;
  }

  /** A packet came in on a transport. */
  void onPacket(Transport from, EnginePacket packet) {
    assert loop.inEventLoop();
    if (!isOpen()) {
      return;
    }
    if (state instanceof State.Upgrading(WebSocketTransport probe, _) && from == probe) {
      onProbePacket(probe, packet);
      return;
    }
    if (from != transport) {
      return;
    }
    switch (packet) {
      case EnginePacket.Message(Bytes text) -> onText(text);
      case EnginePacket.Binary(Bytes data) -> onBinary(data);
      case EnginePacket.Pong(boolean probe) -> {
        if (pongAwaited && !probe) {
          pongAwaited = false;
          loop.deadlines()
              .schedule(this, System.nanoTime() + server.options().pingInterval().toNanos());
        }
      }
      case EnginePacket.Close() -> close(DisconnectReason.TRANSPORT_CLOSE, CloseCause.CLIENT_CLOSE);
      case EnginePacket.Ping _ ->
          close(DisconnectReason.TRANSPORT_ERROR, CloseCause.PROTOCOL_ERROR);
      case EnginePacket.Open _, EnginePacket.Upgrade _, EnginePacket.Noop _ -> {}
    }
  }

  private void onText(Bytes text) {
    try {
      Packet packet = decoder.decodeText(text);
      if (packet != null) {
        onPacket(packet);
      }
    } catch (MalformedPacketException e) {
      onMalformed(e);
    }
  }

  private void onBinary(Bytes data) {
    try {
      Packet packet = decoder.decodeBinary(data);
      if (packet != null) {
        onPacket(packet);
      }
    } catch (MalformedPacketException e) {
      onMalformed(e);
    }
  }

  private void onMalformed(MalformedPacketException e) {
    log.debug("session {}: {}", id, e.getMessage());
    close(DisconnectReason.PARSE_ERROR, causeOf(e));
  }

  static CloseCause causeOf(MalformedPacketException e) {
    return e.reason() == MalformedPacketException.Reason.INVALID_UTF8
        ? CloseCause.NOT_UTF8
        : CloseCause.PROTOCOL_ERROR;
  }

  private void onPacket(Packet packet) {
    Socket socket = socket(packet.namespace());
    if (socket == null) {
      if (packet instanceof Packet.Connect connect) {
        onConnect(connect);
      } else if (!(packet instanceof Packet.Disconnect)) {
        // Node closes here too; but a DISCONNECT may cross the server's own.
        onStray(packet);
      }
      return;
    }
    switch (packet) {
      case Packet.Event event -> socket.onEvent(event);
      case Packet.Ack ack -> socket.onAck(ack);
      case Packet.Disconnect _ -> socket.onDisconnect();
      case Packet.Connect _, Packet.ConnectError _ ->
          close(DisconnectReason.PARSE_ERROR, CloseCause.PROTOCOL_ERROR);
    }
  }

  private void onConnect(Packet.Connect connect) {
    Namespace namespace = server.namespace(connect.namespace());
    if (namespace == null) {
      refuse(connect.namespace(), "Invalid namespace");
    } else if (sockets.size() >= server.options().limits().namespacesPerConnectionMax()) {
      refuse(connect.namespace(), "Too many namespaces");
    } else {
      Bytes auth = connect.data();
      Socket socket = new Socket(namespace, this, auth == null ? null : auth.toByteArray());
      sockets.add(socket);
      socket.onConnect();
    }
  }

  private void refuse(String namespace, String message) {
    write(
        Frame.of(
            new Packet.ConnectError(namespace, Bytes.utf8("{\"message\":\"" + message + "\"}"))));
  }

  /** Packets that were on their way when the server left the namespace are no fault. */
  private void onStray(Packet packet) {
    if (left.contains(packet.namespace())) {
      return;
    }
    close(DisconnectReason.PARSE_ERROR, CloseCause.PROTOCOL_ERROR);
  }

  private @Nullable Socket socket(String namespace) {
    for (Socket socket : sockets) {
      if (socket.namespace().name().equals(namespace)) {
        return socket;
      }
    }
    return null;
  }

  /** A socket is connected: the session has found its use. */
  void onConnected() {
    if (connectTimeout != null) {
      loop.deadlines().cancel(connectTimeout);
      connectTimeout = null;
    }
  }

  /** A socket has left its namespace, by the server's will or the client's, or was refused. */
  void onLeft(Socket socket) {
    sockets.remove(socket);
    String namespace = socket.namespace().name();
    if (!left.contains(namespace)) {
      left.add(namespace);
    }
  }

  /** Queues a frame; a session that is over drops it. */
  void write(Frame frame) {
    assert loop.inEventLoop();
    if (!isOpen()) {
      return;
    }
    transport.write(frame);
    onQueued();
  }

  /** Queues frames that others get too. */
  void writeShared(ByteBuf wire, Frame... frames) {
    if (!isOpen()) {
      return;
    }
    transport.writeShared(wire, frames);
    onQueued();
  }

  boolean isWritable() {
    return isOpen() && heldBytes == 0 && transport.isWritable();
  }

  @Override
  public void pause() {
    if (++pauses == 1) {
      transport.setReading(false);
    }
  }

  @Override
  public void resume() {
    if (--pauses == 0) {
      transport.setReading(true);
    }
  }

  /** The server sends the client out of all namespaces and closes the transport. */
  void onServerDisconnect() {
    for (Socket socket : List.copyOf(sockets)) {
      socket.onServerDisconnect();
    }
    close(DisconnectReason.FORCED_CLOSE, CloseCause.SERVER_CLOSE);
  }

  /** Looks at what waits after something was queued, and ends the session that waits too long. */
  void onQueued() {
    int max = server.options().limits().queuedBytesMax();
    if (!isOpen() || heldBytes + transport.queuedBytes() <= max) {
      return;
    }
    // Within one iteration nothing has been flushed yet; only what then stays is the reader's
    // fault.
    transport.flush();
    if (isOpen() && heldBytes + transport.queuedBytes() > max) {
      log.info("session {} is closed: its client reads too slowly", id);
      condemn(DisconnectReason.FORCED_CLOSE, CloseCause.GONE);
    }
  }

  /** Sends nothing more, and closes soon: not now, for the caller is walking the rooms' lists. */
  void condemn(DisconnectReason reason, CloseCause cause) {
    if (isOpen()) {
      endUpgrade(CloseCause.GONE);
      state = new State.Condemned();
      loop.eventLoop().execute(() -> close(reason, cause));
    }
  }

  void addHeldBytes(long bytes) {
    heldBytes += bytes;
    if (bytes > 0) {
      onQueued();
    }
  }

  /** Whether frames can be handed to the transport at all. */
  boolean isOpen() {
    return switch (state) {
      case State.Open(), State.Upgrading _ -> true;
      case State.Condemned(), State.Closing(), State.Closed() -> false;
    };
  }

  /** Whether a WebSocket may take over. */
  boolean canUpgrade() {
    return state instanceof State.Open && transport instanceof PollingTransport;
  }

  /** A WebSocket has been opened for this session, beside its polling. */
  void onProbe(WebSocketTransport probe) {
    assert loop.inEventLoop() && canUpgrade();
    Deadline timeout = new Deadline(() -> endUpgrade(CloseCause.POLICY));
    loop.deadlines()
        .schedule(timeout, System.nanoTime() + server.options().upgradeTimeout().toNanos());
    state = new State.Upgrading(probe, timeout);
  }

  private void onProbePacket(WebSocketTransport probe, EnginePacket packet) {
    switch (packet) {
      case EnginePacket.Ping(boolean isProbe) when isProbe -> {
        probe.write(new EnginePacket.Pong(true));
        endPoll();
      }
      case EnginePacket.Upgrade() -> onUpgrade(probe);
      case EnginePacket.Open _,
          EnginePacket.Close _,
          EnginePacket.Ping _,
          EnginePacket.Pong _,
          EnginePacket.Message _,
          EnginePacket.Binary _,
          EnginePacket.Noop _ ->
          endUpgrade(CloseCause.PROTOCOL_ERROR);
    }
  }

  /** Answers a held poll, so that the client can leave polling at once. */
  private void endPoll() {
    if (transport instanceof PollingTransport polling && polling.isHeld()) {
      polling.write(NOOP);
      polling.flush();
    }
  }

  /** The WebSocket takes the place of polling; what polling has not sent goes out there. */
  private void onUpgrade(WebSocketTransport probe) {
    if (!(state instanceof State.Upgrading(_, Deadline timeout))
        || !(transport instanceof PollingTransport polling)) {
      return;
    }
    loop.deadlines().cancel(timeout);
    state = OPEN;
    transport = probe;
    polling.moveTo(probe);
    polling.close(CloseCause.UPGRADED);
    probe.setReading(pauses == 0);
    onQueued();
  }

  private void endUpgrade(CloseCause cause) {
    if (state instanceof State.Upgrading(WebSocketTransport probe, Deadline timeout)) {
      loop.deadlines().cancel(timeout);
      state = OPEN;
      probe.close(cause);
    }
  }

  /** Whether polls are to be answered at once, for the client is about to leave polling. */
  boolean isUpgrading() {
    return state instanceof State.Upgrading;
  }

  /** A transport's connection is gone or useless. */
  void onTransportEnd(Transport from, DisconnectReason reason, CloseCause cause) {
    assert loop.inEventLoop();
    if (state instanceof State.Upgrading(WebSocketTransport probe, _) && from == probe) {
      endUpgrade(cause);
    } else if (from == transport) {
      close(reason, cause);
    }
  }

  /**
   * Ends the session: its one exit. The sockets are told the reason, the client the cause. From the
   * loop; only the first call does something.
   */
  void close(DisconnectReason reason, CloseCause cause) {
    assert loop.inEventLoop();
    if (state instanceof State.Closing || isClosed()) {
      return;
    }
    endUpgrade(CloseCause.GONE);
    onConnected();
    boolean orderly = cause == CloseCause.SERVER_CLOSE || cause == CloseCause.GOING_AWAY;
    state = new State.Closing();
    for (Socket socket : List.copyOf(sockets)) {
      socket.onClose(reason);
    }
    sockets.clear();
    if (orderly && transport instanceof PollingTransport polling && !polling.isHeld()) {
      long timeout = server.options().limits().closeTimeout().toNanos();
      loop.deadlines().schedule(this, System.nanoTime() + timeout);
      return;
    }
    end(cause);
  }

  /** The poll that a closing session has waited for is there. */
  void onLastPoll() {
    if (state instanceof State.Closing) {
      end(CloseCause.SERVER_CLOSE);
    }
  }

  /** Closes because the server goes down; the future is completed when the transport has ended. */
  void shutDown(CompletableFuture<Void> whenEnded) {
    if (isClosed()) {
      whenEnded.complete(null);
      return;
    }
    ended = whenEnded;
    close(DisconnectReason.SERVER_SHUTTING_DOWN, CloseCause.GOING_AWAY);
  }

  /** Ends now what is still closing. */
  void cut() {
    if (!isClosed()) {
      close(DisconnectReason.SERVER_SHUTTING_DOWN, CloseCause.GONE);
      end(CloseCause.GONE);
    }
    transport.cut();
  }

  private void end(CloseCause cause) {
    state = new State.Closed();
    loop.deadlines().cancel(this);
    server.onClosed(this);
    transport.close(cause);
    CompletableFuture<Void> waiting = ended;
    if (waiting != null) {
      transport.whenClosed(() -> waiting.complete(null));
    }
  }
}
