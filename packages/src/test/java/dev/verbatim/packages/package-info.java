/** What the packages hold, and whose it is. */
@NullMarked
package dev.verbatim.packages;

import org.jspecify.annotations.NullMarked;
