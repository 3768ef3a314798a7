package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.CodecLimits;
import dev.verbatim.socketio.protocol.Mistakes;
import java.time.Duration;

/**
 * Every bound of the server; what passing one leads to stands beside it. Two are options instead,
 * for they are so in Node: {@link SocketIoOptions#maxHttpBufferSize}, the bytes of a message or of
 * a polling payload, and {@link SocketIoOptions#connectTimeout}, how long a client may go without
 * having been let into a namespace.
 *
 * @param queuedBytesMax bytes waiting to be sent to one connection, held-back ones included; beyond
 *     them its transport is closed, for a client that reads slower than its rooms speak never
 *     catches up. 4 MiB are a few seconds of the busiest room on a poor line.
 * @param queuedBytesTotalMax bytes of memory taken by what waits to be sent to all connections
 *     together; beyond them the slowest readers are closed, those with the most waiting first, of
 *     the event loop that has the most, until an eighth is free. Counted is what takes memory: what
 *     was written to one connection alone, as every answer to a poll is; what was written to many
 *     once for each event loop, until the last has read it; and the objects of what waits, from 8
 *     bytes for a write that many get to 128. The allocator takes native memory in chunks, so the
 *     process may have some more. A quarter of the largest heap, at most 256 MiB: were all of it
 *     objects, the heap would still be the server's; and more than a hundred readers' bound of
 *     bytes of their own.
 * @param betweenPollsBytesMax bytes waiting for a client between two polls, up to which volatile
 *     frames wait with them; beyond them they are dropped. A client that polls comes back at once;
 *     one with more than 16 KiB waiting for it does not.
 * @param yieldedBytesMax bytes of droppable and conflated frames that wait for one reader who is
 *     behind, beside its queue; beyond them the oldest droppable one is dropped, or else the oldest
 *     conflated one goes into the queue. As much as may wait in a WebSocket's queue before its
 *     reader counts as behind, so that catching up does not put it behind again. A {@link Hold}
 *     that has as many, of frames of any kind, drops the newest droppable one instead, the one that
 *     comes: what it holds keeps its order.
 * @param yieldedFramesMax how many of them wait; beyond them the same. Each costs a hundred bytes
 *     beside its own, and somebody with more than 256 things to catch up with asks for the whole.
 * @param httpCompressionBytesMax bytes of answers to polls that an event loop compresses in one run
 *     of flushes, before it turns to its connections again; an answer that would pass them goes out
 *     as it is. 64 KiB take some 2 ms.
 * @param connectionsMax connections of clients, those included that are not allowed yet or that are
 *     ending; beyond them handshakes get 503. 25,000 are what a small machine holds, with their
 *     buffers when all of them are busy.
 * @param connectionsPerAddressMax connections from one address (of IPv6 a /64), beyond which its
 *     handshakes get 503; 0 for any number. Off, for many clients may share an address.
 * @param handshakesPerSecond handshakes from one address (of IPv6 a /64) in the long run; beyond
 *     them and the burst they get 429 with {@code Retry-After}; 0 for any number. Off, for who
 *     stands behind a proxy has to name it first, by {@link SocketIoOptions#addressOf}.
 * @param handshakeBurst handshakes that an address may make at once. One, until who sets a rate
 *     says how many of its clients stand behind an address.
 * @param handshakeAddressesMax addresses whose handshakes are counted at one time. New ones beyond
 *     them are not counted: better than to shut out everybody who comes after a flood of addresses.
 *     100,000 take some 10 MiB.
 * @param admissionsPerSecond handshakes from all addresses together that are let in a second; those
 *     beyond them and the burst stand in line; 0 for any number. Off, for what a client costs who
 *     comes in is the application's to know.
 * @param admissionBurst handshakes that are let in at once after a quiet time; one, until who sets
 *     a rate says how many come for as long as nobody notices
 * @param admissionsWaitingMax handshakes that stand in line, those of each address (of IPv6 a /64)
 *     behind each other, the addresses in turn; of more than that the last of the address with the
 *     most gets 503 with {@code Retry-After}. Each holds its connection and its request, some 10
 *     KiB.
 * @param admissionWaitMax how long one may stand there; more than get in meanwhile are refused the
 *     same way. Stock clients give a handshake up after 20 seconds; 10 leave as much for {@code
 *     allowRequest}.
 * @param allowRequestTimeout how long {@link SocketIoOptions#allowRequest} may take; then the
 *     handshake gets 503. Stock clients give a handshake up after 20 seconds; 10 leave them time to
 *     hear why.
 * @param roomsPerSocketMax rooms of one socket; beyond them its transport is closed, for a room
 *     left out in silence would lose messages. A user is in as many as there are things to hear of:
 *     tens, seldom thousands.
 * @param namespacesPerConnectionMax namespaces one connection is in; beyond them it is refused with
 *     "Too many namespaces". As many that it was in are remembered: what comes for one of them was
 *     on its way, but for a namespace left long ago it closes the connection. Applications have a
 *     few.
 * @param acksPerSocketMax acknowledgements awaited from one socket; beyond them {@code emitWithAck}
 *     fails at once. A client that owes a thousand answers does not answer.
 * @param ackAnswersBytesMax bytes of the answers to one broadcast that one event loop gathers; an
 *     answer beyond them counts as missing. 16 MiB are a kilobyte of each of 16,000 sockets.
 * @param dynamicNamespacesMax namespaces that came to be by clients' wishes; beyond them a client
 *     that asks for another is refused with "Invalid namespace". Clients make up their names, and
 *     they stay, unless {@link SocketIoOptions#cleanupEmptyChildNamespaces} says otherwise.
 * @param eventsWaitingMax events of one socket that wait for their handlers, where one counts once
 *     more for each 16 KiB that it has; beyond them its connection is not read until half of them
 *     are done. As many namespaces may a connection have left whose disconnect handlers are not
 *     done; beyond them it is refused as above. 256 hold 4 MiB and one message or polling payload
 *     at most.
 * @param pipelinedMax parts of HTTP requests (heads and pieces of bodies) that wait on one
 *     connection for an earlier answer; beyond them the connection is closed. Browsers pipeline
 *     none, and nothing more is read while one waits.
 * @param queryParametersMax parameters of one request's query, and of the query behind a
 *     namespace's name in old clients' CONNECTs; what comes behind them is left out. Clients send
 *     four, and an application its own.
 * @param pongsUnsentMax WebSocket pongs queued for one connection and not sent; beyond them only
 *     the latest ping is answered, as RFC 6455 allows, or who pings and never reads would fill the
 *     memory
 * @param requestTimeout how long a client may take for a request, from its connection's beginning
 *     or the answer before to the request's last byte; beyond it the connection is closed, with 408
 *     if a request's head had come. Once the framework behind the gate has had a request, how long
 *     the connection may idle is the framework's to say, and the time runs from the head of the
 *     next request here. A client that polls asks again at once.
 * @param attachmentsTimeout how long a packet may wait for its attachments, times apart in which
 *     nothing is read; beyond it the connection is closed. Clients send them in one go.
 * @param closeTimeout how long a closed transport waits for the client's side of the close, or for
 *     its next poll, in order that what was sent before arrives; then the connection is cut
 * @param codec the bounds of what is decoded, of which a breach closes the connection
 */
public record Limits(
    int queuedBytesMax,
    long queuedBytesTotalMax,
    int betweenPollsBytesMax,
    int yieldedBytesMax,
    int yieldedFramesMax,
    int httpCompressionBytesMax,
    int connectionsMax,
    int connectionsPerAddressMax,
    int handshakesPerSecond,
    int handshakeBurst,
    int handshakeAddressesMax,
    int admissionsPerSecond,
    int admissionBurst,
    int admissionsWaitingMax,
    Duration admissionWaitMax,
    Duration allowRequestTimeout,
    int roomsPerSocketMax,
    int namespacesPerConnectionMax,
    int acksPerSocketMax,
    int ackAnswersBytesMax,
    int dynamicNamespacesMax,
    int eventsWaitingMax,
    int pipelinedMax,
    int queryParametersMax,
    int pongsUnsentMax,
    Duration requestTimeout,
    Duration attachmentsTimeout,
    Duration closeTimeout,
    CodecLimits codec) {

  /** What suits a public chat server. */
  public static final Limits DEFAULT = builder().build();

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException naming every bound that cannot be
   */
  public Limits {
    Mistakes mistakes = new Mistakes();
    mistakes.mustBePositive("queuedBytesMax", queuedBytesMax);
    mistakes.mustBePositive("queuedBytesTotalMax", queuedBytesTotalMax);
    mistakes.mustBePositive("betweenPollsBytesMax", betweenPollsBytesMax);
    mistakes.mustBePositive("yieldedBytesMax", yieldedBytesMax);
    mistakes.mustBePositive("yieldedFramesMax", yieldedFramesMax);
    mistakes.mustBePositive("httpCompressionBytesMax", httpCompressionBytesMax);
    mistakes.mustBePositive("connectionsMax", connectionsMax);
    mistakes.mustNotBeNegative("connectionsPerAddressMax", connectionsPerAddressMax);
    mistakes.mustNotBeNegative("handshakesPerSecond", handshakesPerSecond);
    mistakes.mustBePositive("handshakeBurst", handshakeBurst);
    mistakes.mustBePositive("handshakeAddressesMax", handshakeAddressesMax);
    mistakes.mustNotBeNegative("admissionsPerSecond", admissionsPerSecond);
    mistakes.mustBePositive("admissionBurst", admissionBurst);
    mistakes.mustBePositive("admissionsWaitingMax", admissionsWaitingMax);
    mistakes.mustBePositive("admissionWaitMax", admissionWaitMax);
    mistakes.mustBePositive("allowRequestTimeout", allowRequestTimeout);
    mistakes.mustBePositive("roomsPerSocketMax", roomsPerSocketMax);
    mistakes.mustBePositive("namespacesPerConnectionMax", namespacesPerConnectionMax);
    mistakes.mustBePositive("acksPerSocketMax", acksPerSocketMax);
    mistakes.mustBePositive("ackAnswersBytesMax", ackAnswersBytesMax);
    mistakes.mustBePositive("dynamicNamespacesMax", dynamicNamespacesMax);
    mistakes.mustBePositive("eventsWaitingMax", eventsWaitingMax);
    mistakes.mustBePositive("pipelinedMax", pipelinedMax);
    mistakes.mustBePositive("queryParametersMax", queryParametersMax);
    mistakes.mustBePositive("pongsUnsentMax", pongsUnsentMax);
    mistakes.mustBePositive("requestTimeout", requestTimeout);
    mistakes.mustBePositive("attachmentsTimeout", attachmentsTimeout);
    mistakes.mustBePositive("closeTimeout", closeTimeout);
    mistakes.throwIfAny();
  }

  /** A builder that starts from what suits a public chat server. */
  public static Builder builder() {
    return new Builder();
  }

  /** Sets what differs from the defaults. For one thread. */
  public static final class Builder {
    private int queuedBytesMax = 4 * 1024 * 1024;
    private long queuedBytesTotalMax =
        Math.min(256L * 1024 * 1024, Runtime.getRuntime().maxMemory() / 4);
    private int betweenPollsBytesMax = 16 * 1024;
    private int yieldedBytesMax = 64 * 1024;
    private int yieldedFramesMax = 256;
    private int httpCompressionBytesMax = 64 * 1024;
    private int connectionsMax = 25_000;
    private int connectionsPerAddressMax;
    private int handshakesPerSecond;
    private int handshakeBurst = 1;
    private int handshakeAddressesMax = 100_000;
    private int admissionsPerSecond;
    private int admissionBurst = 1;
    private int admissionsWaitingMax = 5_000;
    private Duration admissionWaitMax = Duration.ofSeconds(10);
    private Duration allowRequestTimeout = Duration.ofSeconds(10);
    private int roomsPerSocketMax = 10_000;
    private int namespacesPerConnectionMax = 16;
    private int acksPerSocketMax = 1_000;
    private int ackAnswersBytesMax = 16 * 1024 * 1024;
    private int dynamicNamespacesMax = 10_000;
    private int eventsWaitingMax = 256;
    private int pipelinedMax = 32;
    private int queryParametersMax = 64;
    private int pongsUnsentMax = 16;
    private Duration requestTimeout = Duration.ofSeconds(60);
    private Duration attachmentsTimeout = Duration.ofSeconds(30);
    private Duration closeTimeout = Duration.ofSeconds(5);
    private CodecLimits codec = CodecLimits.DEFAULT;

    private Builder() {}

    /** Sets {@link Limits#queuedBytesMax}. */
    public Builder queuedBytesMax(int value) {
      queuedBytesMax = value;
      return this;
    }

    /** Sets {@link Limits#queuedBytesTotalMax}. */
    public Builder queuedBytesTotalMax(long value) {
      queuedBytesTotalMax = value;
      return this;
    }

    /** Sets {@link Limits#betweenPollsBytesMax}. */
    public Builder betweenPollsBytesMax(int value) {
      betweenPollsBytesMax = value;
      return this;
    }

    /** Sets {@link Limits#yieldedBytesMax}. */
    public Builder yieldedBytesMax(int value) {
      yieldedBytesMax = value;
      return this;
    }

    /** Sets {@link Limits#yieldedFramesMax}. */
    public Builder yieldedFramesMax(int value) {
      yieldedFramesMax = value;
      return this;
    }

    /** Sets {@link Limits#httpCompressionBytesMax}. */
    public Builder httpCompressionBytesMax(int value) {
      httpCompressionBytesMax = value;
      return this;
    }

    /** Sets {@link Limits#connectionsMax}. */
    public Builder connectionsMax(int value) {
      connectionsMax = value;
      return this;
    }

    /** Sets {@link Limits#connectionsPerAddressMax}. */
    public Builder connectionsPerAddressMax(int value) {
      connectionsPerAddressMax = value;
      return this;
    }

    /** Sets {@link Limits#handshakesPerSecond} and {@link Limits#handshakeBurst}. */
    public Builder handshakeRate(int perSecond, int burst) {
      handshakesPerSecond = perSecond;
      handshakeBurst = burst;
      return this;
    }

    /** Sets {@link Limits#handshakeAddressesMax}. */
    public Builder handshakeAddressesMax(int value) {
      handshakeAddressesMax = value;
      return this;
    }

    /** Sets {@link Limits#admissionsPerSecond} and {@link Limits#admissionBurst}. */
    public Builder admissionRate(int perSecond, int burst) {
      admissionsPerSecond = perSecond;
      admissionBurst = burst;
      return this;
    }

    /** Sets {@link Limits#admissionsWaitingMax}. */
    public Builder admissionsWaitingMax(int value) {
      admissionsWaitingMax = value;
      return this;
    }

    /** Sets {@link Limits#admissionWaitMax}. */
    public Builder admissionWaitMax(Duration value) {
      admissionWaitMax = value;
      return this;
    }

    /** Sets {@link Limits#allowRequestTimeout}. */
    public Builder allowRequestTimeout(Duration value) {
      allowRequestTimeout = value;
      return this;
    }

    /** Sets {@link Limits#roomsPerSocketMax}. */
    public Builder roomsPerSocketMax(int value) {
      roomsPerSocketMax = value;
      return this;
    }

    /** Sets {@link Limits#namespacesPerConnectionMax}. */
    public Builder namespacesPerConnectionMax(int value) {
      namespacesPerConnectionMax = value;
      return this;
    }

    /** Sets {@link Limits#acksPerSocketMax}. */
    public Builder acksPerSocketMax(int value) {
      acksPerSocketMax = value;
      return this;
    }

    /** Sets {@link Limits#ackAnswersBytesMax}. */
    public Builder ackAnswersBytesMax(int value) {
      ackAnswersBytesMax = value;
      return this;
    }

    /** Sets {@link Limits#dynamicNamespacesMax}. */
    public Builder dynamicNamespacesMax(int value) {
      dynamicNamespacesMax = value;
      return this;
    }

    /** Sets {@link Limits#eventsWaitingMax}. */
    public Builder eventsWaitingMax(int value) {
      eventsWaitingMax = value;
      return this;
    }

    /** Sets {@link Limits#pipelinedMax}. */
    public Builder pipelinedMax(int value) {
      pipelinedMax = value;
      return this;
    }

    /** Sets {@link Limits#queryParametersMax}. */
    public Builder queryParametersMax(int value) {
      queryParametersMax = value;
      return this;
    }

    /** Sets {@link Limits#pongsUnsentMax}. */
    public Builder pongsUnsentMax(int value) {
      pongsUnsentMax = value;
      return this;
    }

    /** Sets {@link Limits#requestTimeout}. */
    public Builder requestTimeout(Duration value) {
      requestTimeout = value;
      return this;
    }

    /** Sets {@link Limits#attachmentsTimeout}. */
    public Builder attachmentsTimeout(Duration value) {
      attachmentsTimeout = value;
      return this;
    }

    /** Sets {@link Limits#closeTimeout}. */
    public Builder closeTimeout(Duration value) {
      closeTimeout = value;
      return this;
    }

    /** Sets {@link Limits#codec}. */
    public Builder codec(CodecLimits value) {
      codec = value;
      return this;
    }

    /**
     * The bounds.
     *
     * @throws IllegalArgumentException naming every bound that cannot be
     */
    public Limits build() {
      return new Limits(
          queuedBytesMax,
          queuedBytesTotalMax,
          betweenPollsBytesMax,
          yieldedBytesMax,
          yieldedFramesMax,
          httpCompressionBytesMax,
          connectionsMax,
          connectionsPerAddressMax,
          handshakesPerSecond,
          handshakeBurst,
          handshakeAddressesMax,
          admissionsPerSecond,
          admissionBurst,
          admissionsWaitingMax,
          admissionWaitMax,
          allowRequestTimeout,
          roomsPerSocketMax,
          namespacesPerConnectionMax,
          acksPerSocketMax,
          ackAnswersBytesMax,
          dynamicNamespacesMax,
          eventsWaitingMax,
          pipelinedMax,
          queryParametersMax,
          pongsUnsentMax,
          requestTimeout,
          attachmentsTimeout,
          closeTimeout,
          codec);
    }
  }
}
