/** What the service measures, for Prometheus. */
@NullMarked
package dev.verbatim.server.metrics;

import org.jspecify.annotations.NullMarked;
