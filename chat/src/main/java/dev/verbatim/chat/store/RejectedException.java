package dev.verbatim.chat.store;

/**
 * The store rejects one write, whatever else it is asked, and holds nothing of it. The same write
 * is rejected again until somebody has mended what is in its way.
 */
public final class RejectedException extends StoreException {
  public RejectedException(String message, Throwable cause) {
    super(message, cause);
  }

  public RejectedException(String message) {
    super(message);
  }
}
