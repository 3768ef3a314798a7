/**
 * The HTTP edge: Micronaut on Netty serves the routes, behind Socket.IO's gate on the same port.
 */
@NullMarked
package dev.verbatim.server.http;

import org.jspecify.annotations.NullMarked;
