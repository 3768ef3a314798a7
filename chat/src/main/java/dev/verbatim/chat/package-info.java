/** The chat itself: groups, messages, receipts, typing and presence, and the ports for storage. */
@NullMarked
package dev.verbatim.chat;

import org.jspecify.annotations.NullMarked;
