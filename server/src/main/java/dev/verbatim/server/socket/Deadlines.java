package dev.verbatim.server.socket;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Wakes clients at a second's precision, with one tick for all of them instead of a timer each: a
 * guest's ten seconds, a token's expiry. Guarded by its own lock. It holds at most one entry for
 * each client, which therefore are bounded as sockets are.
 */
final class Deadlines {
  private final NavigableMap<Long, Set<Client>> bySecond = new TreeMap<>();
  private final InstantSource clock;

  Deadlines(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Wakes the client at the first tick that is not before this time; the second to remove it by.
   */
  synchronized long add(Instant when, Client client) {
    long second = when.getEpochSecond() + (when.getNano() > 0 ? 1 : 0);
    bySecond.computeIfAbsent(second, _ -> new HashSet<>()).add(client);
    return second;
  }

  Instant now() {
    return clock.instant();
  }

  synchronized void remove(long second, Client client) {
    Set<Client> clients = bySecond.get(second);
    if (clients != null && clients.remove(client) && clients.isEmpty()) {
      bySecond.remove(second);
    }
  }

  /** Wakes all that are due, each on its own event loop. To be called once a second. */
  void tick() {
    List<Client> due = new ArrayList<>();
    synchronized (this) {
      NavigableMap<Long, Set<Client>> past =
          bySecond.headMap(clock.instant().getEpochSecond(), true);
      past.values().forEach(due::addAll);
      past.clear();
    }
    for (Client client : due) {
      client.onLoop("what a client's time brings", client::onDeadline);
    }
  }
}
