/** Tests of the MongoDB store, and the servers they run against. */
@NullMarked
package dev.verbatim.chat.storage.mongo;

import org.jspecify.annotations.NullMarked;
