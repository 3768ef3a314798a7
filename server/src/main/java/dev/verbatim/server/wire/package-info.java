/** The shapes of the wire contract: objects, errors and codes as JSON. */
@NullMarked
package dev.verbatim.server.wire;

import org.jspecify.annotations.NullMarked;
