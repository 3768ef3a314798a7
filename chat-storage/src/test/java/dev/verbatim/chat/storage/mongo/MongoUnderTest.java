package dev.verbatim.chat.storage.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.mongodb.MongoDBContainer;

/**
 * The servers that tests run against, each shared by all tests of a JVM and started when the first
 * of them asks; safe for any thread.
 *
 * <p>If VERBATIM_TEST_MONGODB_URI names a server, tests run on that one only; otherwise, where a
 * Docker engine runs, on MongoDB in a container, and where none does on both stand-ins.
 *
 * <p>A suite that runs on all is an abstract class that takes one of these, with a subclass each.
 * Those on one server do not run beside each other, for it has only so much time for each:
 *
 * <pre>{@code
 * @ResourceLock("FerretDB")
 * class WritesOnFerretDbTest extends WritesContract {
 *   WritesOnFerretDbTest() {
 *     super(MongoUnderTest.FERRETDB);
 *   }
 * }
 * }</pre>
 */
final class MongoUnderTest {
  /** A real MongoDB: the one that is named, or one in a container. */
  static final MongoUnderTest NAMED =
      new MongoUnderTest("named", () -> named().orElseGet(MongoUnderTest::contained));

  static final MongoUnderTest FERRETDB = new MongoUnderTest("FerretDB", MongoUnderTest::ferretDb);

  /** Ends with the JVM, being part of it. */
  static final MongoUnderTest JAVA_SERVER =
      new MongoUnderTest("Java server", () -> new JavaMongo().uri());

  /** The newest of the versions that are promised. */
  private static final String IMAGE = "mongo:8";

  private static final boolean IS_DOCKER_THERE =
      named().isEmpty() && DockerClientFactory.instance().isDockerAvailable();

  private final String name;

  /** Starts the server and gives its address, with no database. */
  private final Callable<String> starting;

  private @Nullable String uri;
  private @Nullable MongoClient client;

  private MongoUnderTest(String name, Callable<String> starting) {
    this.name = name;
    this.starting = starting;
  }

  private static String ferretDb() throws Exception {
    Path directory = Files.createTempDirectory("verbatim-ferretdb");
    FerretDb server;
    try {
      server = FerretDb.start(directory);
    } catch (Throwable e) {
      Files.delete(directory);
      throw e;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, directory)));
    return server.uri();
  }

  private static Optional<String> named() {
    return Optional.ofNullable(System.getenv("VERBATIM_TEST_MONGODB_URI"))
        .filter(uri -> !uri.isBlank());
  }

  /** The address of a replica set of one in a container, which ends with this JVM. */
  private static String contained() {
    MongoDBContainer container = new MongoDBContainer(IMAGE).withReplicaSet();
    container.start();
    return container.getConnectionString() + "/?directConnection=true";
  }

  /** The servers that this run is meant for. */
  static List<MongoUnderTest> all() {
    return named().isPresent() || IS_DOCKER_THERE ? List.of(NAMED) : List.of(FERRETDB, JAVA_SERVER);
  }

  /** The server's address, with no database. Skips the test if the run is not meant for it. */
  synchronized String uri() throws Exception {
    Assumptions.assumeTrue(
        all().contains(this),
        () ->
            this == NAMED
                ? "VERBATIM_TEST_MONGODB_URI names no server, and no Docker engine runs"
                : "there is a real server");
    String started = uri;
    if (started == null) {
      started = starting.call();
      uri = started;
    }
    return started;
  }

  /** Skips the test if the server is one that cannot honour what it asks, and says why. */
  void assumeHonours(Demand demand) {
    demand.refusal(this).ifPresent(Assumptions::abort);
  }

  /** A new database, of a name that no other test has. Closing it drops it. */
  TestDatabase database() throws Exception {
    String name = "verbatim_test_" + UUID.randomUUID().toString().replace("-", "");
    return new TestDatabase(new ConnectionString(uri()), name, client());
  }

  private synchronized MongoClient client() throws Exception {
    MongoClient made = client;
    if (made == null) {
      made = MongoClients.create(uri());
      client = made;
    }
    return made;
  }

  private static void end(FerretDb server, Path directory) {
    try {
      server.close();
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
