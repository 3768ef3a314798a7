package dev.verbatim.chat.store;

import java.util.List;

/**
 * Where the chat is kept. Writes come from one thread, a batch at a time; questions from any
 * thread, at the same time, and they see what is committed. All methods block: they are never
 * called on an event loop. Every adapter passes {@code ChatStoreContract}.
 *
 * <p>Times are kept to the millisecond; what is finer is cut off, in outcomes too. A write that
 * names a user or group which does not exist may be refused with a {@link StoreException}.
 */
public interface ChatStore
    extends MessageStore, GroupStore, UserStore, SessionStore, AutoCloseable {

  /**
   * Commits all of these writes, in this order, or none. When it returns they are synced to disk.
   *
   * @return the outcome of each write, at the same place, of the write's own type
   * @throws StoreException if the store cannot take them; it holds none of them then, and may be
   *     tried again
   */
  List<Object> commit(List<? extends Write<?>> writes) throws StoreException;

  /**
   * Returns if the store can answer.
   *
   * @throws StoreException if it cannot
   */
  void ping() throws StoreException;

  @Override
  void close() throws StoreException;
}
