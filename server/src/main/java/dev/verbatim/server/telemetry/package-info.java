/**
 * What is told to a collector of OpenTelemetry's, if there is one: faults, and what becomes of
 * events, requests and commits. Only {@code Otlp*} and {@code Waiting} know the SDK, and without an
 * endpoint no class of it is loaded.
 */
@NullMarked
package dev.verbatim.server.telemetry;

import org.jspecify.annotations.NullMarked;
