package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.set;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.UpdateOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.junit.jupiter.api.Test;

/** What the imitation in this JVM is to do as a server does: take requests from many at once. */
class JavaMongoTest {
  private static final int WRITERS = 4;
  private static final int ROUNDS = 1_000;

  /** More than the other threads need to meet a half-made change, were there any. */
  private static final int INDEXES = 200;

  /** Does all of these at once on one collection of a server, and fails as they do. */
  private static void atOnce(List<Task> tasks) throws Exception {
    try (JavaMongo server = new JavaMongo();
        MongoClient client = MongoClients.create(server.uri());
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
      MongoCollection<Document> collection = client.getDatabase("chat").getCollection("many");
      List<Callable<Void>> calls = new ArrayList<>();
      for (Task task : tasks) {
        calls.add(
            () -> {
              task.run(collection);
              return null;
            });
      }
      for (Future<Void> done : threads.invokeAll(calls)) {
        done.get();
      }
    }
  }

  private interface Task {
    void run(MongoCollection<Document> collection);
  }

  @Test
  void makesIndexesWhileOthersWriteAndAsk() throws Exception {
    List<Task> tasks = new ArrayList<>();
    tasks.add(
        collection -> {
          for (int i = 0; i < INDEXES; i++) {
            String _ =
                collection.createIndex(
                    new Document("field" + i, 1), new IndexOptions().unique(true).sparse(true));
          }
        });
    for (int writer = 0; writer < WRITERS; writer++) {
      int own = writer;
      tasks.add(
          collection -> {
            for (int i = 0; i < ROUNDS; i++) {
              var _ = collection.insertOne(new Document("_id", own * ROUNDS + i));
              Document counted =
                  collection
                      .aggregate(
                          List.of(
                              new Document("$match", eq("_id", own * ROUNDS + i)),
                              new Document("$count", "found")))
                      .first();
              assertEquals(new Document("found", 1), counted);
            }
          });
    }
    atOnce(tasks);
  }

  @Test
  void answersWithADocumentAsItWasAtOneTime() throws Exception {
    int fields = 50;
    atOnce(
        List.of(
            collection -> {
              for (int i = 0; i < ROUNDS; i++) {
                List<Bson> updates = new ArrayList<>();
                for (int field = 0; field < fields; field++) {
                  updates.add(set("field" + field, i));
                }
                var _ =
                    collection.updateOne(
                        eq("_id", 1), combine(updates), new UpdateOptions().upsert(true));
              }
            },
            collection -> {
              for (int i = 0; i < ROUNDS; i++) {
                Document found = collection.find(eq("_id", 1)).first();
                if (found != null) {
                  var _ = found.remove("_id");
                  assertEquals(1, found.values().stream().distinct().count(), found::toString);
                }
              }
            }));
  }
}
