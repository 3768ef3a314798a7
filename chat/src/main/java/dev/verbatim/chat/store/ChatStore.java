package dev.verbatim.chat.store;

import java.util.List;
import java.util.Optional;

/**
 * Where the chat is kept. Writes come from one thread, a batch at a time; questions from any
 * thread, at the same time, and they see what is committed. All methods block: they are never
 * called on an event loop. Every adapter passes {@code ChatStoreContract}.
 *
 * <p>Times are kept to the millisecond; what is finer is cut off, in outcomes too. A write that
 * names a user or group which does not exist may be refused with a {@link StoreException}.
 */
public interface ChatStore
    extends MessageStore,
        GroupStore,
        UserStore,
        SessionStore,
        IdentityStore,
        CopySource,
        AutoCloseable {

  /**
   * Commits all of these writes, in this order. When it returns they are durable.
   *
   * <p>A write that the store cannot take, and would not take by itself either, costs only itself
   * where that can be told: its outcome is {@link Write.Rejected}, and those behind it are decided
   * as if it had not been there. A rejected message has no seq, so that the next one has it.
   *
   * @return the outcome of each write, at the same place: of the write's own type, or {@link
   *     Write.Rejected}
   * @throws StoreException if the store cannot take them. One with transactions holds none of them
   *     then. Of one without, it is open which it holds: some from the front, or all of them, if
   *     only its answer was lost; each of them whole, and never one without those that stand before
   *     it in its group
   */
  List<Object> commit(List<? extends Write<?>> writes) throws StoreException;

  /**
   * Returns if the store can answer.
   *
   * @throws StoreException if it cannot
   */
  void ping() throws StoreException;

  /** The others who write to this store; empty for one that this process has to itself. */
  Optional<OtherWriters> others();

  @Override
  void close() throws StoreException;
}
