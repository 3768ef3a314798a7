package dev.verbatim.socketio.protocol;

import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * What all decoders of a server share: the limits, the JSON parsers' factory and the names that
 * came lately. Safe for use by all threads; make one for each server.
 */
public final class PacketSyntax {
  private final CodecLimits limits;
  private final JsonFactory json;
  private final EventNames names = new EventNames();

  /** A syntax within limits. */
  public PacketSyntax(CodecLimits limits) {
    this.limits = limits;
    // Names that clients choose must not outlive their packets in the JVM's own table. Only UTF-8
    // is JSON here: with detection on, "[" and a NUL would begin UTF-16. Decoding happens on event
    // loops, few and long-lived, which is what buffers kept by thread suit best.
    this.json =
        JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(limits.jsonDepthMax())
                    .maxNameLength(limits.jsonNameLengthMax())
                    .maxNumberLength(limits.jsonNumberLengthMax())
                    .build())
            .build();
  }

  /** The limits of what is decoded. */
  public CodecLimits limits() {
    return limits;
  }

  /**
   * A streaming parser of a JSON value, such as {@link Arguments#get} gives, within the same
   * limits. The parser throws no errors of syntax for what a decoder has let through.
   */
  public JsonParser parser(Bytes value) {
    return json.createParser(
        ObjectReadContext.empty(), value.array(), value.offset(), value.length());
  }

  EventNames names() {
    return names;
  }
}
