package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.Readers.Reader;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write.Appended;
import dev.verbatim.chat.store.Write.FindSent;
import dev.verbatim.chat.store.Write.Found;
import java.util.List;
import org.bson.Document;

/** Asks what was sent by which name. Confined to the writer. */
final class SentQueries {
  private final Collections collections;
  private final GroupWrites groups;

  SentQueries(Collections collections, GroupWrites groups) {
    this.collections = collections;
    this.groups = groups;
  }

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
            MessageDocuments.message(sent),
            MessageDocuments.readers(sent),
            question.readersMax(),
            attempts);
  }

  /**
   * A message as its sender sees it, who may have left the group since.
   *
   * @param readers of it, of which those are told that stand in it: all, or as many as are asked
   *     for
   */
  Appended.Known known(Message message, List<Reader> readers, int readersMax, Attempts attempts)
      throws StoreException {
    boolean isTold =
        !readers.isEmpty()
            && readersMax > 0
            && groups.isMember(message.senderId(), message.groupId(), attempts);
    return new Appended.Known(
        message, isTold ? readers.subList(0, Math.min(readersMax, readers.size())) : List.of());
  }
}
