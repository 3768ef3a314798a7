package dev.verbatim.server.socket;

import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.faults.Faults;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.Refusal;
import dev.verbatim.socketio.Socket;

/** Why what a socket asked for has failed: a store that does not answer, or a fault of ours. */
final class FailedEvent {
  private FailedEvent() {}

  /**
   * What the client is told. Of a fault it is told the id under which the log has it, by then at
   * the latest.
   *
   * @param doing what failed, as in "Failed …"
   */
  static Refusal refusal(String doing, Throwable cause, Socket socket, ErrorDetails subject) {
    return cause instanceof StoreException
        ? Refusal.unavailable(subject)
        : Refusal.internal(
            Faults.record(Faults.Owner.EVENT, doing, cause, "socketId", socket.publicId()),
            subject);
  }
}
