package dev.verbatim.chat.store;

/** The store could not do what it was asked: a full disk, a read-only file, a lost connection. */
public sealed class StoreException extends Exception
    permits BusyException, NotYetException, RejectedException {
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  public StoreException(String message) {
    super(message);
  }
}
