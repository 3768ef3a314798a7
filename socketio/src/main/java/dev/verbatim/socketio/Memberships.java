package dev.verbatim.socketio;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rooms of one socket. Changed on its event loop alone, under the monitor; read there without,
 * and from other threads under it. Broadcasts do not come here, they walk the rooms' own lists.
 */
final class Memberships {
  private static final Logger log = LoggerFactory.getLogger(Memberships.class);
  private static final Membership[] NONE = {};

  /** As many are looked through one by one; a map of so few would only take more memory. */
  private static final int FEW = 16;

  private final Socket socket;
  private final EngineLoop loop;
  private final LoopRooms rooms;
  private final int roomsMax;
  private @Nullable Membership[] few = NONE;
  private int size;

  /** All of them, from when there were more than few. */
  private @Nullable Map<Room, Membership> many;

  /** The socket in the room of all sockets, from when it is let in until it goes. */
  private @Nullable Membership self;

  /** Once the socket has gone: the rooms that it was in, until its handlers are done. */
  private @Nullable Set<String> lastNames;

  Memberships(Socket socket, int roomsMax) {
    this.socket = socket;
    this.loop = socket.session().loop();
    this.rooms = loop.rooms(socket.namespace());
    this.roomsMax = roomsMax;
  }

  @Nullable Membership self() {
    assert loop.inEventLoop();
    return self;
  }

  @Nullable Membership in(Room room) {
    assert loop.inEventLoop();
    return of(room);
  }

  /** The socket is let in, and reached by what is for all. */
  void onAdmitted() {
    Membership membership = new Membership(socket, rooms.everyone());
    rooms.everyone().add(membership);
    self = membership;
  }

  /**
   * Enters a room.
   *
   * @return the membership, new or not; null if the socket has gone, or was closed for this
   */
  @Nullable Membership onJoin(String name) {
    assert loop.inEventLoop();
    if (lastNames != null) {
      return null;
    }
    if (name.equals(socket.id())) {
      return self;
    }
    Room room = rooms.roomToJoin(name);
    Membership known = of(room);
    if (known != null) {
      return known;
    }
    if (size >= roomsMax) {
      log.atWarn()
          .addKeyValue("socketId", socket.publicId())
          .log("a socket is closed: it joined too many rooms");
      socket.session().condemn(DisconnectReason.FORCED_CLOSE, CloseCause.POLICY);
      rooms.forgetIfEmpty(room);
      return null;
    }
    Membership membership = new Membership(socket, room);
    room.add(membership);
    add(membership);
    return membership;
  }

  /** Leaves a room, if it is in it. */
  void onLeave(String name) {
    assert loop.inEventLoop();
    Room room = rooms.room(name);
    Membership membership = room == null ? null : of(room);
    if (membership != null) {
      remove(membership);
      Hold.onLeave(membership);
      rooms.leave(membership);
    }
  }

  /** The socket goes: leaves all rooms, whose names are kept. */
  void onGone() {
    assert loop.inEventLoop();
    for (Membership membership : removeAll()) {
      Hold.onLeave(membership);
      rooms.leave(membership);
    }
    Membership everywhere = self;
    if (everywhere != null) {
      self = null;
      Hold.onLeave(everywhere);
      rooms.everyone().remove(everywhere);
    }
  }

  /** Nobody asks for the rooms of a socket that has gone any more. Any thread. */
  synchronized void forgetNames() {
    lastNames = Set.of();
  }

  /** The names of the rooms, the socket's own id among them. Any thread. */
  synchronized Set<String> names() {
    if (lastNames != null) {
      return lastNames;
    }
    Set<String> names = LinkedHashSet.newLinkedHashSet(size + 1);
    for (Membership membership : all()) {
      names.add(membership.room.name());
    }
    names.add(socket.id());
    return names;
  }

  private @Nullable Membership of(Room room) {
    if (many != null) {
      return many.get(room);
    }
    for (int i = 0; i < size; i++) {
      Membership membership = few[i];
      if (membership != null && membership.room == room) {
        return membership;
      }
    }
    return null;
  }

  private synchronized void add(Membership membership) {
    if (many == null && size == FEW) {
      Map<Room, Membership> map = new HashMap<>();
      all().forEach(known -> map.put(known.room, known));
      many = map;
      few = NONE;
    }
    if (many != null) {
      many.put(membership.room, membership);
    } else {
      if (size == few.length) {
        few = Arrays.copyOf(few, Math.min(FEW, Math.max(2, size + (size >> 1))));
      }
      few[size] = membership;
    }
    size++;
  }

  private synchronized void remove(Membership membership) {
    if (many != null) {
      many.remove(membership.room);
      size--;
      return;
    }
    for (int i = 0; i < size; i++) {
      if (few[i] == membership) {
        few[i] = few[--size];
        few[size] = null;
        return;
      }
    }
  }

  private synchronized List<Membership> removeAll() {
    List<Membership> all = all();
    lastNames = names();
    few = NONE;
    many = null;
    size = 0;
    return all;
  }

  private List<Membership> all() {
    if (many != null) {
      return new ArrayList<>(many.values());
    }
    List<Membership> all = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      Membership membership = few[i];
      if (membership != null) {
        all.add(membership);
      }
    }
    return all;
  }
}
