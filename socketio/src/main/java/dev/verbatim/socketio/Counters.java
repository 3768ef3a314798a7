package dev.verbatim.socketio;

import dev.verbatim.socketio.SocketIoOptions.TransportName;
import dev.verbatim.socketio.protocol.MalformedPacketException;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What a server has counted since it was made, for who operates it. Every map has all of its keys.
 *
 * <p>Each number is as it was a moment before, and those that only grow never go back from one
 * snapshot to the next; but they are not all of the same moment. Counting is always on: each event
 * loop counts for itself, without a lock or a contended word.
 *
 * @param transports what each transport carries
 * @param upgrades the changes from polling to WebSocket
 * @param heartbeats how long clients took to answer pings
 * @param admissions handshakes that came faster than they are let in
 * @param deliveries packets that broadcasts and batches brought to sockets, those included that
 *     wait for their client, or are dropped before it reads on
 * @param batches how long a {@link Batch} took from its sending until an event loop had flushed its
 *     part of it: one time for each batch and each loop on which somebody got something
 * @param loopDelays by how much event loops came too late to what was due: a sample for each tick
 *     of the timers, of which one falls due in 1 to 500 ms while a loop has connections, in a stall
 *     too
 * @param refusals requests that were refused, and CONNECTs that were answered with CONNECT_ERROR,
 *     by reason
 * @param dropped packets that were not sent to one socket though its connection goes on, by reason
 * @param backlog what waits to be sent
 * @param closed sessions that have ended, by reason; a socket's leaving of its namespace ends none,
 *     so {@link DisconnectReason#CLIENT_NAMESPACE_DISCONNECT} and {@link
 *     DisconnectReason#SERVER_NAMESPACE_DISCONNECT} stay 0
 * @param malformed packets that were none, by reason; each of them ended its session, or, on a
 *     WebSocket that was still to take polling's place, that WebSocket alone
 * @param sockets sockets that are connected now, by namespace
 */
public record Counters(
    Map<TransportName, Traffic> transports,
    Upgrades upgrades,
    Latencies heartbeats,
    Admissions admissions,
    long deliveries,
    Latencies batches,
    Latencies loopDelays,
    Map<Refusal, Long> refusals,
    Map<Drop, Long> dropped,
    Waiting backlog,
    Map<DisconnectReason, Long> closed,
    Map<MalformedPacketException.Reason, Long> malformed,
    Map<String, Integer> sockets) {

  /**
   * What one transport carries. An attachment counts with the packet that announced it. Bytes are
   * those of WebSocket frames with their headers, control frames included, and of the bodies of
   * polling's requests and answers; HTTP's heads and TLS are not counted.
   *
   * @param sessionsOpen sessions that use it now
   * @param handshakes sessions that began with it
   * @param packetsIn Engine.IO packets that came in
   * @param packetsOut Engine.IO packets that were queued for a WebSocket, or put into a poll's
   *     answer
   * @param bytesIn bytes that came in
   * @param bytesOut bytes that were queued for a WebSocket, or put into a poll's answer
   */
  public record Traffic(
      long sessionsOpen,
      long handshakes,
      long packetsIn,
      long packetsOut,
      long bytesIn,
      long bytesOut) {}

  /**
   * WebSockets that were opened to take the place of a session's polling.
   *
   * @param tried all of them
   * @param done those that took its place
   * @param failed those that ended before, or for which it was no time
   */
  public record Upgrades(long tried, long done, long failed) {}

  /**
   * Times, sorted into buckets of which each is twice as wide as the one before.
   *
   * @param first what the times of the first bucket are less than
   * @param counts how many times are in each bucket, that is at least the bound of the bucket
   *     before and less than its own
   * @param total all times together
   */
  public record Latencies(Duration first, List<Long> counts, Duration total) {
    /** Copies the counts. */
    public Latencies {
      counts = List.copyOf(counts);
    }

    /**
     * What the times of a bucket are less than: {@link #first}, twice that, four times that …; the
     * last one has no bound.
     */
    public Duration bound(int bucket) {
      return first.multipliedBy(1L << bucket);
    }

    /**
     * What a share of the times stayed below, as far as the buckets tell: the bound of the bucket
     * in which the last of them is. Beyond the last bound it is that bound; of no times it is zero.
     *
     * @param share from 0 to 1
     */
    public Duration within(double share) {
      long wanted = (long) Math.ceil(share * count());
      long seen = 0;
      for (int i = 0; i < counts.size() - 1; i++) {
        seen += counts.get(i);
        if (seen >= wanted) {
          return wanted == 0 ? Duration.ZERO : bound(i);
        }
      }
      return bound(counts.size() - 2);
    }

    /**
     * What has come since an earlier snapshot of the same times.
     *
     * @param earlier of the same server, by the same name
     */
    public Latencies since(Latencies earlier) {
      List<Long> more =
          IntStream.range(0, counts.size())
              .mapToObj(i -> counts.get(i) - earlier.counts().get(i))
              .toList();
      return new Latencies(first, more, total.minus(earlier.total()));
    }

    /** How many times there are. */
    public long count() {
      return counts.stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * What waits to be sent, for clients that have not read what they got before; out of date by a
   * second at most.
   *
   * @param readers sessions for which something waits now
   * @param bytes memory that it takes now, counted as {@link Limits#queuedBytesTotalMax} is
   * @param bytesHighest the most memory that it has taken
   */
  public record Waiting(long readers, long bytes, long bytesHighest) {}

  /**
   * Handshakes that came faster than {@link Limits#admissionsPerSecond}.
   *
   * @param waiting those that stand in line now
   * @param waitingMax those that may: {@link Limits#admissionsWaitingMax}, or as many as get in
   *     within {@link Limits#admissionWaitMax} if these are fewer
   * @param waited all that have stood there; {@link Refusal#TOO_MANY_WAITING} counts those that
   *     were refused
   */
  public record Admissions(long waiting, long waitingMax, long waited) {}

  static Counters of(EngineLoop[] loops, Admissions admissions, Map<String, Integer> sockets) {
    Map<TransportName, Traffic> transports = new EnumMap<>(TransportName.class);
    for (TransportName transport : TransportName.values()) {
      transports.put(transport, traffic(loops, transport));
    }
    Map<LoopCounters.Change, Long> changes =
        sum(loops, LoopCounters.Change.class, LoopCounters::upgrades);
    return new Counters(
        Collections.unmodifiableMap(transports),
        new Upgrades(
            of(changes, LoopCounters.Change.TRIED),
            of(changes, LoopCounters.Change.DONE),
            of(changes, LoopCounters.Change.FAILED)),
        LoopLatencies.sum(loops, LoopCounters.HEARTBEATS, LoopCounters::heartbeats),
        admissions,
        of(
            sum(loops, LoopCounters.Reach.class, LoopCounters::reach),
            LoopCounters.Reach.DELIVERIES),
        LoopLatencies.sum(loops, LoopCounters.WORK, LoopCounters::batches),
        LoopLatencies.sum(loops, LoopCounters.WORK, LoopCounters::delays),
        sum(loops, Refusal.class, LoopCounters::refusals),
        sum(loops, Drop.class, LoopCounters::dropped),
        waiting(loops),
        sum(loops, DisconnectReason.class, LoopCounters::closed),
        sum(loops, MalformedPacketException.Reason.class, LoopCounters::malformed),
        Collections.unmodifiableMap(sockets));
  }

  private static Traffic traffic(EngineLoop[] loops, TransportName transport) {
    Map<LoopCounters.Flow, Long> flows =
        sum(loops, LoopCounters.Flow.class, counters -> counters.of(transport));
    return new Traffic(
        of(flows, LoopCounters.Flow.SESSIONS_OPEN),
        of(flows, LoopCounters.Flow.HANDSHAKES),
        of(flows, LoopCounters.Flow.PACKETS_IN),
        of(flows, LoopCounters.Flow.PACKETS_OUT),
        of(flows, LoopCounters.Flow.BYTES_IN),
        of(flows, LoopCounters.Flow.BYTES_OUT));
  }

  private static Waiting waiting(EngineLoop[] loops) {
    long readers = 0;
    long bytes = 0;
    long highest = 0;
    for (EngineLoop loop : loops) {
      readers += loop.backlog().readers();
      bytes += loop.backlog().bytes();
      highest = Math.max(highest, loop.backlog().totalBytesHighest());
    }
    return new Waiting(readers, bytes, Math.max(highest, bytes));
  }

  private static <K extends Enum<K>> Map<K, Long> sum(
      EngineLoop[] loops, Class<K> keys, Function<LoopCounters, Tally<K>> tally) {
    Map<K, Long> sums = new EnumMap<>(keys);
    for (K key : keys.getEnumConstants()) {
      sums.put(key, 0L);
    }
    for (EngineLoop loop : loops) {
      tally.apply(loop.counters()).addTo(sums);
    }
    return Collections.unmodifiableMap(sums);
  }

  private static <K> long of(Map<K, Long> counts, K key) {
    return counts.getOrDefault(key, 0L);
  }
}
