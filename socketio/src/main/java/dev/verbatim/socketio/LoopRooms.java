package dev.verbatim.socketio;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Confined to its event loop: the sockets and rooms that one namespace has on this loop. */
final class LoopRooms {
  private final EngineLoop loop;
  private final Map<String, Room> rooms = new HashMap<>();

  /** All of the namespace's sockets on this loop, as if they were in a room. */
  private final Room everyone = new Room("");

  LoopRooms(EngineLoop loop) {
    this.loop = loop;
  }

  Room everyone() {
    assert loop.inEventLoop();
    return everyone;
  }

  @Nullable Room room(String name) {
    assert loop.inEventLoop();
    return rooms.get(name);
  }

  Room roomToJoin(String name) {
    assert loop.inEventLoop();
    return rooms.computeIfAbsent(name, Room::new);
  }

  /** Ends a membership; an empty room is forgotten. */
  void leave(Membership membership) {
    assert loop.inEventLoop();
    Room room = membership.room;
    room.remove(membership);
    forgetIfEmpty(room);
  }

  void forgetIfEmpty(Room room) {
    if (room.size() == 0) {
      rooms.remove(room.name(), room);
    }
  }
}
