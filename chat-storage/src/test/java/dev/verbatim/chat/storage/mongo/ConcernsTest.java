package dev.verbatim.chat.storage.mongo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.bwaldvogel.mongo.bson.Document;
import dev.verbatim.chat.store.Changes;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.UserChange;
import dev.verbatim.chat.store.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a server is told of when a write counts, and of what may be read, whatever the address says.
 */
class ConcernsTest {
  private static final Set<String> WRITES =
      Set.of("insert", "update", "delete", "findAndModify", "createIndexes");
  private static final Set<String> QUESTIONS = Set.of("find", "aggregate", "count", "distinct");

  private final ScriptedMongo server = new ScriptedMongo();

  /** Guarded by the server's turns, until no store is open. */
  private final List<Document> requests = new ArrayList<>();

  @AfterEach
  void closeServer() {
    server.close();
  }

  @Test
  void writesForAMajorityWithItsJournalAndReadsWhatAMajorityHas() throws Exception {
    server.follow(
        (_, request, next) -> {
          requests.add(request.clone());
          return next.apply(request);
        });
    OldData.in(server.stores().contents()).messages(1, 5);
    requests.clear();
    String uri = server.stores().database().uri() + "?w=1&journal=false&readConcernLevel=local";
    MongoChatStore store = server.stores().open("a:1", Stores.LIMITS, uri);
    store.commit(
        List.of(
            new Write.PutUser(Samples.user(5)),
            new UserChange.Tell(Samples.user(5), /* isBanned= */ false, Samples.NOW),
            new Write.PutGroup(Samples.group(6, 5)),
            Changes.join(1, 5),
            Samples.append(1, 1, 1, "t", "message"),
            Samples.append(2, 6, 5),
            Samples.append(3, 1, 1, "t", "retry"),
            Samples.markRead(1, 2, 1),
            Changes.edit(1, 1, 1, "edited"),
            new Write.PutSession(Samples.session(7, 1, Samples.NOW)),
            new Write.EndSession(Samples.id(7), Samples.userId(1), Samples.NOW),
            new Write.RevokeSession("sess_1", Samples.NOW),
            new Write.Forget(Samples.NOW, Samples.NOW),
            new Write.EndSessionsBefore(Samples.NOW, Set.of()),
            new Write.Probe()));
    while (store.numberer().step()) {
      // On to the next piece.
    }
    assertEquals(6, store.messagesUpward(Samples.groupId(1), 1, 100, 100).size());
    var _ = store.standings(Samples.userId(1));
    var _ = store.others().orElseThrow().newMessages();
    store.close();
    Set<String> seen = new TreeSet<>();
    for (Document request : List.copyOf(requests)) {
      String command = request.keySet().iterator().next();
      if (WRITES.contains(command)) {
        assertWritten(request);
        seen.add(command);
      } else if (QUESTIONS.contains(command)) {
        assertEquals(Map.of("level", "majority"), concern(request, "readConcern"));
        seen.add(command);
      }
    }
    assertTrue(
        seen.containsAll(Set.of("insert", "update", "delete", "find", "createIndexes")),
        seen::toString);
  }

  private static void assertWritten(Document request) {
    Map<String, Object> concern = new HashMap<>(concern(request, "writeConcern"));
    // No server waits for its majority for ever: where all of an operation has one bound the driver
    // tells that one.
    boolean isBound = concern.remove("wtimeout") != null;
    assertTrue(isBound || request.containsKey("maxTimeMS"), request::toString);
    assertEquals(Map.of("w", "majority", "j", true), concern, request::toString);
  }

  private static Map<String, Object> concern(Document request, String name) {
    return request.get(name) instanceof Document concern ? Map.copyOf(concern) : Map.of();
  }
}
