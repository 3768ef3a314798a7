package dev.verbatim.socketio;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds back what a room brings for one socket, from {@link Socket#joinHolding} to {@link
 * #release}, so that history can go out first. Confined to the socket's event loop but for {@link
 * #release}.
 *
 * <p>What is held counts against {@link Limits#queuedBytesMax}. It goes away with the membership:
 * leaving the room, or disconnecting, drops it.
 */
public final class Hold {
  private final Socket socket;

  /** What it holds, from when the socket's loop has got to it. */
  private @Nullable Membership membership;

  /** The hold that began before this one and is not released; the membership has the newest. */
  private @Nullable Hold older;

  private List<Frame> held = new ArrayList<>();
  private long heldBytes;

  Hold(Socket socket) {
    this.socket = socket;
  }

  void onJoined(Membership held) {
    membership = held;
    older = held.hold;
    held.hold = this;
  }

  /**
   * Sends what was held, in its order, behind everything that the calling thread has sent to the
   * socket before; from then on the room's frames go out as they come. While an earlier hold of the
   * same membership lasts, what this one held goes over to that. From any thread; only the first
   * call does something.
   */
  public void release() {
    socket.session().loop().run(this::onRelease);
  }

  private void onRelease() {
    Membership of = membership;
    if (of == null || !unchain(of)) {
      return;
    }
    Session session = socket.session();
    session.addHeldBytes(-heldBytes);
    List<Frame> frames = held;
    held = List.of();
    for (Frame frame : frames) {
      if (older == null) {
        socket.write(frame);
      } else {
        older.onFrame(frame);
      }
    }
  }

  private boolean unchain(Membership of) {
    if (of.hold == this) {
      of.hold = older;
      return true;
    }
    for (Hold newer = of.hold; newer != null; newer = newer.older) {
      if (newer.older == this) {
        newer.older = older;
        return true;
      }
    }
    return false;
  }

  void onFrame(Frame frame) {
    held.add(frame);
    heldBytes += frame.wireLength();
    socket.session().addHeldBytes(frame.wireLength());
  }

  /** Forgets all that the membership holds, since it ends. */
  static void onLeave(Membership membership) {
    for (Hold hold = membership.hold; hold != null; hold = hold.older) {
      membership.socket.session().addHeldBytes(-hold.heldBytes);
      hold.held = List.of();
    }
    membership.hold = null;
  }
}
