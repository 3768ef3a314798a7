/** What the process writes to its standard output: how it looks, how much it is, and its bounds. */
@NullMarked
package dev.verbatim.server.logs;

import org.jspecify.annotations.NullMarked;
