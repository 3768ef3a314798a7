package dev.verbatim.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What clients that stop reading cost the others in their room, and the server's memory.
 *
 * <p>A round is two times the same: without stopped readers and, in a server that was just started
 * too, with them. Everybody comes, then it is warmed, then measured for some seconds. Printed are
 * the p99 of the others' latencies, from before a frame is made until it is read, its ratio, and by
 * how much the memory of the server has grown since it began, heap after a collection and buffers,
 * against what {@code Limits.queuedBytesTotalMax} allows. Arguments, all with defaults: transport,
 * stopped readers, others, frames a second, seconds, rounds.
 */
final class StoppedReaders {
  private static final int WARM_SECONDS = 5;
  private static final int LATENCIES_MAX = 4_000_000;

  private final String transport;
  private final int stopped;
  private final int others;
  private final int framesPerSecond;
  private final int seconds;

  private StoppedReaders(
      String transport, int stopped, int others, int framesPerSecond, int seconds) {
    this.transport = transport;
    this.stopped = stopped;
    this.others = others;
    this.framesPerSecond = framesPerSecond;
    this.seconds = seconds;
  }

  /** What one half of a round found. */
  private record Half(double p99Millis, BusyRoom.Memory before, BusyRoom.Memory after) {
    long grownBytes() {
      return after.heapBytes() + after.nativeBytes() - before.heapBytes() - before.nativeBytes();
    }
  }

  /** Runs the rounds. */
  public static void main(String[] args) throws IOException, InterruptedException {
    StoppedReaders bench =
        new StoppedReaders(
            args.length > 0 ? args[0] : "websocket",
            number(args, 1, 1_000),
            number(args, 2, 100),
            number(args, 3, 100),
            number(args, 4, 10));
    int rounds = number(args, 5, 5);
    double[] ratios = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      Half without = bench.half(0);
      Half with = bench.half(bench.stopped);
      ratios[round] = with.p99Millis() / without.p99Millis();
      print(
          String.format(
              Locale.ROOT,
              "%s round %d: p99 %.2f ms without, %.2f ms with %d stopped, ratio %.2f",
              bench.transport,
              round + 1,
              without.p99Millis(),
              with.p99Millis(),
              bench.stopped,
              ratios[round]));
      print(
          String.format(
              Locale.ROOT,
              "  memory grown by %.1f MiB (without: %.1f), waiting %.1f MiB, at most %.1f MiB,"
                  + " bound %.1f MiB; closed %d; resident at most %.1f MiB (without: %.1f)",
              mib(with.grownBytes()),
              mib(without.grownBytes()),
              mib(with.after().waitingBytes()),
              mib(with.after().waitingBytesHighest()),
              mib(with.after().boundBytes()),
              with.after().slowClosed(),
              mib(with.after().residentBytes()),
              mib(without.after().residentBytes())));
    }
    Arrays.sort(ratios);
    print(
        String.format(
            Locale.ROOT,
            "%s: median ratio of p99 %.2f (%.2f–%.2f)",
            bench.transport,
            ratios[rounds / 2],
            ratios[0],
            ratios[rounds - 1]));
  }

  private static int number(String[] args, int index, int otherwise) {
    return args.length > index ? Integer.parseInt(args[index]) : otherwise;
  }

  private static double mib(long bytes) {
    return bytes / 1024.0 / 1024.0;
  }

  private static void print(String line) {
    PrintStream out = System.out;
    out.println(line);
  }

  /** The collector is the one that {@code ./verbatim} has. */
  private Half half(int stoppedNow) throws IOException, InterruptedException {
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseCompactObjectHeaders",
                "-XX:+UseSerialGC",
                "-Xms16m",
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                BusyRoom.class.getName(),
                Integer.toString(framesPerSecond))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<RoomReader> readers = new ArrayList<>();
    try (BufferedReader said =
            new BufferedReader(new InputStreamReader(server.getInputStream(), UTF_8));
        OutputStream ask = server.getOutputStream()) {
      int port = Integer.parseInt(said.readLine());
      BusyRoom.Memory before = ask(ask, said);
      long[] latencies = new long[LATENCIES_MAX];
      AtomicInteger count = new AtomicInteger();
      for (int i = 0; i < others; i++) {
        RoomReader reader = open(port);
        readers.add(reader);
        Thread.startVirtualThread(() -> readOn(reader, latencies, count));
      }
      for (int i = 0; i < stoppedNow; i++) {
        readers.add(open(port));
      }
      Thread.sleep(WARM_SECONDS * 1_000L);
      count.set(0);
      Thread.sleep(seconds * 1_000L);
      int measured = Math.min(count.get(), LATENCIES_MAX);
      BusyRoom.Memory after = ask(ask, said);
      Arrays.sort(latencies, 0, measured);
      return new Half(latencies[(int) (measured * 0.99)] / 1e6, before, after);
    } finally {
      server.destroy();
      for (RoomReader reader : readers) {
        reader.close();
      }
    }
  }

  private RoomReader open(int port) throws IOException {
    return switch (transport) {
      case "websocket" -> new RoomReader.WebSocket(port);
      case "polling" -> new RoomReader.Polling(port);
      default -> throw new IllegalArgumentException("no transport: " + transport);
    };
  }

  private static void readOn(RoomReader reader, long[] latencies, AtomicInteger count) {
    try {
      reader.read(
          nanos -> {
            int i = count.getAndIncrement();
            if (i < LATENCIES_MAX) {
              latencies[i] = nanos;
            }
          });
    } catch (IOException _) {
      // The half is over.
    }
  }

  private static BusyRoom.Memory ask(OutputStream ask, BufferedReader said) throws IOException {
    ask.write('\n');
    ask.flush();
    return BusyRoom.Memory.parse(said.readLine());
  }
}
