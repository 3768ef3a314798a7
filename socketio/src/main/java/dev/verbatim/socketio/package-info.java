/** A Socket.IO v5 server over Engine.IO v4, and v3 for old clients, on Netty. */
@NullMarked
package dev.verbatim.socketio;

import org.jspecify.annotations.NullMarked;
