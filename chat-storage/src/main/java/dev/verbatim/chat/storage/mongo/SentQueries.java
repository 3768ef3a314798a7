package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers.Reader;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write.Appended;
import dev.verbatim.chat.store.Write.FindSent;
import dev.verbatim.chat.store.Write.Found;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.Document;

/** Asks what was sent by which name. Confined to the writer. */
final class SentQueries {
  private final Collections collections;
  private final GroupWrites groups;
  private final ReadQueries reads;

  SentQueries(Collections collections, GroupWrites groups, ReadQueries reads) {
    this.collections = collections;
    this.groups = groups;
    this.reads = reads;
  }

  /**
   * A message that a retry is answered with.
   *
   * @param readersMax how many of its readers are told
   * @param notYet who has read it only behind the retry
   */
  record Retried(Message message, int readersMax, Set<ObjectId> notYet) {}

  Found find(FindSent question, Attempts attempts) throws StoreException {
    String tempId = question.tempId();
    if (tempId == null) {
      return new Found.Nothing();
    }
    String key = MessageKeys.sendKey(question.groupId(), question.senderId(), tempId);
    Document sent =
        attempts.repeat(() -> collections.messages().find(eq(Fields.SEND_KEY, key)).first());
    return sent == null
        ? new Found.Nothing()
        : known(
            new Retried(MessageDocuments.message(sent), question.readersMax(), Set.of()),
            sent,
            attempts);
  }

  /** What the senders of retries are told, in their order. */
  List<Appended.Known> known(List<Retried> retried, Attempts attempts) throws StoreException {
    if (retried.isEmpty()) {
      return List.of();
    }
    List<org.bson.types.ObjectId> ids =
        retried.stream().map(each -> Values.bson(each.message().id())).distinct().toList();
    Map<ObjectId, Document> documents = HashMap.newHashMap(ids.size());
    for (Document each :
        attempts.repeat(
            () -> collections.messages().find(in(Fields.ID, ids)).into(new ArrayList<>()))) {
      documents.put(Values.ownId(each), each);
    }
    List<Appended.Known> known = new ArrayList<>(retried.size());
    for (Retried each : retried) {
      Document document = documents.get(each.message().id());
      known.add(
          document == null
              ? new Appended.Known(each.message(), List.of())
              : known(each, document, attempts));
    }
    return known;
  }

  /** A message as its sender sees it, who may have left the group since. */
  private Appended.Known known(Retried retried, Document document, Attempts attempts)
      throws StoreException {
    Message message = retried.message();
    if (retried.readersMax() <= 0
        || !groups.isMember(message.senderId(), message.groupId(), attempts)) {
      return new Appended.Known(message, List.of());
    }
    int asked = retried.readersMax() + retried.notYet().size();
    List<Reader> readers =
        reads.readers(message.groupId(), new Placed(message.seq(), document), asked).stream()
            .filter(reader -> !retried.notYet().contains(reader.userId()))
            .limit(retried.readersMax())
            .toList();
    return new Appended.Known(message, readers);
  }
}
