package dev.verbatim.socketio;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Confined to its event loop, for one task: one loop's part of reaching many sockets.
 *
 * <p>The frames for a room are laid out once, headers included, in one direct buffer, and each
 * member gets one retained duplicate of it in one write, or a reference if it is behind. Only who
 * has something of its own in it, or is holding it back, gets pieces. Nothing here calls a handler,
 * and a session that passes its bound is closed by a task of its own, so the lists that it walks
 * stay as they are.
 *
 * <p>What fails for one member keeps nothing from the others. A session that something did not
 * reach gets nothing more, and is closed: its client comes back and asks, where a gap would be
 * silent.
 */
final class Fanout {
  private static final Logger log = LoggerFactory.getLogger(Fanout.class);

  private final EngineLoop loop;
  private final Namespace namespace;
  private final LoopRooms rooms;

  /** The frame of a broadcast as all its members get it, from the first that does. */
  private @Nullable Wire shared;

  /** Packets that were handed to sockets, or to their holds, and are not counted yet. */
  private int delivered;

  Fanout(EngineLoop loop, Namespace namespace) {
    this.loop = loop;
    this.namespace = namespace;
    this.rooms = loop.rooms(namespace);
  }

  /** Delivers what one room gets. */
  void deliver(String roomName, List<Delivery> deliveries) {
    try {
      deliverAll(roomName, deliveries);
    } catch (Throwable e) {
      // It is for all of them, and who has got it nobody knows.
      log.error("nothing could be delivered to a room", e);
      membersOf(roomName).forEach(member -> giveUp(member.socket));
      for (Delivery delivery : deliveries) {
        Socket own = delivery.own();
        if (own != null && own.session().loop() == loop) {
          giveUp(own);
        }
      }
    }
  }

  private static void onFailed(Socket socket, Throwable cause) {
    // One that is given up already fails again until its close has come.
    if (socket.session().isOpen()) {
      log.atError()
          .addKeyValue("socketId", socket.publicId())
          .setCause(cause)
          .log("something could not be brought to a socket, which is closed");
      giveUp(socket);
    }
  }

  private static void giveUp(Socket socket) {
    socket.session().condemn(DisconnectReason.TRANSPORT_ERROR, CloseCause.GONE);
  }

  private void deliverAll(String roomName, List<Delivery> deliveries) {
    long mark = loop.newMark();
    boolean someOwn = markOwners(deliveries, mark);
    Room room = rooms.room(roomName);
    Frame[] shared = shared(deliveries);
    if (room != null && shared.length > 0) {
      deliver(room, shared, deliveries, someOwn ? mark : 0);
    }
    Membership self = selfOf(roomName);
    if (self != null) {
      self.socket.mark = 0;
      deliver(self, deliveries);
    }
    if (someOwn) {
      deliverToOwners(deliveries, mark, room);
    }
  }

  /** Counts what was delivered, and says how much that was. */
  int countDeliveries() {
    int count = delivered;
    delivered = 0;
    loop.counters().reach().add(LoopCounters.Reach.DELIVERIES, count);
    return count;
  }

  /**
   * Frame by frame: to a socket by its id, which is as good as the name of a room that it is in, or
   * to one that is behind, where some frames let others pass.
   */
  private void deliver(Membership self, List<Delivery> deliveries) {
    try {
      for (Delivery delivery : deliveries) {
        if (self.hold != null) {
          hold(self.hold, self.socket, delivery);
        } else if (delivery.own() == self.socket) {
          writeOwn(self.socket, delivery);
        } else if (delivery.frame() != null) {
          self.socket.write(delivery.frame());
          delivered++;
        }
      }
    } catch (Throwable e) {
      onFailed(self.socket, e);
    }
  }

  private void writeOwn(Socket own, Delivery delivery) {
    delivery.ownFrames().forEach(own::write);
    delivered += delivery.ownFrames().size();
  }

  private boolean markOwners(List<Delivery> deliveries, long mark) {
    boolean some = false;
    for (Delivery delivery : deliveries) {
      Socket own = delivery.own();
      if (own != null && own.session().loop() == loop) {
        own.mark = mark;
        some = true;
      }
    }
    return some;
  }

  private void deliver(Room room, Frame[] frames, List<Delivery> deliveries, long mark) {
    boolean someYield = someYield(frames);
    Wire wire = Wire.of(loop, frames);
    try {
      for (int i = 0; i < room.size(); i++) {
        Membership member = room.member(i);
        Socket socket = member.socket;
        try {
          if (someYield && !socket.isWritable()) {
            socket.mark = 0;
            deliver(member, deliveries);
          } else if (mark != 0 && socket.mark == mark) {
            socket.mark = 0;
            deliverPieces(member, deliveries, wire);
          } else if (member.hold != null) {
            for (Frame frame : frames) {
              member.hold.onFrame(frame);
            }
            delivered += frames.length;
          } else {
            socket.writeShared(wire);
            delivered += frames.length;
          }
        } catch (Throwable e) {
          onFailed(socket, e);
        }
      }
    } finally {
      wire.release();
    }
  }

  /** What all members get. */
  private static Frame[] shared(List<Delivery> deliveries) {
    Frame[] frames = new Frame[deliveries.size()];
    int count = 0;
    for (Delivery delivery : deliveries) {
      if (delivery.frame() != null) {
        frames[count++] = delivery.frame();
      }
    }
    return count == frames.length ? frames : Arrays.copyOf(frames, count);
  }

  private static boolean someYield(Frame[] frames) {
    for (Frame frame : frames) {
      if (frame.yields()) {
        return true;
      }
    }
    return false;
  }

  /** What others get too goes as slices, as long as they run on. */
  private void deliverPieces(Membership member, List<Delivery> deliveries, Wire wire) {
    Socket socket = member.socket;
    int start = 0;
    int end = 0;
    List<Frame> run = new ArrayList<>();
    for (Delivery delivery : deliveries) {
      if (member.hold != null) {
        hold(member.hold, socket, delivery);
        continue;
      }
      Frame shared = delivery.frame();
      int length = shared == null ? 0 : shared.wireLength();
      if (delivery.own() == socket) {
        writeRun(socket, wire, start, end, run);
        writeOwn(socket, delivery);
        start = end + length;
      } else if (shared != null) {
        run.add(shared);
      }
      end += length;
    }
    writeRun(socket, wire, start, end, run);
  }

  private void hold(Hold hold, Socket socket, Delivery delivery) {
    if (delivery.own() == socket) {
      delivery.ownFrames().forEach(hold::onOwnFrame);
      delivered += delivery.ownFrames().size();
    } else if (delivery.frame() != null) {
      hold.onFrame(delivery.frame());
      delivered++;
    }
  }

  private void writeRun(Socket socket, Wire wire, int start, int end, List<Frame> frames) {
    if (!frames.isEmpty()) {
      Wire part = wire.part(frames.toArray(Frame[]::new), start, end - start);
      try {
        socket.writeShared(part);
      } finally {
        part.release();
      }
      delivered += frames.size();
      frames.clear();
    }
  }

  /** To whom the room did not lead: outsiders, and all of them where others get nothing. */
  private void deliverToOwners(List<Delivery> deliveries, long mark, @Nullable Room room) {
    for (Delivery delivery : deliveries) {
      Socket own = delivery.own();
      if (own != null && own.session().loop() == loop && own.mark == mark) {
        Membership member = room == null ? null : own.membership(room);
        try {
          if (member != null && member.hold != null) {
            hold(member.hold, own, delivery);
          } else {
            writeOwn(own, delivery);
          }
        } catch (Throwable e) {
          onFailed(own, e);
        }
      }
    }
  }

  /** Sends a frame to each socket of an audience once. */
  void broadcast(Audience audience, Frame frame, boolean isVolatile) {
    Room room = wholeRoom(audience);
    try {
      if (room == null) {
        for (Membership member : members(audience)) {
          broadcast(member, frame, isVolatile);
        }
      } else {
        for (int i = 0; i < room.size(); i++) {
          broadcast(room.member(i), frame, isVolatile);
        }
      }
    } finally {
      releaseShared();
      int _ = countDeliveries();
    }
  }

  private void broadcast(Membership member, Frame frame, boolean isVolatile) {
    if (!isVolatile || isReady(member)) {
      reach(member, frame);
    } else if (member.socket.connected()) {
      member.socket.onVolatileDropped();
    }
  }

  /** Sends an event to each socket of an audience once, and has its acknowledgements gathered. */
  void broadcastWithAck(
      Audience audience,
      Frame frame,
      long ackId,
      Duration timeout,
      boolean isVolatile,
      LoopAcks acks) {
    try {
      for (Membership member : members(audience)) {
        Socket socket = member.socket;
        if (!socket.connected()) {
          continue;
        }
        acks.onAsked();
        if (isVolatile && !isReady(member)) {
          socket.onVolatileDropped();
          acks.onMissing(AckMissingException.Reason.DROPPED);
        } else if (socket.awaitAck(ackId, timeout, acks)) {
          reach(member, frame);
        }
      }
    } finally {
      releaseShared();
      int _ = countDeliveries();
      acks.onAllAsked();
    }
  }

  /** Whether what is sent to a member now goes out soon. */
  private static boolean isReady(Membership member) {
    return member.hold == null && member.socket.isWritable();
  }

  /** Sends a member the frame of the broadcast that is under way. */
  private void reach(Membership member, Frame frame) {
    Socket socket = member.socket;
    delivered++;
    try {
      if (member.hold != null) {
        member.hold.onFrame(frame);
      } else if (frame.yields() && !socket.isWritable()) {
        socket.write(frame);
      } else {
        Wire wire = shared;
        if (wire == null) {
          wire = Wire.of(loop, frame);
          shared = wire;
        }
        socket.writeShared(wire);
      }
    } catch (Throwable e) {
      onFailed(socket, e);
    }
  }

  private void releaseShared() {
    if (shared != null) {
      shared.release();
      shared = null;
    }
  }

  /** The room whose members are the audience, if there is one: then nobody has to be chosen. */
  private @Nullable Room wholeRoom(Audience audience) {
    if (!audience.except().isEmpty() || audience.rooms().size() > 1) {
      return null;
    }
    if (audience.rooms().isEmpty()) {
      return rooms.everyone();
    }
    String name = audience.rooms().getFirst();
    return selfOf(name) == null ? rooms.room(name) : null;
  }

  /** The sockets of an audience on this loop. */
  List<Socket> sockets(Audience audience) {
    List<Socket> sockets = new ArrayList<>();
    for (Membership member : members(audience)) {
      if (member.socket.connected()) {
        sockets.add(member.socket);
      }
    }
    return sockets;
  }

  /** One membership for each socket of an audience; one that holds only if all do. */
  private List<Membership> members(Audience audience) {
    long seen = loop.newMark();
    for (String name : audience.except()) {
      for (Membership member : membersOf(name)) {
        member.socket.mark = seen;
      }
    }
    List<Membership> chosen = new ArrayList<>();
    if (audience.rooms().isEmpty()) {
      choose(rooms.everyone().members(), seen, chosen);
      return chosen;
    }
    List<Membership> holding = new ArrayList<>(0);
    for (String name : audience.rooms()) {
      for (Membership member : membersOf(name)) {
        if (member.hold != null) {
          holding.add(member);
        } else if (member.socket.mark != seen) {
          member.socket.mark = seen;
          chosen.add(member);
        }
      }
    }
    choose(holding, seen, chosen);
    return chosen;
  }

  private static void choose(List<Membership> from, long seen, List<Membership> chosen) {
    for (Membership member : from) {
      if (member.socket.mark != seen) {
        member.socket.mark = seen;
        chosen.add(member);
      }
    }
  }

  /** The members of a room; a socket's id is the name of a room that it is in. */
  private List<Membership> membersOf(String name) {
    Room room = rooms.room(name);
    Membership self = selfOf(name);
    if (room == null) {
      return self == null ? List.of() : List.of(self);
    }
    List<Membership> members = room.members();
    if (self != null) {
      members.add(self);
    }
    return members;
  }

  private @Nullable Membership selfOf(String name) {
    Socket socket = namespace.socketOn(loop, name);
    return socket == null ? null : socket.self();
  }
}
