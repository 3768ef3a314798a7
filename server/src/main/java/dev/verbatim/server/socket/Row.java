package dev.verbatim.server.socket;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of the contract's table of events.
 *
 * @param event its name
 * @param failureEvent the event that a failure is told by; null for a silent row, where only a
 *     callback hears of it
 * @param rules what its fields must be
 */
record Row(String event, @Nullable String failureEvent, List<Rule> rules, Action action) {

  /** What the event does, once its shape is known to be right. Runs on the socket's event loop. */
  interface Action {
    void run(Client client, Payload payload, Reply reply);
  }
}
