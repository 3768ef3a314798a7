/** What the stores have in common. */
@NullMarked
package dev.verbatim.chat.storage;

import org.jspecify.annotations.NullMarked;
