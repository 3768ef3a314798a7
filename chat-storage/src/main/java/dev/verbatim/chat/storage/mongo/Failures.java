package dev.verbatim.chat.storage.mongo;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoConnectionPoolClearedException;
import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoServerException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.MongoWriteConcernException;
import com.mongodb.MongoWriteException;
import com.mongodb.WriteError;
import com.mongodb.bulk.WriteConcernError;
import dev.verbatim.chat.store.RejectedException;
import dev.verbatim.chat.store.StoreException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the driver's exceptions mean. */
final class Failures {
  /** The key of a unique index is there already (src/mongo/base/error_codes.yml). */
  static final int DUPLICATE_KEY = 11_000;

  /**
   * Codes of failures of a moment (error_codes.yml): HostUnreachable, HostNotFound,
   * MaxTimeMSExpired, WriteConcernTimeout, NetworkTimeout, ShutdownInProgress, PrimarySteppedDown,
   * ExceededTimeLimit, SocketException, NotWritablePrimary, InterruptedAtShutdown,
   * InterruptedDueToReplStateChange, NotPrimaryNoSecondaryOk, NotPrimaryOrSecondary; and
   * WriteConflict, which a server that has no transactions of ours tells where two writes met.
   */
  private static final Set<Integer> MOMENTARY =
      Set.of(6, 7, 50, 64, 89, 91, 112, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436);

  /**
   * Codes with which a server refuses one document for what is in it or in others of its
   * collection, and no other for that (error_codes.yml): BadValue, TypeMismatch, PathNotViable,
   * DocumentValidationFailure, CannotIndexParallelArrays, BSONObjectTooLarge, DuplicateKey,
   * KeyTooLong, and those that have no name, of an update and of an upsert whose document would be
   * too large. A full disk, or a right that is missing, is not among them.
   */
  private static final Set<Integer> OF_ONE_DOCUMENT =
      Set.of(2, 14, 28, 121, 171, 10334, DUPLICATE_KEY, 17280, 17419, 17420);

  /** How a server names the index that has refused a document, before it quotes the document. */
  private static final Pattern REFUSING_INDEX =
      Pattern.compile("E11000 duplicate key error (?:collection: \\S+ )?index: (\\S+)");

  private Failures() {}

  /**
   * Whether the same operation may succeed in a moment. Then it is open whether it was done, even
   * if it was a write.
   */
  static boolean isMomentary(MongoException e) {
    return switch (e) {
      case MongoInterruptedException _ -> false;
      case MongoSocketException _,
          MongoTimeoutException _,
          MongoNotPrimaryException _,
          MongoNodeIsRecoveringException _,
          MongoConnectionPoolClearedException _,
          MongoWriteConcernException _ ->
          true;
      case MongoSecurityException security ->
          security.getCause() instanceof MongoException cause && isMomentary(cause);
      case MongoBulkWriteException bulk ->
          bulk.getWriteConcernError() != null
              || bulk.getWriteErrors().stream()
                  .anyMatch(error -> MOMENTARY.contains(error.getCode()));
      default -> MOMENTARY.contains(e.getCode()) || e.hasErrorLabel("RetryableWriteError");
    };
  }

  /** Whether it is about one document alone, and others would be taken. */
  static boolean isOfOneDocument(MongoException e) {
    return e instanceof UncountedException
        || (e instanceof MongoWriteException && OF_ONE_DOCUMENT.contains(e.getCode()));
  }

  /** Whether it is about some of the documents alone, and the others were taken. */
  static boolean isOfSomeDocuments(MongoBulkWriteException e) {
    return e.getWriteConcernError() == null
        && !e.getWriteErrors().isEmpty()
        && e.getWriteErrors().stream().allMatch(error -> OF_ONE_DOCUMENT.contains(error.getCode()));
  }

  /** Whether a unique index has refused it, or something of it. */
  static boolean isDuplicateKey(MongoException e) {
    return e instanceof MongoBulkWriteException bulk
        ? bulk.getWriteErrors().stream().anyMatch(error -> error.getCode() == DUPLICATE_KEY)
        : e.getCode() == DUPLICATE_KEY;
  }

  /** The rejection of one write. */
  static RejectedException rejected(MongoException e) {
    String words = "The database refuses: " + reason(e);
    return quotesNothing(e) ? new RejectedException(words, e) : new RejectedException(words);
  }

  /** What a question or a commit fails with. */
  static StoreException failed(String what, MongoException e) {
    String words = what + ": " + reason(e);
    return quotesNothing(e) ? new StoreException(words, e) : new StoreException(words);
  }

  /**
   * Why, in a line. What a server says may quote a document, and so what people write and who they
   * are: of that there is the code alone, and the index that has refused something. The driver
   * itself tells of addresses and users' names, and never of a password.
   */
  static String reason(MongoException e) {
    if (quotesNothing(e)) {
      String message = String.valueOf(e.getMessage());
      int line = message.indexOf('\n');
      return line < 0 ? message : message.substring(0, line);
    }
    return switch (e) {
      case MongoBulkWriteException bulk when !bulk.getWriteErrors().isEmpty() ->
          reason(bulk.getWriteErrors().getFirst());
      case MongoBulkWriteException bulk when bulk.getWriteConcernError() != null ->
          reason(bulk.getWriteConcernError());
      case MongoWriteException write -> reason(write.getError());
      case MongoWriteConcernException concern -> reason(concern.getWriteConcernError());
      case MongoServerException server ->
          reason(server.getCode(), server.getErrorCodeName(), String.valueOf(server.getMessage()));
      default -> e.getClass().getSimpleName();
    };
  }

  private static String reason(WriteError error) {
    return reason(error.getCode(), null, error.getMessage());
  }

  private static String reason(WriteConcernError error) {
    return reason(error.getCode(), error.getCodeName(), "");
  }

  private static String reason(int code, @Nullable String name, String message) {
    StringBuilder words = new StringBuilder("error ").append(code);
    if (name != null && !name.isEmpty()) {
      words.append(", ").append(name);
    }
    if (code == DUPLICATE_KEY) {
      Matcher index = REFUSING_INDEX.matcher(message);
      words.append(index.find() ? ", by the index " + index.group(1) : ", by a unique index");
    }
    return words.toString();
  }

  /** Whether it is the driver's or our own, and has no word of a server's about a document. */
  private static boolean quotesNothing(MongoException e) {
    return switch (e) {
      // An operation that has no time left tells what it has met last.
      case MongoTimeoutException timeout ->
          !(timeout.getCause() instanceof MongoException cause) || quotesNothing(cause);
      case MongoSocketException _,
          MongoSecurityException _,
          MongoConnectionPoolClearedException _,
          MongoInterruptedException _,
          UncountedException _ ->
          true;
      default -> false;
    };
  }
}
