package dev.verbatim.chat.storage.mongo;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.ServerAddress;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.bulk.BulkWriteResult;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class FailuresTest {
  private static MongoBulkWriteException bulk(int code) {
    return new MongoBulkWriteException(
        BulkWriteResult.unacknowledged(),
        List.of(new BulkWriteError(code, "of a bulk", new BsonDocument(), 0)),
        null,
        new ServerAddress(),
        Set.of());
  }

  @Test
  void tellsADuplicateKeyOfABulkByItsErrors() {
    assertTrue(Failures.isDuplicateKey(bulk(Failures.DUPLICATE_KEY)));
    assertFalse(Failures.isDuplicateKey(bulk(121)));
  }

  @Test
  void tellsAFailureOfAMomentOfABulkByItsErrors() {
    assertTrue(Failures.isMomentary(bulk(10_107)));
    assertFalse(Failures.isMomentary(bulk(Failures.DUPLICATE_KEY)));
  }
}
