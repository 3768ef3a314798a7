package dev.verbatim.socketio;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One frame for one room, and what one socket gets in its place.
 *
 * @param frame null if only {@code own} gets something
 * @param own the socket that gets {@code ownFrames} instead, in the room or not; or null
 * @param ownFrames what that socket gets, which may be nothing
 */
record Delivery(String room, @Nullable Frame frame, @Nullable Socket own, List<Frame> ownFrames) {
  static Delivery toAll(String room, Frame frame) {
    return new Delivery(room, frame, null, List.of());
  }

  static Delivery toAllBut(String room, Frame frame, Socket except) {
    return new Delivery(room, frame, except, List.of());
  }

  static Delivery toOne(String room, Socket own, List<Frame> ownFrames) {
    return new Delivery(room, null, own, ownFrames);
  }
}
