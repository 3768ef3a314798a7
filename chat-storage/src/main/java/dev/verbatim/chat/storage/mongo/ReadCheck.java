package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Sorts.ascending;
import static com.mongodb.client.model.Sorts.descending;

import com.mongodb.client.MongoCollection;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.StoreException;
import java.util.Map;
import java.util.regex.Pattern;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** Looks at all that is kept of who read what, group after group. Used once. */
final class ReadCheck {
  private static final Pattern STATE = Pattern.compile("[0-9a-f]{24}:[0-9a-f]{24}");
  private static final Pattern BLOCK = Pattern.compile("[0-9a-f]{24}:[0-9a-f]{8}:[0-9a-f]{24}");

  private final Collections collections;
  private final Findings findings;
  private final Map<ObjectId, Long> pending;

  private @Nullable ObjectId groupId;
  private long newest;

  ReadCheck(Collections collections, Findings findings) {
    this.collections = collections;
    this.findings = findings;
    this.pending = MongoStoreCheck.pending(collections);
  }

  void run() {
    for (Document state : ordered(collections.reads())) {
      String id = Values.text(state, Fields.ID);
      if (isId(STATE, id)) {
        lookAtSeq(id, ReadDocuments.lastRead(state));
      }
    }
    for (Document block : ordered(collections.readBlocks())) {
      String id = Values.text(block, Fields.ID);
      if (isId(BLOCK, id)) {
        try {
          long number = ReadDocuments.block(id);
          lookAtSeq(id, ReadDocuments.bits(block).highest(number));
        } catch (StoreException e) {
          findings.add("%s: %s".formatted(reader(id), e.getMessage()));
        }
      }
    }
  }

  private static Iterable<Document> ordered(MongoCollection<Document> collection) {
    return collection.find().sort(ascending(Fields.ID));
  }

  private boolean isId(Pattern shape, String id) {
    boolean isId = shape.matcher(id).matches();
    if (!isId) {
      findings.add("what somebody read has the id \"%s\"".formatted(id));
    }
    return isId;
  }

  private void lookAtSeq(String id, long seq) {
    ObjectId group = ReadDocuments.groupId(id);
    if (!group.equals(groupId)) {
      groupId = group;
      newest = newest(group);
    }
    if (seq > newest) {
      findings.add("%s goes up to seq %d, which is not there".formatted(reader(id), seq));
    }
  }

  private long newest(ObjectId group) {
    Document found =
        collections
            .messages()
            .find(MessageQueries.between(group, 0, Long.MAX_VALUE))
            .projection(include(Fields.SEQ))
            .sort(descending(Fields.SEQ_KEY))
            .first();
    long seq = found == null ? 0 : MessageDocuments.seq(found);
    return Math.max(seq, pending.getOrDefault(group, 0L));
  }

  private static String reader(String id) {
    return "what user %s read of group %s"
        .formatted(ReadDocuments.userId(id), ReadDocuments.groupId(id));
  }
}
