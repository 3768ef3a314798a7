/** The embedded store: one SQLite file. */
@NullMarked
package dev.verbatim.chat.storage.sqlite;

import org.jspecify.annotations.NullMarked;
