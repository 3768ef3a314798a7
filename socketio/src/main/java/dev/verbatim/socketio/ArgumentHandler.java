package dev.verbatim.socketio;

import org.jspecify.annotations.Nullable;

/**
 * Handles the events of one name by their first argument.
 *
 * @param <T> what the argument is read as
 */
@FunctionalInterface
public interface ArgumentHandler<T> {
  /**
   * Called as {@link EventHandler#handle} is.
   *
   * @param argument the event's first argument
   * @param ack the client's callback
   */
  void handle(Socket socket, T argument, Ack ack) throws Exception;

  /**
   * The same as a handler of events, which fails with a {@link BadArgumentException} where there is
   * no such argument: none at all, null, or one that cannot be read as the type.
   */
  static <T> EventHandler of(Class<T> type, ArgumentHandler<T> handler) {
    return (socket, event) -> handler.handle(socket, first(event, type), event.ack());
  }

  private static <T> T first(Event event, Class<T> type) throws BadArgumentException {
    @Nullable T argument;
    try {
      argument = event.argumentCount() == 0 ? null : event.argument(0, type);
    } catch (RuntimeException e) {
      throw new BadArgumentException(event.name(), type, e);
    }
    if (argument == null) {
      throw new BadArgumentException(event.name(), type, null);
    }
    return argument;
  }
}
