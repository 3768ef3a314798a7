package dev.verbatim.server.socket;

import dev.verbatim.server.wire.ErrorDetails;
import java.util.List;

/**
 * One row of the contract's table of events.
 *
 * @param event its name
 * @param forGuests whether who has not signed in may use it
 * @param failsOverRate whether one that is dropped for its rate is told as a failure, too: somebody
 *     waits for what becomes of it, and asked for no callback
 * @param failure how a failure is told
 * @param subject what a failure is about
 * @param rules what its fields must be
 * @param action what it does
 */
record Row(
    String event,
    boolean forGuests,
    boolean failsOverRate,
    Failure failure,
    Subject subject,
    List<Rule> rules,
    Action action) {

  /** What a failure is about, as far as a payload says it legibly. */
  interface Subject {
    ErrorDetails of(Payload payload);
  }

  /** What the event does, once its shape is known to be right. Runs on the socket's event loop. */
  interface Action {
    void run(Client client, Payload payload, Reply reply);
  }
}
