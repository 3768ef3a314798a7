/** The port that a store implements: the writes it commits and the questions it answers. */
@NullMarked
package dev.verbatim.chat.store;

import org.jspecify.annotations.NullMarked;
