package dev.verbatim.bench;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.storage.sqlite.SqliteChatStore;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Commits of new messages of 100 characters with tempIds to the embedded store, each synced to the
 * disk of the working directory. What counts is {@code inserts}, the messages committed.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 3, time = 5)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class DurableInserts {
  private static final int USERS = 5_000;
  private static final String CONTENT = "x".repeat(100);

  /** Messages in a commit. */
  @Param({"1", "64", "256", "512"})
  private int batch;

  /** Groups that the messages are of, at random; 5,000 users share them out among themselves. */
  @Param({"1", "1000"})
  private int groups;

  /** How tempIds are made: from a clock, as front ends like to do, or at random. */
  @Param({"clock", "random"})
  private String tempIds = "clock";

  private final Random random = new Random(1);
  private final Instant now = Instant.now();
  private final List<ObjectId> userIds = new ArrayList<>();
  private final List<ObjectId> groupIds = new ArrayList<>();
  private long clock = now.toEpochMilli();
  private @Nullable Path directory;
  private @Nullable SqliteChatStore store;

  /** Makes a store with its users and groups. */
  @Setup(Level.Trial)
  public void open() throws IOException, StoreException {
    directory = Files.createTempDirectory(Path.of("").toAbsolutePath(), "store");
    store = SqliteChatStore.open(directory);
    List<Write<?>> writes = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      ObjectId id = ObjectId.next(now);
      userIds.add(id);
      writes.add(
          new Write.PutUser(
              new User(id, "user_" + i, "", "U", "", null, null, true, null, now, now)));
    }
    for (int i = 0; i < groups; i++) {
      ObjectId id = ObjectId.next(now);
      groupIds.add(id);
      List<Member> members = new ArrayList<>();
      for (int user = i; user < USERS; user += groups) {
        members.add(
            new Member(userIds.get(user), members.isEmpty() ? Role.OWNER : Role.MEMBER, now));
      }
      writes.add(
          new Write.PutGroup(
              new Group(
                  id, "G", null, members.getFirst().userId(), members, false, true, now, now)));
    }
    store.commit(writes);
  }

  /** Removes the store. */
  @TearDown(Level.Trial)
  public void close() throws IOException, StoreException {
    if (store != null && directory != null) {
      store.close();
      try (var files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
  }

  /** One commit. */
  @Benchmark
  public @Nullable Object commit(Inserted inserted) throws StoreException {
    List<Write<?>> writes = new ArrayList<>(batch);
    for (int i = 0; i < batch; i++) {
      int group = random.nextInt(groups);
      int sender = group + groups * random.nextInt(USERS / groups);
      writes.add(
          new Write.AppendMessage(
              ObjectId.next(now),
              groupIds.get(group),
              userIds.get(sender),
              CONTENT,
              MessageType.TEXT,
              tempId(),
              now,
              /* readersMax= */ 0));
    }
    inserted.inserts += batch;
    return store == null ? null : store.commit(writes);
  }

  private String tempId() {
    String suffix = new UUID(random.nextLong(), random.nextLong()).toString();
    return tempIds.equals("clock") ? clock++ + suffix.substring(13) : suffix;
  }

  /** The messages committed. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Inserted {
    /** Shown by JMH as inserts a second. */
    public long inserts;
  }
}
