package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.EnginePacket;
import java.util.Queue;

/** Confined to its session's event loop: sends each Engine.IO message back as it came. */
final class Echo implements Session.Listener {
  private final Session session;
  private final Queue<DisconnectReason> reasons;

  /**
   * @param reasons gets the reason of the session's end; safe for all threads
   */
  Echo(Session session, Queue<DisconnectReason> reasons) {
    this.session = session;
    this.reasons = reasons;
  }

  @Override
  public void onOpen() {}

  @Override
  public void onMessage(Bytes message, boolean text) {
    session.write(text ? new EnginePacket.Message(message) : new EnginePacket.Binary(message));
  }

  @Override
  public void onEnd(DisconnectReason reason) {
    reasons.add(reason);
  }
}
