package dev.verbatim.chat.storage.mongo;

import com.mongodb.MongoException;
import dev.verbatim.chat.store.NotYetException;
import dev.verbatim.chat.store.StoreException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What all questions have in common: each has so much time in all, for the choice of a server, a
 * connection, the answer and, if that was lost, another attempt; and what the driver throws leaves
 * as the port's own exception. For any thread.
 */
final class Questions {
  private Questions() {}

  /** The collections as questions use them, and commits for each of their attempts. */
  static Collections on(Collections collections, Limits limits) {
    return collections.map(
        each -> each.withTimeout(limits.answerWait().toMillis(), TimeUnit.MILLISECONDS));
  }

  /**
   * The answer to a question.
   *
   * @throws StoreException if the database cannot answer; it says why, and nothing of passwords
   */
  static <T extends @Nullable Object> T ask(Question<T> question) throws StoreException {
    try {
      return question.ask();
    } catch (UncountedException e) {
      throw new NotYetException("The database cannot answer yet: " + Failures.reason(e), e);
    } catch (MongoException e) {
      throw Failures.failed("The database cannot answer", e);
    }
  }

  /**
   * The same of a group among others, which are told without it: its old messages are being
   * counted, and until then it is as if it had none.
   */
  static <T> Optional<T> unlessUncounted(Question<Optional<T>> question) throws StoreException {
    try {
      return question.ask();
    } catch (NotYetException _) {
      return Optional.empty();
    }
  }

  /** Something that is asked of the database. */
  interface Question<T extends @Nullable Object> {
    T ask() throws StoreException;
  }
}
