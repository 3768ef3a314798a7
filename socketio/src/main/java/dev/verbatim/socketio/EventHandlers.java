package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.EventNames;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The handlers of a namespace, or of one socket, by the names of events. Safe for all threads;
 * asked without a lock.
 */
final class EventHandlers {
  private static final Entry[] NONE = {};

  /** Neither the map nor an array is ever changed once it stands here. */
  private volatile Map<String, Entry[]> byName = Map.of();

  private volatile Entry[] any = NONE;

  /** A handler, as it was added once. Compared by identity. */
  private static final class Entry {
    private final EventHandler handler;

    /** Whether it is for one event only. */
    private final boolean once;

    Entry(EventHandler handler, boolean once) {
      this.handler = handler;
      this.once = once;
    }
  }

  /**
   * Adds a handler behind those that the event has.
   *
   * @throws IllegalArgumentException if no client can emit an event of this name
   */
  void on(String event, EventHandler handler) {
    add(event, new Entry(handler, false));
  }

  /** Adds a handler for the next event of the name only. */
  void once(String event, EventHandler handler) {
    add(event, new Entry(handler, true));
  }

  private synchronized void add(String event, Entry entry) {
    if (EventNames.isReserved(event)) {
      throw new IllegalArgumentException(
          "\"" + event + "\" is a reserved event name; there is a method for what it tells");
    }
    Map<String, Entry[]> changed = new HashMap<>(byName);
    changed.put(event, with(changed.getOrDefault(event, NONE), entry));
    byName = changed;
  }

  /** The names of the events that have handlers. */
  Set<String> names() {
    return Collections.unmodifiableSet(byName.keySet());
  }

  /** Removes an event's handlers. */
  synchronized void off(String event) {
    Map<String, Entry[]> changed = new HashMap<>(byName);
    changed.remove(event);
    byName = changed;
  }

  /** Removes a handler from an event, as often as it was added. */
  void off(String event, EventHandler handler) {
    remove(event, entry -> entry.handler.equals(handler));
  }

  private synchronized boolean remove(String event, Predicate<Entry> which) {
    Entry[] before = byName.getOrDefault(event, NONE);
    Entry[] after = without(before, which);
    if (after.length == before.length) {
      return false;
    }
    Map<String, Entry[]> changed = new HashMap<>(byName);
    if (after.length == 0) {
      changed.remove(event);
    } else {
      changed.put(event, after);
    }
    byName = changed;
    return true;
  }

  /** Adds a handler of all events behind those there are. */
  synchronized void onAny(EventHandler handler) {
    any = with(any, new Entry(handler, false));
  }

  /** Removes the handlers of all events. */
  synchronized void offAny() {
    any = NONE;
  }

  /** Removes one handler of all events. */
  synchronized void offAny(EventHandler handler) {
    any = without(any, entry -> entry.handler.equals(handler));
  }

  /** Lets those that see all events see one. */
  void showAny(Socket socket, Event event) throws Exception {
    for (Entry entry : any) {
      entry.handler.handle(socket, event);
    }
  }

  /** Calls the handlers of an event's name; false if there are none. */
  boolean handle(Socket socket, Event event) throws Exception {
    Entry[] entries = byName.get(event.name());
    if (entries == null) {
      return false;
    }
    for (Entry entry : entries) {
      // Several sockets' events may meet here at once; one of them removes it.
      if (!entry.once || remove(event.name(), entry::equals)) {
        entry.handler.handle(socket, event);
      }
    }
    return true;
  }

  /** Becomes a copy of another set: the handlers that were here go. */
  synchronized void copyFrom(EventHandlers other) {
    byName = other.byName;
    any = other.any;
  }

  private static Entry[] with(Entry[] entries, Entry added) {
    Entry[] more = Arrays.copyOf(entries, entries.length + 1);
    more[entries.length] = added;
    return more;
  }

  private static Entry[] without(Entry[] entries, Predicate<Entry> which) {
    return Arrays.stream(entries).filter(which.negate()).toArray(Entry[]::new);
  }
}
