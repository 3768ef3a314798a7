package dev.verbatim.chat.store;

/** The store had no time for a question, and has not looked for its answer. */
public final class BusyException extends StoreException {
  public BusyException(String message) {
    super(message);
  }
}
