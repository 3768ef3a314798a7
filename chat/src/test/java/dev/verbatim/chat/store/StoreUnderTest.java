package dev.verbatim.chat.store;

import java.util.ArrayList;
import java.util.List;

/** A store that a contract is about. Tests commit from their own thread. */
public interface StoreUnderTest {
  /** The store, which is empty when a test begins. */
  ChatStore store();

  /** Closes the store and opens it again, as a new process would find it. */
  ChatStore reopen() throws Exception;

  /** Commits one write alone. */
  @SuppressWarnings("unchecked")
  default <R> R commit(Write<R> write) throws StoreException {
    return (R) store().commit(List.of(write)).getFirst();
  }

  /** Commits users 1 to 4. */
  default void putUsers() throws StoreException {
    commit(
        new Write.PutUser(Samples.user(1)),
        new Write.PutUser(Samples.user(2)),
        new Write.PutUser(Samples.user(3)),
        new Write.PutUser(Samples.user(4)));
  }

  /** Commits writes at once. */
  default List<Object> commit(Write<?> first, Write<?> second, Write<?>... more)
      throws StoreException {
    List<Write<?>> writes = new ArrayList<>(List.of(first, second));
    writes.addAll(List.of(more));
    return store().commit(writes);
  }
}
