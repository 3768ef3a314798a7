package dev.verbatim.chat.store;

/**
 * The store cannot tell yet what it is asked: it is well, and makes ready what it takes for that.
 */
public final class NotYetException extends StoreException {
  public NotYetException(String message, Throwable cause) {
    super(message, cause);
  }
}
