package dev.verbatim.server.identity.clerk;

import dev.verbatim.server.settings.Origins;
import dev.verbatim.server.settings.Settings.ClerkKeys;

/**
 * Whose tokens count.
 *
 * @param issuer {@code iss} exactly, {@code https://…} without a slash at its end
 * @param keys where the keys come from that it signs with
 * @param authorizedParties the origins of pages, one of which {@code azp} has to be exactly
 * @param isPartyRequired whether {@code azp} has to be there, as it is not in native applications'
 */
public record ClerkTrust(
    String issuer, ClerkKeys keys, Origins authorizedParties, boolean isPartyRequired) {}
