/** What goes wrong by the server's own fault. */
@NullMarked
package dev.verbatim.server.faults;

import org.jspecify.annotations.NullMarked;
