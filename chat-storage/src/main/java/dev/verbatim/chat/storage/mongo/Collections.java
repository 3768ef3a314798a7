package dev.verbatim.chat.storage.mongo;

import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import java.util.function.UnaryOperator;
import org.bson.Document;

/**
 * The collections of a database. The first four are shared with other services; those that begin
 * with {@code verbatim_} are ours. Safe for any thread.
 *
 * <p>What is written is acknowledged once a majority of the members has it in its journal, and
 * questions go to the primary, whatever the address says.
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
    MongoDatabase safe =
        database
            .withReadPreference(ReadPreference.primary())
            .withWriteConcern(WriteConcern.MAJORITY.withJournal(true));
    return new Collections(
        safe.getCollection("users"),
        safe.getCollection("groups"),
        safe.getCollection("messages"),
        safe.getCollection("sessions"),
        safe.getCollection("verbatim_numbering"),
        safe.getCollection("verbatim_reads"),
        safe.getCollection("verbatim_read_blocks"),
        safe.getCollection("verbatim_events"),
        safe.getCollection("verbatim_revocations"),
        safe.getCollection("verbatim_probe"));
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
