package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Sorts.ascending;
import static com.mongodb.client.model.Sorts.descending;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.ExplainVerbosity;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import dev.verbatim.chat.storage.mongo.OldMessages.Old;
import dev.verbatim.chat.store.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pages of a history come from an index in their order, as the server itself explains. */
abstract class HistoryIndexContract extends DatabaseContract {
  HistoryIndexContract(MongoUnderTest server) {
    super(server);
  }

  @BeforeEach
  void fill() {
    server().assumeHonours(Demand.EXPLAINS);
    server().assumeHonours(Demand.SORTS_BY_INDEX);
    var _ = OldData.in(stores().contents()).messages(1, 500);
  }

  @Test
  void findsNumberedMessagesByTheirIndexInBothDirections() throws Exception {
    MongoChatStore store = stores().open("a:1");
    while (store.numberer().step()) {
      // On to the next piece.
    }
    for (var order : List.of(ascending(Fields.SEQ_KEY), descending(Fields.SEQ_KEY))) {
      assertOnIndex(
          stores()
              .contents()
              .messages()
              .find(MessageQueries.between(Samples.groupId(1), 100, 300))
              .sort(order)
              .limit(50));
    }
  }

  @Test
  void findsOldMessagesByAnIndexBeforeTheyAreNumbered() {
    // Stores make it in the background.
    MongoCollection<Document> messages = stores().contents().messages();
    String _ = messages.createIndex(ascending(Fields.GROUP_ID, Fields.CREATED_AT, Fields.ID));
    OldMessages oldMessages = new OldMessages(messages);
    Old old = Objects.requireNonNull(oldMessages.find(Samples.groupId(1)));
    assertOnIndex(oldMessages.query(old, /* isUpward= */ true).limit(50));
    assertOnIndex(oldMessages.query(old, /* isUpward= */ false).limit(50));
  }

  private static void assertOnIndex(FindIterable<Document> query) {
    List<String> stages = new ArrayList<>();
    collect(query.explain(ExplainVerbosity.QUERY_PLANNER).get("queryPlanner"), stages);
    assertTrue(stages.contains("IXSCAN"), () -> "no index: " + stages);
    assertFalse(stages.contains("COLLSCAN"), () -> "all documents: " + stages);
    assertFalse(stages.contains("SORT"), () -> "sorted in memory: " + stages);
  }

  /** The stages of the plan that won, wherever the server writes them. */
  private static void collect(@Nullable Object plan, List<String> stages) {
    switch (plan) {
      case Document document ->
          document.forEach(
              (key, value) -> {
                if (key.equals("stage")) {
                  stages.add(String.valueOf(value));
                } else if (!key.equals("rejectedPlans")) {
                  collect(value, stages);
                }
              });
      case List<?> list -> list.forEach(each -> collect(each, stages));
      case null, default -> {
        // A value of a stage.
      }
    }
  }
}
