/**
 * Binds the Socket.IO events of the contract to the chat: {@code ChatEvents} takes them in, {@code
 * Deliveries} sends out what came of them.
 */
@NullMarked
package dev.verbatim.server.socket;

import org.jspecify.annotations.NullMarked;
