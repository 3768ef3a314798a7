package dev.verbatim.chat.storage.mongo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.store.Changes;
import dev.verbatim.chat.store.GroupChanged;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import dev.verbatim.chat.store.Write.Appended;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The server that is written to steps down, or goes, in the middle of a write. The one that follows
 * it is the same process here, which knows of the write all, a part or nothing.
 */
@Timeout(120)
class FailoverTest {
  /** Documents of an insert that are in the database when it ends. */
  private static final int INSERTED = 2;

  private static final int MESSAGES = 5;

  private final ScriptedMongo server = new ScriptedMongo();

  @AfterEach
  void closeServer() {
    server.close();
  }

  /** How a server tells that it is no primary any more (error_codes.yml). */
  enum End {
    NOT_WRITABLE_PRIMARY(10_107),
    PRIMARY_STEPPED_DOWN(189),
    INTERRUPTED_DUE_TO_REPL_STATE_CHANGE(11_602),

    /** By the write's own error, as a router passes it on. */
    WRITE_ERROR(10_107),

    /** Not at all. */
    CUT(0);

    private final int code;

    End(int code) {
      this.code = code;
    }

    Document answer(Channel client, int place) {
      return switch (this) {
        case NOT_WRITABLE_PRIMARY, PRIMARY_STEPPED_DOWN, INTERRUPTED_DUE_TO_REPL_STATE_CHANGE ->
            throw new MongoServerError(code, toString(), "The test has a failover");
        case WRITE_ERROR -> ScriptedMongo.refusal(place, code, "The test has a failover");
        case CUT -> {
          var _ = client.close().syncUninterruptibly();
          yield new Document("ok", 1.0);
        }
      };
    }
  }

  /** A store with users 1 to 3, groups 1 and 2, and one message in the first. */
  private MongoChatStore open(Limits limits) throws StoreException {
    MongoChatStore store = server.stores().open("a:1", limits, server.stores().database().uri());
    store.commit(
        List.of(
            new Write.PutUser(Samples.user(1)),
            new Write.PutUser(Samples.user(2)),
            new Write.PutUser(Samples.user(3)),
            new Write.PutGroup(Samples.group(1, 1, 2)),
            new Write.PutGroup(Samples.group(2, 1)),
            Samples.append(1, 1, 1)));
    return store;
  }

  /** Messages for group 1, every second of which has a name, and one for group 2. */
  private static List<Write<?>> batch() {
    List<Write<?>> writes = new ArrayList<>();
    for (int id = 2; id < 2 + MESSAGES; id++) {
      writes.add(Samples.append(id, 1, 1, id % 2 == 0 ? "t" + id : null, "message " + id));
    }
    writes.add(2, Samples.append(90, 2, 1));
    return writes;
  }

  private static List<Long> seqs(List<Object> outcomes) {
    return outcomes.stream()
        .map(each -> assertInstanceOf(Appended.Stored.class, each).message().seq())
        .toList();
  }

  private void assertHolds(MongoChatStore store) throws StoreException {
    List<Message> messages = store.messagesUpward(Samples.groupId(1), 1, Long.MAX_VALUE, 100);
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), messages.stream().map(Message::seq).toList());
    assertEquals(MESSAGES + 2, server.stores().contents().messages().countDocuments());
    assertEquals(List.of(), MongoStoreCheck.findings(server.stores().contents()));
  }

  /** What is done with the first insert of messages; all others are done as ever. */
  private void atFirstInsert(SerialBackend.Script script) {
    boolean[] isOver = {false};
    server.follow(
        (client, request, next) -> {
          if (isOver[0] || !ScriptedMongo.isOf(request, "insert", "messages")) {
            return next.apply(request);
          }
          isOver[0] = true;
          return script.answer(client, request, next);
        });
  }

  @ParameterizedTest
  @EnumSource
  void writesEachMessageOnceThoughTheServerEndsInTheMiddle(End end) throws Exception {
    MongoChatStore store = open(Stores.LIMITS);
    atFirstInsert(
        (client, request, next) ->
            end.answer(client, ScriptedMongo.insertFirst(request, INSERTED, next)));
    assertEquals(List.of(2L, 3L, 1L, 4L, 5L, 6L), seqs(store.commit(batch())));
    assertHolds(store);
    assertEquals(
        List.of(7L), seqs(store.commit(List.of(Samples.append(50, 1, 2, "next", "next")))));
  }

  @ParameterizedTest
  @EnumSource
  void writesAgainWhatTheNextServerHasLost(End end) throws Exception {
    MongoChatStore store = open(Stores.LIMITS);
    atFirstInsert(
        (client, request, next) -> {
          int place = ScriptedMongo.insertFirst(request, INSERTED, next);
          rollBack(request, place, next);
          return end.answer(client, place);
        });
    assertEquals(List.of(2L, 3L, 1L, 4L, 5L, 6L), seqs(store.commit(batch())));
    assertHolds(store);
  }

  private static void rollBack(Document insert, int count, UnaryOperator<Document> server) {
    for (Document lost : ScriptedMongo.documents(insert, "documents").subList(0, count)) {
      var _ =
          server.apply(
              new Document("delete", "messages")
                  .append(
                      "deletes",
                      List.of(
                          new Document("q", new Document("_id", lost.get("_id")))
                              .append("limit", 1)))
                  .append("$db", insert.get("$db")));
    }
  }

  @ParameterizedTest
  @EnumSource
  void acknowledgesNothingWhereNoServerFollowsInTime(End end) throws Exception {
    MongoChatStore store =
        open(
            Stores.LIMITS.withWaits(
                Duration.ofSeconds(2), Duration.ofMinutes(1), Duration.ofSeconds(1)));
    server.follow(
        (client, request, next) ->
            ScriptedMongo.isOf(request, "insert", "messages")
                ? end.answer(client, ScriptedMongo.insertFirst(request, 0, next))
                : next.apply(request));
    assertThrows(StoreException.class, () -> store.commit(batch()));
    assertEquals(1, server.stores().contents().messages().countDocuments());
    server.follow((_, request, next) -> next.apply(request));
    Stores.awaitBack(store);
    assertEquals(List.of(2L, 3L, 1L, 4L, 5L, 6L), seqs(store.commit(batch())));
    assertHolds(store);
  }

  @ParameterizedTest
  @EnumSource
  void makesAChangeOnceThoughTheServerEndsBehindIt(End end) throws Exception {
    MongoChatStore store = open(Stores.LIMITS);
    boolean[] isOver = {false};
    server.follow(
        (client, request, next) -> {
          if (isOver[0] || !ScriptedMongo.isOf(request, "update", "groups")) {
            return next.apply(request);
          }
          isOver[0] = true;
          var _ = next.apply(request);
          return end.answer(client, 0);
        });
    assertEquals(List.of(new GroupChanged.Done()), store.commit(List.of(Changes.join(1, 3))));
    assertTrue(isOver[0]);
    assertEquals(3, store.group(Samples.groupId(1)).orElseThrow().members().size());
  }

  @Test
  void looksAgainForAQuestionThatTheServerEndedAt() throws Exception {
    MongoChatStore store = open(Stores.LIMITS);
    boolean[] isOver = {false};
    server.follow(
        (client, request, next) -> {
          if (!isOver[0] && ScriptedMongo.isOf(request, "find", "users")) {
            isOver[0] = true;
            return End.NOT_WRITABLE_PRIMARY.answer(client, 0);
          }
          return next.apply(request);
        });
    assertEquals(Samples.user(1), store.user(Samples.userId(1)).orElseThrow());
    assertTrue(isOver[0]);
  }
}
