/** What the parts of the hot path cost, one by one. */
@NullMarked
package dev.verbatim.bench;

import org.jspecify.annotations.NullMarked;
