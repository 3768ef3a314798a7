/**
 * The wire formats: Engine.IO packets, frames and payloads of revisions 3 and 4, and Socket.IO
 * packets.
 *
 * <p>Pure codecs: bytes in, packets out. Nothing here knows a channel or a session, and only {@link
 * dev.verbatim.socketio.protocol.PacketDecoder} remembers anything between two calls. What is
 * decoded are views ({@link dev.verbatim.socketio.protocol.Bytes}) of the array handed in, so
 * whoever hands in an array gives it away.
 */
@NullMarked
package dev.verbatim.socketio.protocol;

import org.jspecify.annotations.NullMarked;
