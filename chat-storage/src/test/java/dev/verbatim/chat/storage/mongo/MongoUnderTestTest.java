package dev.verbatim.chat.storage.mongo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The servers that the other tests stand on. */
class MongoUnderTestTest {
  @ParameterizedTest
  @MethodSource("dev.verbatim.chat.storage.mongo.MongoUnderTest#all")
  void givesEachTestDatabaseOfItsOwn(MongoUnderTest server) throws Exception {
    String first;
    try (TestDatabase one = server.database();
        TestDatabase other = server.database()) {
      first = one.name();
      one.contents().getCollection("things").insertOne(new Document("_id", 1));
      assertEquals(1, one.contents().getCollection("things").countDocuments());
      assertEquals(0, other.contents().getCollection("things").countDocuments());
      assertEquals(one.name(), new ConnectionString(one.uri()).getDatabase());
      assertTrue(one.client().listDatabaseNames().into(new ArrayList<>()).contains(first));
    }
    try (TestDatabase later = server.database()) {
      assertFalse(later.client().listDatabaseNames().into(new ArrayList<>()).contains(first));
    }
  }

  @Test
  void keepsDataOfFerretDbThroughStopAndKill(@TempDir Path directory) throws Exception {
    try (FerretDb server = FerretDb.start(directory)) {
      String uri = server.uri();
      try (MongoClient client = MongoClients.create(uri)) {
        things(client).insertOne(new Document("_id", 1));
        server.stop();
      }
      assertThrows(
          ConnectException.class,
          () -> new Socket(InetAddress.getLoopbackAddress(), server.port()).close());
      server.restart();
      assertEquals(uri, server.uri());
      try (MongoClient client = MongoClients.create(uri)) {
        things(client).insertOne(new Document("_id", 2));
        server.kill();
      }
      server.restart();
      try (MongoClient client = MongoClients.create(uri)) {
        assertEquals(2, things(client).countDocuments());
      }
    }
  }

  private static MongoCollection<Document> things(MongoClient client) {
    return client.getDatabase("kept").getCollection("things");
  }
}
