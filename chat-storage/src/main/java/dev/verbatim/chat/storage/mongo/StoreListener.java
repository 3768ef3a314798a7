package dev.verbatim.chat.storage.mongo;

/**
 * Hears of what the store does by itself, and cannot throw at anybody. Called on threads of the
 * store's own, by several at a time; what it throws ends them.
 */
public interface StoreListener {
  /** Something that an operator should know, in a sentence. It quotes no document. */
  void onWarning(String sentence);

  /**
   * A bug was met. What failed is tried again.
   *
   * @param doing what failed, as in "Failed …"; it quotes no document
   */
  void onFault(String doing, Throwable cause);
}
