package dev.verbatim.chat.storage.mongo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.storage.RandomWrites;
import dev.verbatim.chat.storage.Told;
import dev.verbatim.chat.store.InMemoryChatStore;
import dev.verbatim.chat.store.Write;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Whatever is committed to the store in memory, in which the port's own rules are applied to whole
 * values, and to a database: each says the same of every write, and holds the same afterwards.
 * Batches that a store refuses are not among them, of which a database may hold a part.
 */
class AgreementPropertyTest {
  private static final int BATCHES = 60;

  @Property(tries = 4)
  void aDatabaseHoldsWhatAModelOfItHolds(@ForAll long seed, @ForAll boolean isForgetful)
      throws Exception {
    RandomWrites writes = new RandomWrites(seed);
    Limits limits = isForgetful ? Stores.LIMITS.withHeadsMax(1).withReadByMax(1) : Stores.LIMITS;
    try (InMemoryChatStore model = new InMemoryChatStore();
        Stores stores = Stores.on(MongoUnderTest.JAVA_SERVER)) {
      MongoChatStore store = stores.open("a:1", limits, stores.database().uri());
      assertEquals(model.commit(RandomWrites.BEGINNING), store.commit(RandomWrites.BEGINNING));
      for (int i = 0; i < BATCHES; i++) {
        List<Write<?>> batch = writes.batch();
        assertEquals(Told.outcomes(model, batch), Told.outcomes(store, batch), batch::toString);
        assertEquals(Told.by(model).byTimes(), Told.by(store), batch::toString);
      }
      MongoChatStore again = stores.open("b:1", limits, stores.database().uri());
      assertEquals(Told.by(model).byTimes(), Told.by(again));
    }
  }
}
