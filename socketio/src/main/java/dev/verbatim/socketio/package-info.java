/** A Socket.IO v5 server over Engine.IO v4, on Netty. */
@NullMarked
package dev.verbatim.socketio;

import org.jspecify.annotations.NullMarked;
