package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.ContentCoding;
import org.jspecify.annotations.Nullable;

/**
 * What answers a poll.
 *
 * @param body the payload, compressed if it is
 * @param isBinary whether the payload is an {@code application/octet-stream}, else it is UTF-8 text
 * @param coding how it is compressed, or null
 */
record PollAnswer(Bytes body, boolean isBinary, @Nullable ContentCoding coding) {}
