/** Who a token says its bearer is. */
@NullMarked
package dev.verbatim.server.identity;

import org.jspecify.annotations.NullMarked;
