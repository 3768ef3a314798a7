package dev.verbatim.socketio;

import dev.verbatim.socketio.LoopCounters.Flow;
import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.ContentCoding;
import dev.verbatim.socketio.protocol.EngineFormat;
import dev.verbatim.socketio.protocol.EnginePacket;
import dev.verbatim.socketio.protocol.MalformedPacketException;
import dev.verbatim.socketio.protocol.PacketSyntax;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Confined to its session's event loop: HTTP long-polling. What goes out waits for a GET, which
 * waits for what goes out; what comes in comes by POST.
 *
 * <p>The requests may come on connections of other event loops; their {@link Exchange}s find the
 * way back.
 */
final class PollingTransport implements Transport {
  private static final EnginePacket NOOP = new EnginePacket.Noop();
  private static final EnginePacket CLOSE = new EnginePacket.Close();

  /** Of what a client wants as much, it says itself what it wants first. */
  private static final List<ContentCoding> CODINGS = List.of(ContentCoding.values());

  private final EngineLoop loop;
  private final SocketIoOptions options;
  private final Tally<Flow> traffic;
  private final PacketSyntax syntax;
  private final EngineFormat format;
  private final UnrolledQueue<Waiting> queue = new UnrolledQueue<>();

  /** What the client has to read. */
  private long queuedBytes;

  /** The memory of what is this client's own in the queue. */
  private long ownBytes;

  /** Whether a frame in the queue may be compressed, and with it the whole answer. */
  private boolean compressible;

  /** Bytes of answers that their connections have not taken yet. */
  private long unsentBytes;

  private @Nullable Session session;
  private @Nullable Exchange poll;

  /** The connection of the poll that was answered last, while its answer may be on its way. */
  private @Nullable Channel answering;

  /** Cuts a connection that does not take the last answer. */
  private @Nullable Deadline lastCut;

  /** What to do when the last answer has left. */
  private @Nullable Runnable whenSent;

  private Intake intake = GOING;
  private boolean dirty;

  /** What waits in the queue: frames as such, so that they are the same where they may move to. */
  sealed interface Waiting permits Waiting.OfEngine, Waiting.Own, SharedFrames {
    /** A packet of Engine.IO's own. */
    record OfEngine(EnginePacket packet) implements Waiting {}

    /** A packet of Socket.IO's for this client alone, with its attachments. */
    record Own(Frame frame) implements Waiting {}
  }

  /** What becomes of what comes in. */
  private sealed interface Intake {
    /** It is handed on. */
    record Going() implements Intake {}

    /** The session takes no more for now: a POST waits for its answer, so that no other comes. */
    record Paused(@Nullable Exchange post) implements Intake {}

    /** The session takes nothing more at all: a POST waits, unread, for the end. */
    record Stopped(@Nullable Exchange post) implements Intake {}

    /** It is refused: the transport has ended. */
    record Closed() implements Intake {}
  }

  private static final Intake GOING = new Intake.Going();

  PollingTransport(
      EngineLoop loop, SocketIoOptions options, PacketSyntax syntax, EngineFormat format) {
    this.loop = loop;
    this.options = options;
    this.syntax = syntax;
    this.traffic = loop.counters().of(name());
    this.format = format;
  }

  void attach(Session owner) {
    session = owner;
  }

  @Override
  public SocketIoOptions.TransportName name() {
    return SocketIoOptions.TransportName.POLLING;
  }

  @Override
  public EngineFormat format() {
    return format;
  }

  /** Whether a GET waits. */
  boolean isHeld() {
    return poll != null;
  }

  /** A GET came. */
  void onPoll(Exchange exchange) {
    assert loop.inEventLoop();
    Session owner = session;
    if (isClosed() || owner == null) {
      exchange.refuse(EngineError.BAD_REQUEST);
      return;
    }
    if (poll != null) {
      exchange.refuse(EngineError.BAD_REQUEST);
      owner.onTransportEnd(this, DisconnectReason.TRANSPORT_ERROR, CloseCause.PROTOCOL_ERROR);
      return;
    }
    poll = exchange;
    exchange.whenGone(() -> loop.run(() -> onGone(exchange)));
    if (!queue.isEmpty()) {
      markDirty();
    }
    owner.backlog().onWritable();
    owner.onLastPoll();
  }

  /** The connection of an exchange is gone before its answer. */
  private void onGone(Exchange exchange) {
    assert loop.inEventLoop();
    Session owner = session;
    if (owner != null && (exchange == poll || exchange == heldPost())) {
      poll = exchange == poll ? null : poll;
      owner.onTransportEnd(this, DisconnectReason.TRANSPORT_ERROR, CloseCause.GONE);
    }
  }

  /** A POST came. */
  void onPost(Exchange exchange) {
    assert loop.inEventLoop();
    Session owner = session;
    if (isClosed() || owner == null) {
      exchange.refuse(EngineError.BAD_REQUEST);
      return;
    }
    if (heldPost() != null || (exchange.isOctetStream() && !format.takesBinaryPayloads())) {
      exchange.refuse(EngineError.BAD_REQUEST);
      owner.onTransportEnd(this, DisconnectReason.TRANSPORT_ERROR, CloseCause.PROTOCOL_ERROR);
      return;
    }
    if (intake instanceof Intake.Stopped) {
      hold(exchange, new Intake.Stopped(exchange));
      return;
    }
    try {
      Bytes body = Bytes.of(exchange.body());
      traffic.add(Flow.BYTES_IN, body.length());
      List<EnginePacket> packets =
          exchange.isOctetStream()
              ? format.decodeBinaryPayload(body, syntax)
              : format.decodePayload(body, syntax);
      for (EnginePacket packet : packets) {
        owner.onPacket(this, packet);
      }
    } catch (MalformedPacketException e) {
      loop.counters().malformed().add(e.reason());
      exchange.refuse(EngineError.BAD_REQUEST);
      owner.onTransportEnd(this, DisconnectReason.PARSE_ERROR, CloseCause.of(e));
      return;
    }
    if (intake instanceof Intake.Paused) {
      hold(exchange, new Intake.Paused(exchange));
    } else {
      exchange.answerOk();
    }
  }

  private void hold(Exchange post, Intake holding) {
    intake = holding;
    post.whenGone(() -> loop.run(() -> onGone(post)));
  }

  /** The POST that waits for its answer. */
  private @Nullable Exchange heldPost() {
    return switch (intake) {
      case Intake.Going(), Intake.Closed() -> null;
      case Intake.Paused(Exchange post) -> post;
      case Intake.Stopped(Exchange post) -> post;
    };
  }

  private boolean isClosed() {
    return intake instanceof Intake.Closed;
  }

  @Override
  public void write(EnginePacket packet) {
    assert loop.inEventLoop();
    if (!isClosed()) {
      queue.add(new Waiting.OfEngine(packet));
      queuedBytes += Weights.ENGINE_PACKET_BYTES;
      ownBytes += Weights.ENGINE_PACKET_BYTES + Weights.POLLED_PACKET_BYTES;
      markDirty();
    }
  }

  @Override
  public void write(Frame frame) {
    assert loop.inEventLoop();
    if (!isClosed()) {
      queue.add(new Waiting.Own(frame));
      queuedBytes += frame.wireLength();
      ownBytes += frame.wireLength() + Weights.POLLED_PACKET_BYTES;
      compressible |= frame.isCompressible();
      markDirty();
    }
  }

  @Override
  public void writeShared(Wire wire) {
    assert loop.inEventLoop();
    if (!isClosed()) {
      SharedFrames frames = wire.shared();
      frames.hold();
      boolean grows = queue.add(frames);
      queuedBytes += frames.wireLength();
      compressible |= frames.isCompressible();
      if (grows || poll != null) {
        markDirty();
      }
    }
  }

  private void markDirty() {
    if (poll == null) {
      onBacklog();
    } else if (!dirty) {
      dirty = true;
      loop.markDirty(this);
    }
  }

  @Override
  public boolean isWritable() {
    return !isClosed()
        && (poll != null || queuedBytes() <= options.limits().betweenPollsBytesMax());
  }

  @Override
  public long queuedBytes() {
    assert loop.inEventLoop();
    return queuedBytes + unsentBytes;
  }

  /** An answer is a copy, also of what was shared. */
  @Override
  public long memoryBytes() {
    assert loop.inEventLoop();
    return ownBytes + queue.memoryBytes() + unsentBytes;
  }

  private void onBacklog() {
    Session owner = session;
    if (owner != null) {
      owner.backlog().update();
    }
  }

  @Override
  public void flush() {
    assert loop.inEventLoop();
    dirty = false;
    Exchange exchange = poll;
    if (exchange != null && !queue.isEmpty()) {
      poll = null;
      answering = exchange.channel();
      boolean mayCompress = compressible;
      PollAnswer answer = answer(exchange, format.encodePayload(takePackets()), mayCompress);
      int length = answer.body().length();
      traffic.add(Flow.BYTES_OUT, length);
      unsentBytes += length;
      onBacklog();
      exchange.answerPoll(answer, sent -> answered(length, sent));
    }
  }

  private List<EnginePacket> takePackets() {
    List<EnginePacket> packets = new ArrayList<>(queue.size());
    takeAll(
        packet -> {
          traffic.add(Flow.PACKETS_OUT);
          packets.add(packet);
        },
        frame -> {
          // An attachment counts with its packet.
          traffic.add(Flow.PACKETS_OUT);
          frame.addTo(packets);
        });
    return packets;
  }

  /** Empties the queue. */
  private void takeAll(Consumer<EnginePacket> engine, Consumer<Frame> frames) {
    while (!queue.isEmpty()) {
      switch (queue.remove()) {
        case Waiting.OfEngine(EnginePacket packet) -> engine.accept(packet);
        case Waiting.Own(Frame frame) -> frames.accept(frame);
        case SharedFrames shared -> {
          shared.letGo();
          for (Frame frame : shared.frames()) {
            frames.accept(frame);
          }
        }
      }
    }
    queuedBytes = 0;
    ownBytes = 0;
    compressible = false;
  }

  /** An answer has left or is lost, which may be known already while it is written. Any thread. */
  private void answered(int bytes, boolean sent) {
    if (sent) {
      loop.run(() -> onAnswered(bytes, true));
    } else {
      // It ends the session, and whoever writes may be walking a room that it is in.
      loop.runLater(() -> onAnswered(bytes, false));
    }
  }

  /** A payload as it goes out: compressed, if it may be, the client can, and it pays. */
  private PollAnswer answer(Exchange exchange, EngineFormat.Payload payload, boolean mayCompress) {
    HttpCompression compression = options.httpCompression();
    Bytes body = payload.body();
    if (mayCompress && compression != null && body.length() >= compression.threshold()) {
      ContentCoding coding = exchange.preferred(CODINGS);
      Bytes encoded = coding == null ? null : encode(coding, body);
      if (encoded != null) {
        return new PollAnswer(encoded, payload.isBinary(), coding);
      }
    }
    return new PollAnswer(body, payload.isBinary(), null);
  }

  private @Nullable Bytes encode(ContentCoding coding, Bytes body) {
    return loop.pollCompression().encode(coding, body, options.limits().httpCompressionBytesMax());
  }

  /** An answer has left, or is lost: then the session has a gap that nothing can close. */
  private void onAnswered(int bytes, boolean sent) {
    assert loop.inEventLoop();
    unsentBytes -= bytes;
    onBacklog();
    Session owner = session;
    if (!sent && owner != null) {
      owner.onTransportEnd(this, DisconnectReason.TRANSPORT_ERROR, CloseCause.GONE);
    }
    if (unsentBytes == 0) {
      onAllSent();
    }
  }

  private void onAllSent() {
    answering = null;
    if (lastCut != null) {
      loop.deadlines().cancel(lastCut);
      lastCut = null;
    }
    Runnable waiting = whenSent;
    if (waiting != null) {
      whenSent = null;
      waiting.run();
    }
  }

  @Override
  public void onFlushFailed() {
    Session owner = session;
    Channel last = answering;
    if (owner != null) {
      owner.onTransportEnd(this, DisconnectReason.TRANSPORT_ERROR, CloseCause.GONE);
    }
    if (last != null) {
      last.close();
    }
  }

  @Override
  public void setReading(boolean goOn) {
    assert loop.inEventLoop();
    switch (intake) {
      case Intake.Going() -> intake = goOn ? GOING : new Intake.Paused(null);
      case Intake.Paused _ when goOn -> {
        answerHeldPost();
        intake = GOING;
      }
      case Intake.Paused _, Intake.Stopped _, Intake.Closed() -> {}
    }
  }

  /** Takes in nothing more, until the end. */
  void stopReading() {
    assert loop.inEventLoop();
    if (!isClosed()) {
      intake = new Intake.Stopped(heldPost());
    }
  }

  private void answerHeldPost() {
    Exchange post = heldPost();
    if (post != null) {
      post.answerOk();
    }
  }

  /** Hands over what it has not sent. */
  void moveTo(Transport other) {
    takeAll(
        packet -> {
          if (!(packet instanceof EnginePacket.Noop)) {
            other.write(packet);
          }
        },
        other::write);
  }

  @Override
  public void close(CloseCause cause) {
    assert loop.inEventLoop();
    if (isClosed()) {
      return;
    }
    answerHeldPost();
    boolean clientKnows = cause == CloseCause.CLIENT_CLOSE || cause == CloseCause.UPGRADED;
    queue.add(new Waiting.OfEngine(clientKnows ? NOOP : CLOSE));
    flush();
    intake = new Intake.Closed();
    takeAll(_ -> {}, _ -> {});
    onBacklog();
    if (unsentBytes > 0) {
      Deadline timeout = new Deadline(this::cut);
      loop.deadlines().scheduleIn(timeout, options.limits().closeTimeout());
      lastCut = timeout;
    }
  }

  @Override
  public void cut() {
    close(CloseCause.GONE);
    Channel last = answering;
    if (unsentBytes > 0 && last != null) {
      last.close();
    }
  }

  /** It has ended when its answers have left; the connections that they take are their clients'. */
  @Override
  public void whenClosed(Runnable action) {
    assert loop.inEventLoop();
    Runnable earlier = whenSent;
    if (unsentBytes == 0) {
      action.run();
    } else if (earlier == null) {
      whenSent = action;
    } else {
      whenSent =
          () -> {
            earlier.run();
            action.run();
          };
    }
  }
}
