package dev.verbatim.chat.storage.mongo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import de.bwaldvogel.mongo.bson.Document;
import dev.verbatim.chat.store.Changes;
import dev.verbatim.chat.store.GroupChanged;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import dev.verbatim.chat.store.Write.Appended;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Refusals of one document, which no stand-in tells by itself. */
class RefusedDocumentsTest {
  private static final int DOCUMENT_VALIDATION_FAILURE = 121;
  private static final int OUT_OF_DISK_SPACE = 14_031;

  /** Of an update whose document would be larger than 16 MiB. */
  private static final int TOO_LARGE = 17_419;

  private final ScriptedMongo server = new ScriptedMongo();

  @AfterEach
  void closeServer() {
    server.close();
  }

  /** A store with users 1 to 3, and group 1 of the first two. */
  private MongoChatStore open() throws StoreException {
    MongoChatStore store = server.stores().open("a:1");
    store.commit(
        List.of(
            new Write.PutUser(Samples.user(1)),
            new Write.PutUser(Samples.user(2)),
            new Write.PutUser(Samples.user(3)),
            new Write.PutGroup(Samples.group(1, 1, 2))));
    return store;
  }

  /** From now on no message may have this content. */
  private void refuseMessages(String content, int code) {
    server.follow(
        (_, request, next) -> {
          if (ScriptedMongo.isOf(request, "insert", "messages")) {
            List<Document> documents = ScriptedMongo.documents(request, "documents");
            for (int i = 0; i < documents.size(); i++) {
              if (content.equals(documents.get(i).get("content"))) {
                int place = ScriptedMongo.insertFirst(request, i, next);
                return ScriptedMongo.refusal(place, code, "The test refuses the document");
              }
            }
          }
          return next.apply(request);
        });
  }

  private static void assertStored(long seq, Object outcome) {
    assertEquals(seq, assertInstanceOf(Appended.Stored.class, outcome).message().seq());
  }

  private static void assertRejected(Object outcome) {
    var _ = assertInstanceOf(Write.Rejected.class, outcome);
  }

  @Test
  void givesTheSeqOfAMessageThatIsRejectedToTheNext() throws Exception {
    MongoChatStore store = open();
    refuseMessages("unheard of", DOCUMENT_VALIDATION_FAILURE);
    List<Object> outcomes =
        store.commit(
            List.of(
                Samples.append(1, 1, 1),
                Samples.append(2, 1, 1, "t", "unheard of"),
                Samples.append(3, 1, 1, "t", "unheard of"),
                Samples.append(4, 2, 1),
                Samples.append(5, 1, 1, null, "unheard of"),
                Samples.append(6, 1, 1),
                Samples.markRead(1, 2, 6)));
    assertStored(1, outcomes.get(0));
    assertRejected(outcomes.get(1));
    assertRejected(outcomes.get(2));
    assertStored(1, outcomes.get(3));
    assertRejected(outcomes.get(4));
    assertStored(2, outcomes.get(5));
    assertEquals(new Write.MarkedRead(List.of(Samples.id(6))), outcomes.get(6));
    // Its name names nothing.
    assertStored(3, store.commit(List.of(Samples.append(7, 1, 1, "t", "heard of"))).getFirst());
    assertEquals(3, store.newestSeq(Samples.groupId(1)));
  }

  @Test
  void failsTheWholeCommitWhereTheDatabaseTakesNothing() throws Exception {
    MongoChatStore store = open();
    refuseMessages("unheard of", OUT_OF_DISK_SPACE);
    assertThrows(
        StoreException.class,
        () ->
            store.commit(
                List.of(Samples.append(1, 1, 1), Samples.append(2, 1, 1, "t", "unheard of"))));
    assertStored(2, store.commit(List.of(Samples.append(3, 1, 1))).getFirst());
  }

  @Test
  void rejectsAMemberForWhomAGroupHasNoRoom() throws Exception {
    MongoChatStore store = open();
    server.follow(
        (_, request, next) ->
            ScriptedMongo.isOf(request, "update", "groups")
                    && ScriptedMongo.documents(request, "updates").toString().contains("$push")
                ? ScriptedMongo.refusal(
                    0, TOO_LARGE, "Resulting document after update is larger than 16777216")
                : next.apply(request));
    List<Object> outcomes =
        store.commit(
            List.of(
                Samples.append(1, 1, 1),
                Changes.join(1, 3),
                Samples.ifMember(1, 3, Samples.append(2, 1, 3)),
                Changes.settings(1, "new name", null, null, 1),
                Samples.append(3, 1, 2)));
    assertStored(1, outcomes.get(0));
    assertRejected(outcomes.get(1));
    assertEquals(Optional.empty(), outcomes.get(2));
    assertEquals(new GroupChanged.Done(), outcomes.get(3));
    assertStored(2, outcomes.get(4));
    assertEquals(
        List.of(Samples.userId(1), Samples.userId(2)),
        store.group(Samples.groupId(1)).orElseThrow().members().stream()
            .map(each -> each.userId())
            .toList());
  }
}
