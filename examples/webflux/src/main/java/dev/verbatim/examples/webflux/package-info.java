/** A chat in a Spring Boot application on Reactor Netty. */
@NullMarked
package dev.verbatim.examples.webflux;

import org.jspecify.annotations.NullMarked;
