/** Event loops never block: what watches over it in the tests. */
@NullMarked
package dev.verbatim.socketio.blocking;

import org.jspecify.annotations.NullMarked;
