package dev.verbatim.chat.storage.mongo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoClientException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoWriteConcernException;
import com.mongodb.MongoWriteException;
import com.mongodb.ServerAddress;
import com.mongodb.WriteError;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.bulk.WriteConcernError;
import dev.verbatim.chat.store.StoreException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
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

  private static final ServerAddress ADDRESS = new ServerAddress();

  private static final String DUPLICATE =
      "E11000 duplicate key error collection: chat.users index: email_1 dup key: { email: \"ada@x\""
          + " }";

  /** What is told of an exception: by its words, and by those of all that stands behind it. */
  private static void assertTells(String words, MongoException e) {
    StoreException failed = Failures.failed("The database refuses", e);
    assertEquals("The database refuses: " + words, failed.getMessage());
    assertEquals(failed.getMessage(), Failures.rejected(e).getMessage());
    StringWriter whole = new StringWriter();
    failed.printStackTrace(new PrintWriter(whole));
    Failures.rejected(e).printStackTrace(new PrintWriter(whole));
    assertFalse(whole.toString().contains("ada@x"), whole::toString);
  }

  @Test
  void tellsNothingOfADocumentThatAnIndexRefuses() {
    BsonDocument details = new BsonDocument("considered", new BsonString("ada@x"));
    assertTells(
        "error 11000, by the index email_1",
        new MongoWriteException(new WriteError(11_000, DUPLICATE, details), ADDRESS, Set.of()));
    assertTells(
        "error 11000, by the index email_1",
        new MongoBulkWriteException(
            BulkWriteResult.unacknowledged(),
            List.of(new BulkWriteError(11_000, DUPLICATE, details, 0)),
            null,
            ADDRESS,
            Set.of()));
    assertTells(
        "error 11000, DuplicateKey, by the index email_1",
        command(11_000, "DuplicateKey", "Plan executor error :: caused by :: " + DUPLICATE));
    assertTells(
        "error 11000, by a unique index",
        new MongoWriteException(
            new WriteError(11_000, "the key ada@x is there", details), ADDRESS, Set.of()));
  }

  @Test
  void tellsNothingOfADocumentThatAValidatorRefuses() {
    BsonDocument details = new BsonDocument("consideredValue", new BsonString("ada@x"));
    WriteError error = new WriteError(121, "Document failed validation", details);
    assertTells("error 121", new MongoWriteException(error, ADDRESS, Set.of()));
  }

  @Test
  void tellsOfOtherErrorsOfAServerTheirCodes() {
    assertTells("error 13, Unauthorized", command(13, "Unauthorized", "not for { to: 'ada@x' }"));
    assertTells(
        "error 64, WriteConcernTimeout",
        new MongoWriteConcernException(
            new WriteConcernError(
                64, "WriteConcernTimeout", "ada@x", new BsonDocument("a", new BsonString("ada@x"))),
            null,
            ADDRESS,
            Set.of()));
    assertTells("MongoClientException", new MongoClientException("of ada@x"));
  }

  @Test
  void tellsWhatTheDriverItselfSaysOfConnections() {
    MongoSocketException cut = new MongoSocketException("Connection reset", ADDRESS);
    assertTells("Connection reset", cut);
    assertTells("No time left", new MongoOperationTimeoutException("No time left", cut));
    assertTells(
        "MongoOperationTimeoutException",
        new MongoOperationTimeoutException("No time left: ada@x", command(50, "", "ada@x")));
  }

  private static MongoCommandException command(int code, String name, String words) {
    return new MongoCommandException(
        new BsonDocument("ok", new BsonInt32(0))
            .append("code", new BsonInt32(code))
            .append("codeName", new BsonString(name))
            .append("errmsg", new BsonString(words)),
        ADDRESS);
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
