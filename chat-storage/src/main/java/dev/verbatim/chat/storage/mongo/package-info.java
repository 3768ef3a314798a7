/** The store that is shared with other services: a MongoDB database. */
@NullMarked
package dev.verbatim.chat.storage.mongo;

import org.jspecify.annotations.NullMarked;
