/**
 * A Socket.IO server on Netty.
 *
 * <p>Who uses it begins with {@link dev.verbatim.socketio.SocketIoServer}. Of the formats in {@code
 * dev.verbatim.socketio.protocol} what the server's own types name is meant for use: {@link
 * dev.verbatim.socketio.protocol.CodecLimits} and {@link
 * dev.verbatim.socketio.protocol.MalformedPacketException}.
 */
module dev.verbatim.socketio {
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.handler;
  requires transitive io.netty.transport;
  requires static transitive org.jspecify;
  requires org.slf4j;
  requires transitive tools.jackson.core;
  requires transitive tools.jackson.databind;

  exports dev.verbatim.socketio;
  exports dev.verbatim.socketio.protocol;
}
