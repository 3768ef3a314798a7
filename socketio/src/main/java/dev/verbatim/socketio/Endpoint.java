package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.verbatim.socketio.ConnectionError.Context;
import dev.verbatim.socketio.PendingHandshake.Outcome;
import dev.verbatim.socketio.SocketIoOptions.TransportName;
import dev.verbatim.socketio.protocol.DeflateOffers;
import dev.verbatim.socketio.protocol.EngineFormat;
import dev.verbatim.socketio.protocol.EngineRevision;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the HTTP requests under the engine's path: checks them as the reference server does,
 * opens sessions, and hands the requests of open ones to their event loops. It has no state; each
 * request is handled on the event loop of its own channel.
 */
final class Endpoint {
  private static final String ACCEPT_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private static final Logger log = LoggerFactory.getLogger(Endpoint.class);

  private final SocketIoServer server;
  private final SocketIoOptions options;
  private final ClientFiles clientFiles;
  private final AddedHeaders addedHeaders;
  private final Verification verification;

  /** What every WebSocket's decoder is told; which bits an extension may set is the transport's. */
  private final WebSocketDecoderConfig frames;

  Endpoint(SocketIoServer server) {
    this.server = server;
    this.options = server.options();
    this.clientFiles =
        new ClientFiles(options.path(), options.serveClient() ? options.clientFiles() : null);
    this.addedHeaders = new AddedHeaders(options);
    this.frames =
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(options.maxHttpBufferSize())
            .allowExtensions(options.perMessageDeflate() != null)
            .expectMaskedFrames(true)
            .closeOnProtocolViolation(false)
            .build();
    this.verification = new Verification(options);
  }

  /**
   * Looks at a request before its body comes; false if it has been answered already. Nobody gets to
   * fill the memory with what is refused anyway.
   */
  boolean onHead(Exchange exchange) {
    try {
      return isWelcome(exchange);
    } catch (Throwable e) {
      fail(exchange, e);
      return false;
    }
  }

  private boolean isWelcome(Exchange exchange) {
    HttpResponseStatus mistake = exchange.mistake();
    if (mistake == null && exchange.bodyLength() > options.maxHttpBufferSize()) {
      mistake = HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE;
    }
    if (mistake != null) {
      exchange.refuseAndClose(mistake);
      return false;
    }
    if (!options.isServed(exchange.path())) {
      exchange.answer(HttpResponseStatus.NOT_FOUND.code(), null, new byte[0]);
      return false;
    }
    if (!exchange.hasBody()) {
      return true;
    }
    Session session = session(exchange);
    Context refusal = verification.refusal(exchange, session);
    if (refusal == null && !exchange.method().equals(HttpMethod.POST)) {
      refusal = new Context.UnexpectedBody();
    }
    if (refusal != null) {
      refuse(exchange, refusal);
      return false;
    }
    if (session != null && !exchange.beginBodyFor(session)) {
      // Else each of any number of connections could fill the memory for one session.
      exchange.refuse(EngineError.BAD_REQUEST);
      session.onBodyOverlap();
      return false;
    }
    return true;
  }

  void onRequest(Exchange exchange) {
    attempt(exchange, () -> onWholeRequest(exchange));
  }

  /** Whatever goes wrong, in what a user of the library has given it too, is answered. */
  private static void attempt(Exchange exchange, Runnable action) {
    try {
      action.run();
    } catch (Throwable e) {
      fail(exchange, e);
    }
  }

  private static void fail(Exchange exchange, Throwable cause) {
    log.atError().setCause(cause).addKeyValue("requestId", exchange.id()).log("request failed");
    if (Gate.isWebSocket(exchange.channel().pipeline())) {
      exchange.channel().close();
    } else {
      exchange.refuseAndClose(HttpResponseStatus.INTERNAL_SERVER_ERROR);
    }
  }

  private void onWholeRequest(Exchange exchange) {
    Cors cors = options.cors();
    if (cors != null && exchange.method().equals(HttpMethod.OPTIONS)) {
      exchange.answer(cors.optionsSuccessStatus(), null, new byte[0]);
      return;
    }
    if (clientFiles.answer(exchange)) {
      return;
    }
    Session session = session(exchange);
    Context refusal = verification.refusal(exchange, session);
    if (refusal == null && exchange.isUpgrade()) {
      // Whatever becomes of it, no other request follows: thousands may stand in line like this.
      exchange.gate().strip(exchange);
    }
    if (refusal != null) {
      refuse(exchange, refusal);
    } else if (session == null) {
      onHandshake(exchange);
    } else if (exchange.isUpgrade()) {
      onUpgrade(exchange, session);
    } else {
      EngineLoop loop = session.loop();
      loop.run(() -> attempt(exchange, () -> onPollingRequest(exchange, session)));
    }
  }

  private @Nullable Session session(Exchange exchange) {
    String sid = exchange.sid();
    return sid == null ? null : server.sessions().get(sid);
  }

  /** Refuses what a request asks of the engine: the one place where it is told and answered. */
  private void refuse(Exchange exchange, Context context) {
    server.onConnectionError(exchange, context);
    exchange.refuse(context);
  }

  // Handshakes

  private void onHandshake(Exchange exchange) {
    if (server.isClosing()) {
      refuse(exchange, new Context.ShuttingDown());
      return;
    }
    Handshake asked = exchange.handshake();
    Handshake handshake = asked.from(options.addressOf().apply(asked));
    Context refusal = server.turnstile().enter(handshake.client());
    if (refusal != null) {
      refuse(exchange, refusal);
      return;
    }
    EngineLoop loop = server.loop(exchange.channel().eventLoop());
    server
        .admissionLine()
        .enter(
            loop,
            exchange,
            handshake.client(),
            outcome -> onAdmitted(exchange, handshake, loop, outcome));
  }

  private void onAdmitted(
      Exchange exchange, Handshake handshake, EngineLoop loop, Outcome admission) {
    AllowRequest rule = options.allowRequest();
    if (!(admission instanceof Outcome.Allowed)) {
      onDecided(exchange, handshake, loop, admission);
      return;
    }
    if (rule == null) {
      onDecided(exchange, handshake, loop, new Outcome.Allowed());
    } else {
      new PendingHandshake(loop, outcome -> onDecided(exchange, handshake, loop, outcome))
          .ask(rule, exchange, handshake, options.limits().allowRequestTimeout());
    }
  }

  private void onDecided(Exchange exchange, Handshake handshake, EngineLoop loop, Outcome outcome) {
    switch (outcome) {
      case Outcome.Allowed() -> {
        try {
          begin(exchange, handshake, loop);
        } catch (Throwable e) {
          onDecided(exchange, handshake, loop, new Outcome.Failed(e));
        }
      }
      case Outcome.Refused(Context context) -> turnAway(exchange, handshake, context);
      case Outcome.Failed(Throwable cause) -> {
        server.turnstile().leave(handshake.client());
        fail(exchange, cause);
      }
      case Outcome.Gone() -> server.turnstile().leave(handshake.client());
    }
  }

  /** Refuses one who was let in already. */
  private void turnAway(Exchange exchange, Handshake handshake, Context context) {
    server.turnstile().leave(handshake.client());
    attempt(exchange, () -> refuse(exchange, context));
  }

  private void begin(Exchange exchange, Handshake handshake, EngineLoop loop) {
    String version = exchange.query("EIO");
    EngineRevision revision = EngineRevision.of(version);
    boolean isOld = revision == EngineRevision.V3;
    if (server.isClosing()) {
      turnAway(exchange, handshake, new Context.ShuttingDown());
    } else if (revision == null || (isOld && !options.allowEIO3())) {
      turnAway(exchange, handshake, new Context.UnsupportedProtocolVersion(version));
    } else if (isOld && !exchange.isUpgrade() && exchange.query("j") != null) {
      turnAway(exchange, handshake, new Context.JsonpNotSupported());
    } else if (!exchange.isUpgrade()) {
      openPolling(exchange, handshake, loop, format(exchange, revision));
    } else if (exchange.gate().hasReadAhead()) {
      // It was taken for HTTP, and is lost to the WebSocket.
      turnAway(exchange, handshake, new Context.UnexpectedBody());
    } else {
      openWebSocket(exchange, handshake, loop, format(exchange, revision));
    }
  }

  /** What the client takes on the transport that begins with a request. */
  private static EngineFormat format(Exchange exchange, EngineRevision revision) {
    return switch (revision) {
      case V4 -> EngineFormat.V4;
      case V3 -> {
        String textAlone = exchange.query("b64");
        yield textAlone == null || textAlone.isEmpty() ? EngineFormat.V3 : EngineFormat.V3_BASE64;
      }
    };
  }

  private void openPolling(
      Exchange exchange, Handshake handshake, EngineLoop loop, EngineFormat format) {
    PollingTransport transport = new PollingTransport(loop, options, server.syntax(), format);
    Session session = new Session(server, loop, Ids.next(), handshake, transport);
    transport.attach(session);
    open(
        exchange,
        session,
        () -> {
          session.onOpen();
          exchange.onOpened(session.id());
          transport.onPoll(exchange);
          server.sessions().onOpened(session);
        });
  }

  private void openWebSocket(
      Exchange exchange, Handshake handshake, EngineLoop loop, EngineFormat format) {
    FullHttpResponse switching = switching(exchange);
    WebSocketTransport transport = webSocket(exchange, switching, loop, format);
    Session session = new Session(server, loop, Ids.next(), handshake, transport);
    transport.attach(session);
    open(
        exchange,
        session,
        () -> {
          exchange.gate().becomeWebSocket(exchange, switching, transport);
          session.onOpen();
          server.sessions().onOpened(session);
          Gate.leave(exchange.channel().pipeline());
        });
  }

  /** Opens a session. If that fails, the session ends, and gives its place back as others do. */
  private static void open(Exchange exchange, Session session, Runnable beginning) {
    try {
      beginning.run();
    } catch (Throwable e) {
      attempt(exchange, () -> session.close(DisconnectReason.TRANSPORT_ERROR, CloseCause.GONE));
      fail(exchange, e);
    }
  }

  private WebSocketTransport webSocket(
      Exchange exchange, FullHttpResponse switching, EngineLoop loop, EngineFormat format) {
    boolean isDeflateAgreed =
        switching.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS);
    return new WebSocketTransport(
        loop,
        options,
        exchange.channel(),
        format,
        isDeflateAgreed ? options.perMessageDeflate() : null);
  }

  WebSocketDecoderConfig frames() {
    return frames;
  }

  /** The 101 for a WebSocket handshake. */
  private FullHttpResponse switching(Exchange exchange) {
    String key = Objects.requireNonNull(exchange.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY));
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
    response
        .headers()
        .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
        .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept(key));
    String subprotocols = exchange.headers().get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
    if (subprotocols != null) {
      // As in Node the first; a client whose offer goes unanswered would not go on.
      String first = subprotocols.split(",", 2)[0].strip();
      response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, first);
    }
    if (options.perMessageDeflate() != null) {
      String agreed =
          DeflateOffers.answer(exchange.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS));
      if (agreed != null) {
        response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, agreed);
      }
    }
    addedHeaders.addCors(exchange, response.headers());
    addedHeaders.addToTransport(exchange, response.headers(), null);
    return response;
  }

  private static String accept(String key) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      return Base64.getEncoder()
          .encodeToString(sha1.digest((key + ACCEPT_GUID).getBytes(US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  // Requests of sessions

  private void onPollingRequest(Exchange exchange, Session session) {
    if (session.isOverdue()) {
      session.close(DisconnectReason.PING_TIMEOUT, CloseCause.POLICY);
    }
    if (session.isOverFor(exchange.method().equals(HttpMethod.GET))) {
      refuse(exchange, new Context.SessionUnknown(session.id()));
    } else if (!(session.transport() instanceof PollingTransport polling)) {
      refuse(exchange, new Context.TransportMismatch(TransportName.POLLING.text()));
    } else if (exchange.method().equals(HttpMethod.GET)) {
      polling.onPoll(exchange);
    } else {
      polling.onPost(exchange);
    }
  }

  /** A WebSocket for a session that polls; its channel goes over to the session's event loop. */
  private void onUpgrade(Exchange exchange, Session session) {
    FullHttpResponse switching = switching(exchange);
    Channel channel = exchange.channel();
    EngineLoop loop = session.loop();
    if (loop.inEventLoop()) {
      upgrade(exchange, session, switching);
      return;
    }
    channel
        .deregister()
        .addListener(
            _ ->
                loop.eventLoop()
                    .register(channel)
                    .addListener(
                        _ ->
                            loop.run(
                                () ->
                                    attempt(
                                        exchange, () -> upgrade(exchange, session, switching)))));
  }

  private void upgrade(Exchange exchange, Session session, FullHttpResponse switching) {
    if (!exchange.channel().isActive()) {
      return;
    }
    WebSocketTransport transport =
        webSocket(exchange, switching, session.loop(), format(exchange, session.revision()));
    exchange.gate().becomeWebSocket(exchange, switching, transport);
    if (session.canUpgrade()) {
      transport.attach(session);
      session.onProbe(transport);
    } else {
      // As the reference server does: the session goes on, this connection ends.
      session.loop().counters().upgrades().add(LoopCounters.Change.TRIED);
      session.loop().counters().upgrades().add(LoopCounters.Change.FAILED);
      transport.close(CloseCause.POLICY);
    }
    Gate.leave(exchange.channel().pipeline());
  }

  /** Adds to an answer, on its channel's event loop, what it carries beside its own headers. */
  void addHeaders(Exchange exchange, HttpHeaders answer) {
    addedHeaders.addCors(exchange, answer);
    if (exchange.isAnsweredByTransport()) {
      addedHeaders.addToTransport(exchange, answer, exchange.openedId());
    }
  }
}
