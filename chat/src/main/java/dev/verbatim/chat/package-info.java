/**
 * The chat itself: groups, messages, receipts, typing, presence and sessions. {@link
 * dev.verbatim.chat.Chat} wires the services, {@link dev.verbatim.chat.ChatListener} is what they
 * tell, and {@code store} is the port below them.
 */
@NullMarked
package dev.verbatim.chat;

import org.jspecify.annotations.NullMarked;
