package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Sorts.ascending;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import dev.verbatim.chat.store.Write.Appended;
import dev.verbatim.chat.store.Write.Posted;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several stores write into the same groups of one database. */
abstract class AppendsContract {
  private final MongoUnderTest server;
  private @Nullable Stores stores;

  AppendsContract(MongoUnderTest server) {
    this.server = server;
  }

  @BeforeEach
  void openDatabase() throws Exception {
    stores = Stores.on(server);
  }

  @AfterEach
  void dropDatabase() {
    stores().close();
  }

  private Stores stores() {
    if (stores == null) {
      throw new IllegalStateException("Not open");
    }
    return stores;
  }

  @SuppressWarnings("unchecked")
  private static <R> R commit(MongoChatStore store, Write<R> write) throws StoreException {
    return (R) store.commit(List.of(write)).getFirst();
  }

  private static Appended.Stored stored(Object outcome) {
    return assertInstanceOf(Appended.Stored.class, outcome);
  }

  private static List<Message> messages(List<Posted> posted) {
    return posted.stream().map(Posted::message).toList();
  }

  /** The messages of a group as they are in the database, in the order of their seqs. */
  private List<Document> documents(ObjectId groupId) {
    List<Document> documents = new ArrayList<>();
    stores().contents().messages().find().sort(ascending(Fields.SEQ_KEY)).into(documents);
    documents.removeIf(document -> !MessageDocuments.groupId(document).equals(groupId));
    return documents;
  }

  @Test
  void tellsWhatOthersHavePutBeforeAMessage() throws Exception {
    MongoChatStore one = stores().open("a:1");
    MongoChatStore other = stores().open("b:1");
    commit(one, new Write.PutUser(Samples.user(1)));
    assertEquals(List.of(), stored(commit(one, Samples.append(1, 1, 1))).before());
    Message second = stored(commit(other, Samples.append(2, 1, 1))).message();
    Message third = stored(commit(other, Samples.append(3, 1, 9))).message();
    Appended.Stored fourth = stored(commit(one, Samples.append(4, 1, 1)));
    assertEquals(List.of(second, third), messages(fourth.before()));
    assertEquals(Samples.user(1), fourth.before().getFirst().sender());
    assertEquals(UserDocuments.unknown(Samples.userId(9)), fourth.before().get(1).sender());
    assertEquals(4, fourth.message().seq());
    assertEquals(List.of(), stored(commit(one, Samples.append(5, 1, 1))).before());
    assertEquals(
        List.of(4L, 5L),
        messages(commit(other, new Write.CatchUp(Samples.groupId(1), 4)).messages()).stream()
            .map(Message::seq)
            .toList());
    assertEquals(5, documents(Samples.groupId(1)).size());
  }
}
