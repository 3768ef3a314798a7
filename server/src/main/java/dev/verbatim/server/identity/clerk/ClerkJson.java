package dev.verbatim.server.identity.clerk;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what Clerk says, in webhooks and answers. */
final class ClerkJson {
  /** A user is five deep; the rest of what it may hold is an application's own metadata. */
  private static final int DEPTH_MAX = 64;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
                  .build())
          .build();

  private ClerkJson() {}

  /**
   * What is written there.
   *
   * @throws JacksonException if it is no JSON; its message may hold some of it
   */
  static JsonNode read(byte[] json) throws JacksonException {
    return JSON.readTree(json);
  }
}
