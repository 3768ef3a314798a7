/** A chat on a bare Netty bootstrap. */
@NullMarked
package dev.verbatim.examples.netty;

import org.jspecify.annotations.NullMarked;
