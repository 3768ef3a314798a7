/** Clerk's session tokens, and the keys they are verified with. */
@NullMarked
package dev.verbatim.server.identity.clerk;

import org.jspecify.annotations.NullMarked;
