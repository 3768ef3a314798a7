package dev.verbatim.socketio;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Confined to its channel's event loop: what waits behind a channel from which the system has not
 * taken everything, in the order in which it was written. A WebSocket has one for as long as that
 * lasts.
 *
 * <p>A channel keeps some objects for each write. Readers that stop in a busy room would make the
 * collector carry them by the hundred thousand, and everybody wait for it; here a write is one
 * reference. The channel has what it had when the queue began, then one run of writes at a time,
 * and gets the next when the last of them has left.
 */
final class WriteQueue {
  /**
   * Writes in a run: enough that a reader who is back is served in few system calls, and few enough
   * that their objects tell in no number of readers that stop once more.
   */
  static final int RUN_WRITES = 128;

  private final Channel channel;
  private final Runnable whenMayAdvance;
  private final UnrolledQueue<ByteBuf> buffers = new UnrolledQueue<>();
  private long bytes;

  /** How many were added for this client alone: at least those among the waiting ones. */
  private int ownCount;

  private State state = State.WAITING;
  private @Nullable ChannelPromise over;

  private enum State {
    /** The channel has a run. */
    WAITING,
    /** The run has left. */
    READY,
    /** The channel is closed. */
    LOST
  }

  /**
   * A queue behind what the channel has already and the first run, which the caller writes.
   *
   * @param whenMayAdvance called when {@link #advance} has something to do
   */
  WriteQueue(Channel channel, Runnable whenMayAdvance) {
    this.channel = channel;
    this.whenMayAdvance = whenMayAdvance;
  }

  /** What the last write of a run is to be written with. */
  ChannelPromise promise() {
    return channel.newPromise().addListener(sent -> onSent(sent.isSuccess()));
  }

  private void onSent(boolean sent) {
    if (sent) {
      state = State.READY;
      whenMayAdvance.run();
    } else {
      state = State.LOST;
      release();
    }
  }

  /** Adds a buffer for this client alone, which goes with it. */
  void addOwn(ByteBuf buffer) {
    ownCount++;
    add(buffer);
  }

  /**
   * Adds a buffer that others get too.
   *
   * @return true if it takes more memory now
   */
  boolean addShared(ByteBuf buffer) {
    return add(buffer.retain());
  }

  private boolean add(ByteBuf buffer) {
    if (state == State.LOST) {
      buffer.release();
      return false;
    }
    bytes += buffer.readableBytes();
    return buffers.add(buffer);
  }

  /** Whether the channel is to get the next run, or nothing waits any more. */
  boolean mayAdvance() {
    return state == State.READY;
  }

  /**
   * Writes the next run, if the last one has left.
   *
   * @return true if there was none: nothing waits any more
   */
  boolean advance() {
    if (state != State.READY) {
      return false;
    }
    if (buffers.isEmpty()) {
      if (over != null) {
        over.trySuccess();
      }
      return true;
    }
    state = State.WAITING;
    for (int left = RUN_WRITES; left > 0 && !buffers.isEmpty(); left--) {
      ByteBuf next = buffers.remove();
      bytes -= next.readableBytes();
      boolean isLast = left == 1 || buffers.isEmpty();
      channel.write(next.duplicate(), isLast ? promise() : channel.voidPromise());
    }
    return false;
  }

  /** Done when everything that was added has left; failed if it is dropped before. */
  ChannelFuture whenOver() {
    ChannelPromise known = over;
    if (known == null) {
      known = channel.newPromise();
      over = known;
      if (state == State.LOST) {
        known.tryFailure(new ClosedChannelException());
      }
    }
    return known;
  }

  /** Drops what waits. */
  void release() {
    while (!buffers.isEmpty()) {
      buffers.remove().release();
    }
    bytes = 0;
    if (over != null) {
      over.tryFailure(new ClosedChannelException());
    }
  }

  /** Bytes that wait. */
  long bytes() {
    return bytes;
  }

  /** The memory that its objects take; the bytes are the transport's to count. */
  long weight() {
    return buffers.memoryBytes() + (long) Weights.WRITE_BYTES * Math.min(ownCount, buffers.size());
  }
}
