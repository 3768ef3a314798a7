/** The server: its commands, its settings, and the one place where its parts are put together. */
@NullMarked
package dev.verbatim.server;

import org.jspecify.annotations.NullMarked;
