/** The contract suite of the storage port. */
@NullMarked
package dev.verbatim.chat.store;

import org.jspecify.annotations.NullMarked;
