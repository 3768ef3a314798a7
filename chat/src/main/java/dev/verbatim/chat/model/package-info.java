/** The nouns of the chat: immutable values without behaviour of their own. */
@NullMarked
package dev.verbatim.chat.model;

import org.jspecify.annotations.NullMarked;
