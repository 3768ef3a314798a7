package dev.verbatim.server.wire;

import java.time.Instant;

/** An Error of the contract. Its message is for people and holds nothing a client sent. */
public record WireError(ErrorCode code, String message, ErrorDetails details, Instant timestamp) {}
