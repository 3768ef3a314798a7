package dev.verbatim.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What presence costs when all members of one group come, are cut and come back at once, and leave:
 * how many deliveries, against how many there should be.
 *
 * <p>For each size of the group {@code ./verbatim} is started on a store of its own, and each
 * member comes with one socket. Counted is what clients get of presence. Arguments: the sizes, 500
 * and 3,000 unless given.
 */
final class PresenceDeliveries {
  private static final int GROUP_MAX = 500;

  /** Long enough for thousands to come back on a machine that does other work. */
  private static final Duration GRACE = Duration.ofSeconds(8);

  /** What the last of them may take to be told, behind the timer. */
  private static final Duration MARGIN = Duration.ofSeconds(2);

  private static final Pattern LISTENS =
      Pattern.compile("listens on http://127\\.0\\.0\\.1:(\\d+)");

  private final int port;
  private final List<String> tokens;
  private final LongAdder deliveries = new LongAdder();

  private PresenceDeliveries(int port, List<String> tokens) {
    this.port = port;
    this.tokens = tokens;
  }

  /** Runs each size in turn. */
  public static void main(String[] args) throws Exception {
    for (String size : args.length == 0 ? new String[] {"500", "3000"} : args) {
      run(Integer.parseInt(size));
    }
  }

  private static void run(int size) throws Exception {
    Path directory = Files.createTempDirectory("presence");
    try {
      Path tokens = directory.resolve("tokens");
      String members = Integer.toString(size);
      Process seed =
          verbatim(
              directory,
              "seed",
              "--users",
              members,
              "--groups",
              "1",
              "--members",
              members,
              "--tokens",
              tokens.toString());
      int status = seed.waitFor();
      if (status != 0) {
        throw new IOException("seed ended with " + status);
      }
      List<String> ofMembers =
          Files.readAllLines(tokens).stream().map(line -> line.split("\t", 2)[0]).toList();
      Process server = verbatim(directory, "serve");
      try {
        new PresenceDeliveries(port(server), ofMembers).measure();
      } finally {
        server.destroy();
        int _ = server.waitFor();
      }
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }

  private static Process verbatim(Path directory, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(System.getProperty("verbatim")));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().put("HOST", "127.0.0.1");
    builder.environment().put("PORT", "0");
    builder.environment().put("DATA_DIR", directory.toString());
    builder.environment().put("CONNECT_RATE_PER_SECOND", "0");
    builder.environment().put("ADMISSION_RATE_PER_SECOND", "0");
    builder.environment().put("PRESENCE_GROUP_MAX", Integer.toString(GROUP_MAX));
    builder.environment().put("PRESENCE_GRACE_MS", Long.toString(GRACE.toMillis()));
    return builder.start();
  }

  /** Where it listens, once it does. What it says is read to its end. */
  private static int port(Process server) throws IOException, InterruptedException {
    CompletableFuture<Integer> port = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try (BufferedReader said =
              new BufferedReader(new InputStreamReader(server.getInputStream(), UTF_8))) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
              Matcher listens = LISTENS.matcher(line);
              if (listens.find()) {
                port.complete(Integer.parseInt(listens.group(1)));
              }
            }
          } catch (IOException e) {
            port.completeExceptionally(e);
          }
          port.completeExceptionally(new IOException("It ended before it listened"));
        });
    try {
      return port.get();
    } catch (ExecutionException e) {
      throw new IOException("The server does not listen", e);
    }
  }

  private void measure() throws IOException, InterruptedException {
    long size = tokens.size();
    boolean isTold = size <= GROUP_MAX;
    List<RoomReader> here = new ArrayList<>();
    long start = System.nanoTime();
    for (String token : tokens) {
      here.add(come(token));
    }
    long end = System.nanoTime();
    Thread.sleep(MARGIN);
    print("come, one after another", isTold ? size * (size - 1) / 2 : 0, end - start);

    start = System.nanoTime();
    close(here);
    here = comeAtOnce();
    end = System.nanoTime();
    if (end - start > GRACE.toNanos()) {
      throw new IOException("They did not come back within the grace time");
    }
    Thread.sleep(GRACE.plus(MARGIN).minusNanos(end - start));
    print("are cut and come back at once", 0, end - start);

    long leaving = size / 2;
    start = System.nanoTime();
    close(here.subList(0, (int) leaving));
    end = System.nanoTime();
    Thread.sleep(GRACE.plus(MARGIN));
    print("half of them leave for good", isTold ? leaving * (size - leaving) : 0, end - start);
    close(here);
  }

  private RoomReader come(String token) throws IOException {
    RoomReader reader = new RoomReader.WebSocket(port, "{\"token\":\"" + token + "\"}");
    Thread.startVirtualThread(
        () -> {
          try {
            reader.readEach(
                text -> {
                  if (text.startsWith("42[\"user_")) {
                    deliveries.increment();
                  }
                });
          } catch (IOException _) {
            // It was closed.
          }
        });
    return reader;
  }

  private List<RoomReader> comeAtOnce() throws IOException, InterruptedException {
    List<RoomReader> here = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<RoomReader>> coming = new ArrayList<>();
      for (String token : tokens) {
        coming.add(threads.submit(() -> come(token)));
      }
      for (Future<RoomReader> each : coming) {
        here.add(each.get());
      }
    } catch (ExecutionException e) {
      throw new IOException("One could not come back", e);
    }
    return here;
  }

  private static void close(List<RoomReader> readers) throws IOException {
    for (RoomReader each : readers) {
      each.close();
    }
  }

  private void print(String what, long expected, long nanos) {
    PrintStream out = System.out;
    out.println(
        String.format(
            Locale.ROOT,
            "group of %,d: %s: %,d deliveries (%,d expected), in %.1f s",
            tokens.size(),
            what,
            deliveries.sumThenReset(),
            expected,
            nanos / 1e9));
  }
}
