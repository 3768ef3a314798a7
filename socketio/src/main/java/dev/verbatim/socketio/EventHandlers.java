package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.EventNames;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The handlers of a namespace, or of one socket, by the names of events. Safe for all threads;
 * asked without a lock.
 */
final class EventHandlers {
  /** Never changed once it stands here. */
  private volatile Map<String, EventHandler> byName = Map.of();

  private volatile @Nullable EventHandler any;

  /**
   * Adds a handler behind those that the event has.
   *
   * @throws IllegalArgumentException if no client can emit an event of this name
   */
  synchronized void on(String event, EventHandler handler) {
    if (EventNames.isReserved(event)) {
      throw new IllegalArgumentException("reserved event name: " + event);
    }
    Map<String, EventHandler> changed = new HashMap<>(byName);
    changed.merge(event, handler, EventHandlers::both);
    byName = changed;
  }

  /** Removes an event's handlers. */
  synchronized void off(String event) {
    Map<String, EventHandler> changed = new HashMap<>(byName);
    changed.remove(event);
    byName = changed;
  }

  /** Adds a handler of all events behind those there are. */
  synchronized void onAny(EventHandler handler) {
    EventHandler old = any;
    any = old == null ? handler : both(old, handler);
  }

  /** What handles the events of a name. */
  @Nullable EventHandler of(String event) {
    return byName.get(event);
  }

  /** What sees all events. */
  @Nullable EventHandler any() {
    return any;
  }

  private static EventHandler both(EventHandler first, EventHandler second) {
    return (socket, event) -> {
      first.handle(socket, event);
      second.handle(socket, event);
    };
  }
}
