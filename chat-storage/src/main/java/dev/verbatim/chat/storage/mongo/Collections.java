package dev.verbatim.chat.storage.mongo;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import java.util.function.UnaryOperator;
import org.bson.Document;

/**
 * The collections of a database. The first four are shared with other services; those that begin
 * with {@code verbatim_} are ours. Safe for any thread.
 *
 * <p>What is written to them and read from them counts as {@link ClientOptions} says.
 */
record Collections(
    MongoCollection<Document> users,
    MongoCollection<Document> groups,
    MongoCollection<Document> messages,
    MongoCollection<Document> sessions,
    MongoCollection<Document> numbering,
    MongoCollection<Document> reads,
    MongoCollection<Document> readBlocks,
    MongoCollection<Document> events,
    MongoCollection<Document> revocations,
    MongoCollection<Document> probe) {

  static Collections of(MongoDatabase database) {
    return new Collections(
        database.getCollection("users"),
        database.getCollection("groups"),
        database.getCollection("messages"),
        database.getCollection("sessions"),
        database.getCollection("verbatim_numbering"),
        database.getCollection("verbatim_reads"),
        database.getCollection("verbatim_read_blocks"),
        database.getCollection("verbatim_events"),
        database.getCollection("verbatim_revocations"),
        database.getCollection("verbatim_probe"));
  }

  /** The same collections, each with other options. */
  Collections map(UnaryOperator<MongoCollection<Document>> options) {
    return new Collections(
        options.apply(users),
        options.apply(groups),
        options.apply(messages),
        options.apply(sessions),
        options.apply(numbering),
        options.apply(reads),
        options.apply(readBlocks),
        options.apply(events),
        options.apply(revocations),
        options.apply(probe));
  }
}
