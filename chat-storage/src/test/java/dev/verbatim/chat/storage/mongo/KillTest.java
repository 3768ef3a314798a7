package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Sorts.ascending;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import dev.verbatim.chat.store.Write.Appended;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.bson.Document;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The database's server is killed where it stands, while a store writes to it. */
@Timeout(180)
class KillTest {
  private static final int KILLS = 3;
  private static final int COMMITS_BETWEEN = 25;
  private static final int MESSAGES = 4;

  @TempDir Path directory;

  @Test
  void losesNothingThatWasAcknowledgedAndKeepsItsOrder() throws Exception {
    Assumptions.assumeTrue(
        MongoUnderTest.all().contains(MongoUnderTest.FERRETDB), "another server is under test");
    try (FerretDb server = FerretDb.start(directory);
        MongoChatStore store =
            MongoChatStore.open(
                new MongoSettings(server.uri(), "chat", "a:1"),
                new Heard(),
                Stores.LIMITS,
                InstantSource.system())) {
      Map<Long, ObjectId> acknowledged = new HashMap<>();
      AtomicInteger ids = new AtomicInteger();
      for (int kill = 0; kill < KILLS; kill++) {
        for (int i = 0; i < COMMITS_BETWEEN; i++) {
          append(store, ids, acknowledged);
        }
        // While a commit is on its way.
        Thread killer = Thread.startVirtualThread(() -> killAndRestart(server));
        while (killer.isAlive()) {
          append(store, ids, acknowledged);
        }
        append(store, ids, acknowledged);
      }
      assertHolds(server, acknowledged);
    }
  }

  private static void killAndRestart(FerretDb server) {
    try {
      server.kill();
      server.restart();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Appends some messages until they are acknowledged, as a client would. */
  private static void append(
      MongoChatStore store, AtomicInteger ids, Map<Long, ObjectId> acknowledged) {
    List<Write<?>> writes = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      int id = ids.incrementAndGet();
      writes.add(Samples.append(id, 1, 1, "t" + id, "message " + id));
    }
    while (true) {
      try {
        for (Object outcome : store.commit(writes)) {
          var message = ((Appended) outcome).message();
          assertEquals(null, acknowledged.put(message.seq(), message.id()));
        }
        return;
      } catch (StoreException _) {
        Thread.onSpinWait();
      }
    }
  }

  private static void assertHolds(FerretDb server, Map<Long, ObjectId> acknowledged) {
    try (MongoClient client = MongoClients.create(server.uri())) {
      List<Document> documents =
          Collections.of(client.getDatabase("chat"))
              .messages()
              .find()
              .sort(ascending(Fields.SEQ_KEY))
              .into(new ArrayList<>());
      Map<Long, ObjectId> held = new HashMap<>();
      documents.forEach(
          document -> held.put(MessageDocuments.seq(document), Values.ownId(document)));
      acknowledged.forEach((seq, id) -> assertEquals(id, held.get(seq), "seq " + seq));
      assertEquals(acknowledged, held);
      assertEquals(
          LongStream.rangeClosed(1, documents.size()).boxed().toList(),
          documents.stream().map(MessageDocuments::seq).toList());
      assertTrue(documents.size() >= KILLS * COMMITS_BETWEEN * MESSAGES);
    }
  }
}
