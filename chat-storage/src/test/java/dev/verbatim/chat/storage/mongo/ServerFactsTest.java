package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.lte;
import static com.mongodb.client.model.Indexes.ascending;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.inc;
import static com.mongodb.client.model.Updates.pull;
import static com.mongodb.client.model.Updates.push;
import static com.mongodb.client.model.Updates.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Sorts;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the store leans on, asked of the servers themselves. */
class ServerFactsTest {
  private static final int DUPLICATE_KEY = 11000;
  private static final String SERVERS = "dev.verbatim.chat.storage.mongo.MongoUnderTest#all";

  private static MongoCollection<Document> things(TestDatabase database) {
    return database.contents().getCollection("things");
  }

  private static Document message(int id, long seq) {
    return new Document("_id", id).append("groupId", "g").append("seq", seq);
  }

  private static Document member(String userId) {
    return new Document("userId", userId).append("role", "member");
  }

  private static long modified(MongoCollection<Document> things, Bson filter, Bson update) {
    return things.updateOne(filter, update).getModifiedCount();
  }

  @ParameterizedTest
  @MethodSource(SERVERS)
  void tellsWhichOrderedInsertIsDuplicate(MongoUnderTest server) throws Exception {
    try (TestDatabase database = server.database()) {
      MongoCollection<Document> things = things(database);
      things.createIndex(ascending("groupId", "seq"), new IndexOptions().unique(true));
      things.insertOne(message(1, 2));
      MongoBulkWriteException e =
          assertThrows(
              MongoBulkWriteException.class,
              () -> things.insertMany(List.of(message(2, 1), message(3, 2), message(4, 3))));
      assertEquals(1, e.getWriteErrors().size());
      assertEquals(1, e.getWriteErrors().getFirst().getIndex());
      assertEquals(DUPLICATE_KEY, e.getWriteErrors().getFirst().getCode());
      assertEquals(2, things.countDocuments());
    }
  }

  @ParameterizedTest
  @MethodSource(SERVERS)
  void leavesDocumentsWithoutFieldOutOfSparseUniqueIndex(MongoUnderTest server) throws Exception {
    try (TestDatabase database = server.database()) {
      MongoCollection<Document> things = things(database);
      things.createIndex(ascending("sendKey"), new IndexOptions().unique(true).sparse(true));
      things.insertMany(List.of(message(1, 1), message(2, 2)));
      things.insertOne(message(3, 3).append("sendKey", "k"));
      MongoWriteException e =
          assertThrows(
              MongoWriteException.class,
              () -> things.insertOne(message(4, 4).append("sendKey", "k")));
      assertEquals(DUPLICATE_KEY, e.getError().getCode());
    }
  }

  @ParameterizedTest
  @MethodSource(SERVERS)
  void changesMembersUnderGuards(MongoUnderTest server) throws Exception {
    try (TestDatabase database = server.database()) {
      MongoCollection<Document> things = things(database);
      things.insertOne(
          new Document("_id", "g")
              .append("version", 1L)
              .append("members", List.of(member("a"), member("b"))));
      Bson first = and(eq("_id", "g"), eq("version", 1L));
      Bson join = combine(push("members", member("c")), inc("version", 1L));
      assertEquals(1, modified(things, first, join));
      assertEquals(0, modified(things, first, join));
      Bson admin = set("members.1.role", "admin");
      assertEquals(0, modified(things, and(eq("_id", "g"), eq("members.1.userId", "c")), admin));
      assertEquals(1, modified(things, and(eq("_id", "g"), eq("members.1.userId", "b")), admin));
      assertEquals(1, modified(things, eq("_id", "g"), pull("members", member("c"))));
      List<List<Document>> left =
          things
              .find()
              .projection(new Document("members", 1))
              .map(found -> found.getList("members", Document.class))
              .into(new ArrayList<>());
      assertEquals(List.of(List.of(member("a"), member("b").append("role", "admin"))), left);
    }
  }

  @ParameterizedTest
  @MethodSource(SERVERS)
  void boundsAnArrayByItsLastPlace(MongoUnderTest server) throws Exception {
    try (TestDatabase database = server.database()) {
      MongoCollection<Document> things = things(database);
      things.insertOne(new Document("_id", 1).append("readBy", List.of("a")));
      Bson room = and(eq("_id", 1), exists("readBy.1", false));
      assertEquals(1, modified(things, room, push("readBy", "b")));
      assertEquals(0, modified(things, room, push("readBy", "c")));
    }
  }

  @ParameterizedTest
  @MethodSource(SERVERS)
  void findsRangesOfStringsInOrder(MongoUnderTest server) throws Exception {
    try (TestDatabase database = server.database()) {
      MongoCollection<Document> things = things(database);
      for (String key : List.of("03", "01", "0a", "02", "10")) {
        things.insertOne(new Document("_id", key));
      }
      assertEquals(
          List.of("0a", "03"),
          things
              .find(and(gt("_id", "01"), lte("_id", "0a")))
              .sort(Sorts.descending("_id"))
              .limit(2)
              .map(found -> found.getString("_id"))
              .into(new ArrayList<>()));
    }
  }

  @ParameterizedTest
  @MethodSource(SERVERS)
  void addsUpConcurrentIncrements(MongoUnderTest server) throws Exception {
    server.assumeHonours(Demand.ATOMIC_UPDATES);
    try (TestDatabase database = server.database();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      MongoCollection<Document> things = things(database);
      things.insertOne(new Document("_id", 1));
      List<Callable<Long>> increments = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        increments.add(() -> modified(things, eq("_id", 1), inc("count", 1)));
      }
      for (var increment : threads.invokeAll(increments)) {
        assertEquals(1, increment.get());
      }
      assertEquals(1, things.countDocuments(eq("count", 100)));
    }
  }
}
