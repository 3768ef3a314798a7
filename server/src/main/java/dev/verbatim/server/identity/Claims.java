package dev.verbatim.server.identity;

import java.time.Instant;

/**
 * What a good token says.
 *
 * @param subject the issuer's id of the user, {@code user_…}
 * @param sessionId the issuer's id of the session, {@code sess_…}
 * @param issuedAt to the second
 * @param expiresAt to the second; tokens are accepted for five seconds more
 * @param profile what it tells of the user besides
 */
public record Claims(
    String subject, String sessionId, Instant issuedAt, Instant expiresAt, Profile profile) {}
