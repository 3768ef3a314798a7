package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.CodecLimits;
import java.time.Duration;

/**
 * Every bound of the server; what passing one leads to stands beside it.
 *
 * @param queuedBytesMax bytes waiting to be sent to one connection, held-back ones included; beyond
 *     them its transport is closed, for a client that reads slower than its rooms speak never
 *     catches up. 4 MiB are a few seconds of the busiest room on a poor line.
 * @param sessionsMax Engine.IO sessions; beyond them handshakes get 503. A million is what the
 *     memory of a large machine holds.
 * @param roomsPerSocketMax rooms of one socket; beyond them its transport is closed, for a room
 *     left out in silence would lose messages
 * @param namespacesPerConnectionMax namespaces one connection is in; beyond them it is refused with
 *     "Too many namespaces"
 * @param acksPerSocketMax acknowledgements awaited from one socket; beyond them {@code emitWithAck}
 *     fails at once
 * @param eventsWaitingMax events of one connection that wait for their handlers; beyond them the
 *     connection is not read until half of them are done
 * @param pipelinedMax HTTP messages that wait on one connection for an earlier answer; beyond them
 *     the connection is closed. Browsers pipeline none.
 * @param closeTimeout how long a closed transport waits for the client's side of the close, in
 *     order that what was sent before arrives; then the connection is cut
 * @param codec the bounds of what is decoded, of which a breach closes the connection
 */
public record Limits(
    int queuedBytesMax,
    int sessionsMax,
    int roomsPerSocketMax,
    int namespacesPerConnectionMax,
    int acksPerSocketMax,
    int eventsWaitingMax,
    int pipelinedMax,
    Duration closeTimeout,
    CodecLimits codec) {

  /** What suits a public chat server. */
  public static final Limits DEFAULT =
      new Limits(
          4 * 1024 * 1024,
          1_000_000,
          10_000,
          16,
          1_000,
          256,
          32,
          Duration.ofSeconds(5),
          CodecLimits.DEFAULT);

  /** The same with another bound of what waits for one connection. */
  public Limits withQueuedBytesMax(int bytes) {
    return new Limits(
        bytes,
        sessionsMax,
        roomsPerSocketMax,
        namespacesPerConnectionMax,
        acksPerSocketMax,
        eventsWaitingMax,
        pipelinedMax,
        closeTimeout,
        codec);
  }

  /** The same with another bound of sessions. */
  public Limits withSessionsMax(int sessions) {
    return new Limits(
        queuedBytesMax,
        sessions,
        roomsPerSocketMax,
        namespacesPerConnectionMax,
        acksPerSocketMax,
        eventsWaitingMax,
        pipelinedMax,
        closeTimeout,
        codec);
  }

  /** The same with another bound of a socket's rooms. */
  public Limits withRoomsPerSocketMax(int rooms) {
    return new Limits(
        queuedBytesMax,
        sessionsMax,
        rooms,
        namespacesPerConnectionMax,
        acksPerSocketMax,
        eventsWaitingMax,
        pipelinedMax,
        closeTimeout,
        codec);
  }

  /** The same with other bounds of what is decoded. */
  public Limits withCodec(CodecLimits limits) {
    return new Limits(
        queuedBytesMax,
        sessionsMax,
        roomsPerSocketMax,
        namespacesPerConnectionMax,
        acksPerSocketMax,
        eventsWaitingMax,
        pipelinedMax,
        closeTimeout,
        limits);
  }
}
