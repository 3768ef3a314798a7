/** What operators set: read once from the environment and {@code .env}, checked whole. */
@NullMarked
package dev.verbatim.server.settings;

import org.jspecify.annotations.NullMarked;
