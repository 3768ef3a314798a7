/** A chat in a Micronaut application. */
@NullMarked
package dev.verbatim.examples.micronaut;

import org.jspecify.annotations.NullMarked;
