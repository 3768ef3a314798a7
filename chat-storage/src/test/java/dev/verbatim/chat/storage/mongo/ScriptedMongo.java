package dev.verbatim.chat.storage.mongo;

import com.mongodb.client.MongoClient;
import de.bwaldvogel.mongo.bson.Document;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A server of a test's own that answers as the test has it, with the stores that the test opens on
 * it. Owned by the test's thread; what a script keeps is guarded by the server's turns.
 */
final class ScriptedMongo implements AutoCloseable {
  private final JavaMongo server = new JavaMongo();
  private final MongoClient client = server.client();
  private final Stores stores = Stores.in(server.database(client));

  Stores stores() {
    return stores;
  }

  void follow(SerialBackend.Script script) {
    server.follow(script);
  }

  /** Whether a request is this command to this collection. */
  static boolean isOf(Document request, String command, String collection) {
    return collection.equals(request.get(command));
  }

  /** The documents of a list in a request. */
  @SuppressWarnings("unchecked")
  static List<Document> documents(Document request, String field) {
    return (List<Document>) Objects.requireNonNull(request.get(field));
  }

  /** Inserts the first of an insert's documents, of which the server's own answer is lost. */
  static int insertFirst(Document request, int count, UnaryOperator<Document> server) {
    List<Document> first = documents(request, "documents").subList(0, count);
    if (!first.isEmpty()) {
      Document part = request.clone();
      part.put("documents", List.copyOf(first));
      var _ = server.apply(part);
    }
    return first.size();
  }

  /** The answer to an ordered write that ended at the document of this place. */
  static Document refusal(int place, int code, String message) {
    return new Document("n", place)
        .append("nModified", 0)
        .append(
            "writeErrors",
            List.of(new Document("index", place).append("code", code).append("errmsg", message)))
        .append("ok", 1.0);
  }

  @Override
  public void close() {
    server.follow((_, request, next) -> next.apply(request));
    stores.close();
    client.close();
    server.close();
  }
}
