/** Tests of the embedded store. */
@NullMarked
package dev.verbatim.chat.storage.sqlite;

import org.jspecify.annotations.NullMarked;
