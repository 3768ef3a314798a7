package dev.verbatim.socketio;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds back what a room brings for one socket, from {@link Socket#joinHolding} to {@link #release}
 * or {@link #cancel}, so that history can go out first. Confined to the socket's event loop but for
 * these two.
 *
 * <p>What is held counts against {@link Limits#queuedBytesMax}. When the membership ends, what the
 * room brought goes away with it; but what was for this socket alone, such as an acknowledgement,
 * answers something that has happened, and is sent.
 */
public final class Hold {
  private final Socket socket;

  /** What it holds, from when the socket's loop has got to it until it ends. */
  private @Nullable Membership membership;

  /** The hold that began before this one and has not ended; the membership has the newest. */
  private @Nullable Hold older;

  private List<Frame> held = new ArrayList<>();

  /** Those among the held ones that are for this socket alone, in their order. */
  private List<Frame> own = new ArrayList<>(0);

  private long heldBytes;

  Hold(Socket socket) {
    this.socket = socket;
  }

  void onJoined(Membership joined) {
    assert inEventLoop();
    membership = joined;
    older = joined.hold;
    joined.hold = this;
  }

  /**
   * Sends what was held, in its order, behind everything that the calling thread has sent to the
   * socket before; from then on the room's frames go out as they come. While an earlier hold of the
   * same membership lasts, what this one held goes over to that. From any thread; only the first
   * call of this or of {@link #cancel} does something.
   */
  public void release() {
    socket.session().loop().run(() -> onEnd(true));
  }

  /**
   * Drops what the room brought meanwhile, for who leaves the room or has it from elsewhere; what
   * was for this socket alone is sent. The socket stays in the room, and other holds of the same
   * membership go on. From any thread; only the first call of this or of {@link #release} does
   * something.
   */
  public void cancel() {
    socket.session().loop().run(() -> onEnd(false));
  }

  /**
   * Whether it still holds: it was not ended, and the socket has not left the room since, which
   * drops what was held. On the socket's event loop.
   */
  public boolean isHolding() {
    assert inEventLoop();
    return membership != null;
  }

  private void onEnd(boolean all) {
    Membership of = membership;
    if (of == null) {
      return;
    }
    unchain(of);
    List<Frame> frames = all ? held : own;
    List<Frame> ownFrames = own;
    forget();
    Hold heir = older;
    if (heir == null) {
      frames.forEach(socket::write);
    } else {
      frames.forEach(heir::onFrame);
      heir.own.addAll(ownFrames);
    }
  }

  private void unchain(Membership of) {
    if (of.hold == this) {
      of.hold = older;
      return;
    }
    for (Hold newer = of.hold; newer != null; newer = newer.older) {
      if (newer.older == this) {
        newer.older = older;
        return;
      }
    }
  }

  /** The room brings a frame. */
  void onFrame(Frame frame) {
    assert inEventLoop();
    boolean isFull = heldBytes >= socket.namespace().limits().yieldedBytesMax();
    if (isFull && frame.whenBehind() instanceof WhenBehind.Droppable) {
      socket.session().loop().counters().dropped().add(Drop.DROPPABLE);
      return;
    }
    held.add(frame);
    heldBytes += frame.wireLength();
    socket.session().backlog().addHeld(frame.wireLength());
  }

  /** The socket gets a frame that nobody else gets, in its place among the room's. */
  void onOwnFrame(Frame frame) {
    own.add(frame);
    onFrame(frame);
  }

  /** Ends all holds of a membership that ends. */
  static void onLeave(Membership membership) {
    Hold newest = membership.hold;
    membership.hold = null;
    if (newest != null) {
      newest.onLeave();
    }
  }

  private void onLeave() {
    assert inEventLoop();
    if (older != null) {
      older.onLeave();
    }
    List<Frame> ownFrames = own;
    forget();
    ownFrames.forEach(socket::write);
  }

  private void forget() {
    membership = null;
    held = List.of();
    own = List.of();
    socket.session().backlog().addHeld(-heldBytes);
    heldBytes = 0;
  }

  private boolean inEventLoop() {
    return socket.session().loop().inEventLoop();
  }
}
