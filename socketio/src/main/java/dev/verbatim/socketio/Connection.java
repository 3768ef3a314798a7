package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.MalformedPacketException;
import dev.verbatim.socketio.protocol.NamespaceQuery;
import dev.verbatim.socketio.protocol.Packet;
import dev.verbatim.socketio.protocol.PacketDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Confined to its session's event loop: the Socket.IO side of one session. It decodes the packets,
 * has a socket for each namespace that the client is in, and ends a session that is in none for too
 * long.
 */
final class Connection implements Session.Listener {
  private static final Logger log = LoggerFactory.getLogger(Connection.class);

  private final Session session;
  private final SocketIoServer server;
  private final PacketDecoder decoder;
  private final List<Socket> sockets = new ArrayList<>(1);

  /**
   * Namespaces that it has left, the latest ones: what the client sent meanwhile is no fault of the
   * client's.
   */
  private final List<String> left = new ArrayList<>(0);

  /**
   * Met when the client has been in no namespace for too long; there is none while it is in one.
   */
  private @Nullable Deadline connectTimeout;

  /** Met when attachments do not come; made for the first packet that has some. */
  private @Nullable Deadline attachmentsTimeout;

  Connection(Session session, SocketIoServer server) {
    this.session = session;
    this.server = server;
    this.decoder = new PacketDecoder(server.syntax());
  }

  /** The session begins, in no namespace; in revision 3 the main one is entered unasked. */
  @Override
  public void onOpen() {
    startConnectTimeout();
    switch (session.revision()) {
      case V4 -> {}
      case V3 ->
          // Not at once: the server does not know the session yet, and middleware may end it.
          session.loop().execute(this::connectUnasked);
    }
  }

  private void connectUnasked() {
    if (session.isOpen() && socket(Packet.MAIN_NAMESPACE) == null) {
      server.of(Packet.MAIN_NAMESPACE);
      connect(Packet.MAIN_NAMESPACE, null);
    }
  }

  private void startConnectTimeout() {
    Deadline timeout =
        new Deadline(() -> session.close(DisconnectReason.FORCED_CLOSE, CloseCause.POLICY));
    session.loop().deadlines().scheduleIn(timeout, server.options().connectTimeout());
    connectTimeout = timeout;
  }

  /** An Engine.IO message came: a packet, or a part of one. */
  @Override
  public void onMessage(Bytes message, boolean text) {
    assert session.loop().inEventLoop();
    try {
      Packet packet = text ? decoder.decodeText(message) : decoder.decodeBinary(message);
      if (packet != null) {
        cancelAttachmentsTimeout();
        onPacket(packet);
      } else if (text) {
        startAttachmentsTimeout();
      }
    } catch (MalformedPacketException e) {
      session.loop().counters().malformed().add(e.reason());
      session.about(log.atDebug()).log("a packet is none: {}", e.getMessage());
      session.close(DisconnectReason.PARSE_ERROR, CloseCause.of(e));
    }
  }

  private void startAttachmentsTimeout() {
    Deadline timeout = attachmentsTimeout;
    if (timeout == null) {
      timeout = new Deadline(this::onAttachmentsLate);
      attachmentsTimeout = timeout;
    }
    session.loop().deadlines().scheduleIn(timeout, server.options().limits().attachmentsTimeout());
  }

  private void onAttachmentsLate() {
    if (session.isPaused()) {
      startAttachmentsTimeout();
    } else {
      session.about(log.atDebug()).log("attachments did not come");
      session.close(DisconnectReason.PARSE_ERROR, CloseCause.POLICY);
    }
  }

  private void cancelAttachmentsTimeout() {
    if (attachmentsTimeout != null) {
      session.loop().deadlines().cancel(attachmentsTimeout);
    }
  }

  private void onPacket(Packet packet) throws MalformedPacketException {
    Socket socket = socket(packet.namespace());
    if (socket == null) {
      onPacketOfNobody(packet);
      return;
    }
    switch (packet) {
      case Packet.Event event -> socket.onEvent(event);
      case Packet.Ack ack -> socket.onAck(ack);
      case Packet.Disconnect _ -> onDisconnect(socket);
      case Packet.Connect _ -> onConnectAgain(socket);
      case Packet.ConnectError _ -> onProtocolError();
    }
  }

  /**
   * The client leaves, which none does that is not let in yet, as in Node; by coming and going one
   * could have any number of middlewares at work.
   */
  private void onDisconnect(Socket socket) {
    if (socket.connected()) {
      socket.onDisconnect();
    } else {
      onProtocolError();
    }
  }

  /** Stock clients ask again if the application does so before they have heard. */
  private void onConnectAgain(Socket socket) {
    if (socket.connected()) {
      onProtocolError();
    }
  }

  private void onPacketOfNobody(Packet packet) throws MalformedPacketException {
    switch (packet) {
      case Packet.Connect connect -> onConnect(connect);
      case Packet.Disconnect _ -> log.trace("a DISCONNECT has crossed the server's own");
      case Packet.Event _, Packet.Ack _, Packet.ConnectError _ -> {
        // Node closes here too; but these may have been on their way when the server left.
        if (!left.contains(packet.namespace())) {
          onProtocolError();
        }
      }
    }
  }

  private void onProtocolError() {
    session.close(DisconnectReason.PARSE_ERROR, CloseCause.PROTOCOL_ERROR);
  }

  private void onConnect(Packet.Connect connect) throws MalformedPacketException {
    byte[] auth =
        switch (session.revision()) {
          case V4 -> connect.data() == null ? null : connect.data().toByteArray();
          case V3 -> auth(connect.query());
        };
    connect(connect.namespace(), auth);
  }

  private byte @Nullable [] auth(@Nullable String query) throws MalformedPacketException {
    int parametersMax = server.options().limits().queryParametersMax();
    return query == null ? null : NamespaceQuery.toJson(query, parametersMax);
  }

  private void connect(String name, byte @Nullable [] auth) {
    Limits limits = server.options().limits();
    if (sockets.size() >= limits.namespacesPerConnectionMax()
        || session.leavingCount() >= limits.eventsWaitingMax()) {
      refuse(name, "Too many namespaces", Refusal.TOO_MANY_NAMESPACES);
      return;
    }
    Namespace namespace = enter(name, session.handshake().withAuth(auth));
    if (namespace == null) {
      refuse(name, "Invalid namespace", Refusal.INVALID_NAMESPACE);
      return;
    }
    Socket socket = new Socket(namespace, this, auth);
    sockets.add(socket);
    session.about(log.atDebug()).log("a client asks to be let into {}", name);
    socket.onConnect();
  }

  /** The namespace of a name, if the client may ask to be let into it. */
  private @Nullable Namespace enter(String name, Handshake handshake) {
    try {
      return server.namespaces().enter(name, handshake);
    } catch (RuntimeException e) {
      log.error("predicate for {} failed", name, e);
      return null;
    }
  }

  private void refuse(String namespace, String message, Refusal reason) {
    session.loop().counters().refusals().add(reason);
    session
        .about(log.atDebug())
        .addKeyValue("code", reason.name())
        .log("a client is not let into {}: {}", namespace, message);
    session.write(Frame.connectError(session.revision(), namespace, message, null));
  }

  private @Nullable Socket socket(String namespace) {
    for (Socket socket : sockets) {
      if (socket.namespace().name().equals(namespace)) {
        return socket;
      }
    }
    return null;
  }

  Session session() {
    return session;
  }

  /** A socket is let in: the session has found its use. */
  void onAdmitted() {
    assert session.loop().inEventLoop();
    cancelConnectTimeout();
  }

  private void cancelConnectTimeout() {
    if (connectTimeout != null) {
      session.loop().deadlines().cancel(connectTimeout);
      connectTimeout = null;
    }
  }

  /** A socket has left its namespace, by the server's will or the client's, or was refused. */
  void onLeft(Socket socket) {
    assert session.loop().inEventLoop();
    sockets.remove(socket);
    String namespace = socket.namespace().name();
    left.remove(namespace);
    if (left.size() == server.options().limits().namespacesPerConnectionMax()) {
      left.removeFirst();
    }
    left.add(namespace);
    if (session.isOpen() && sockets.isEmpty() && connectTimeout == null) {
      startConnectTimeout();
    }
  }

  /** The server sends the client out of all its namespaces and closes the transport. */
  void onServerDisconnect() {
    assert session.loop().inEventLoop();
    for (Socket socket : List.copyOf(sockets)) {
      socket.onServerDisconnect();
    }
    session.close(DisconnectReason.FORCED_CLOSE, CloseCause.SERVER_CLOSE);
  }

  /** The sockets' handlers are done with what has come. */
  @Override
  public CompletableFuture<Void> whenHandled() {
    return CompletableFuture.allOf(
        sockets.stream().map(Socket::whenHandled).toArray(CompletableFuture[]::new));
  }

  @Override
  public List<Socket> sockets() {
    return List.copyOf(sockets);
  }

  /** The session is over, and with it all its sockets. */
  @Override
  public void onEnd(DisconnectReason reason) {
    cancelConnectTimeout();
    cancelAttachmentsTimeout();
    for (Socket socket : List.copyOf(sockets)) {
      try {
        socket.onClose(reason);
      } catch (Throwable e) {
        // The others must leave their rooms nevertheless.
        log.error("{} could not be closed", socket, e);
      }
    }
    sockets.clear();
  }
}
