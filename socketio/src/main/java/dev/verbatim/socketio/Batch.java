package dev.verbatim.socketio;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Gathers what one change brings to many rooms, to be delivered at once. For one thread, and for
 * one use.
 *
 * <p>Each event loop gets one task for the whole batch, and each socket one write for what its room
 * gets. Batches that one thread sends arrive everywhere in that order, and the frames of one room
 * in the order in which they were added.
 */
public final class Batch {
  private final Namespace namespace;
  private List<Delivery> deliveries = new ArrayList<>();

  Batch(Namespace namespace) {
    this.namespace = namespace;
  }

  /** A frame for all sockets in a room. */
  public Batch to(String room, Frame frame) {
    frame.mustBeOf(namespace);
    deliveries.add(Delivery.toAll(room, frame));
    return this;
  }

  /**
   * A frame for all sockets in a room but one, which gets others at that place, whether or not it
   * is in the room.
   *
   * @param instead what {@code own} gets instead
   * @param alsoOwn what {@code own} gets directly after, such as an acknowledgement
   */
  public Batch to(String room, Frame frame, Socket own, Frame instead, Frame... alsoOwn) {
    frame.mustBeOf(namespace);
    instead.mustBeOf(namespace);
    List<Frame> ownFrames = new ArrayList<>(1 + alsoOwn.length);
    ownFrames.add(instead);
    ownFrames.addAll(Arrays.asList(alsoOwn));
    deliveries.add(new Delivery(room, frame, own, ownFrames));
    return this;
  }

  /** A frame for all sockets in a room but one. */
  public Batch toAllBut(String room, Frame frame, Socket except) {
    frame.mustBeOf(namespace);
    deliveries.add(Delivery.toAllBut(room, frame, except));
    return this;
  }

  /**
   * Frames for one socket alone, in their place among those of a room, whether or not it is in it.
   */
  public Batch toOne(String room, Socket own, Frame... frames) {
    for (Frame frame : frames) {
      frame.mustBeOf(namespace);
    }
    deliveries.add(Delivery.toOne(room, own, List.of(frames)));
    return this;
  }

  /** Delivers the batch, from any thread, without waiting. */
  public void send() {
    List<Delivery> gathered = deliveries;
    deliveries = List.of();
    if (!gathered.isEmpty()) {
      namespace.adapter().deliver(gathered);
    }
  }
}
