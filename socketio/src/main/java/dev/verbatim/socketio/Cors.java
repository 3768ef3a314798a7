package dev.verbatim.socketio;

import java.util.function.Predicate;

/**
 * Which pages of other origins may use HTTP long-polling.
 *
 * @param origin says of an {@code Origin} header, such as {@code https://chat.example}, whether it
 *     is allowed; the answer then names exactly this origin
 * @param credentials whether browsers may send cookies along
 */
public record Cors(Predicate<String> origin, boolean credentials) {}
