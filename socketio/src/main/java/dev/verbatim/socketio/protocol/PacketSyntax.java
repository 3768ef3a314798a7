package dev.verbatim.socketio.protocol;

import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonFactoryBuilder;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * What all decoders of a server share: the limits, the JSON parsers' factory and the names that
 * came lately. Safe for use by all threads; make one for each server.
 */
public final class PacketSyntax {
  private final CodecLimits limits;
  private final int messageBytesMax;
  private final JsonFactoryBuilder factories;
  private final EventNames names = new EventNames();
  private volatile SymbolFactory factory;

  /**
   * A syntax within limits.
   *
   * @param messageBytesMax bytes of one polling payload, and of all attachments of one packet
   *     together, which wait in memory until the last has come; the reference server's {@code
   *     maxHttpBufferSize}, which clients are told as {@code maxPayload}
   */
  public PacketSyntax(CodecLimits limits, int messageBytesMax) {
    this.limits = limits;
    this.messageBytesMax = messageBytesMax;
    // Names that clients choose must not outlive their packets in the JVM's own table. Only UTF-8
    // is JSON here: with detection on, "[" and a NUL would begin UTF-16. Decoding happens on event
    // loops, few and long-lived, which is what buffers kept by thread suit best.
    this.factories =
        JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(limits.jsonDepthMax())
                    .maxNameLength(limits.jsonNameLengthMax())
                    .maxNumberLength(limits.jsonNumberLengthMax())
                    .build());
    this.factory = new SymbolFactory(factories);
  }

  /** The limits of what is decoded. */
  public CodecLimits limits() {
    return limits;
  }

  /** Bytes of one payload, and of one packet's attachments. */
  public int messageBytesMax() {
    return messageBytesMax;
  }

  /**
   * A streaming parser of a JSON value, such as {@link Arguments#get} gives, within the same
   * limits. The parser throws no errors of syntax for what a decoder has let through.
   */
  public JsonParser parser(Bytes value) {
    return factory()
        .createParser(ObjectReadContext.empty(), value.array(), value.offset(), value.length());
  }

  /** The number of property names that the parsers have in common. */
  int symbols() {
    return factory.symbols();
  }

  EventNames names() {
    return names;
  }

  /**
   * The factory, a new one when the last has come to know too many names. A parser that meets a new
   * name copies the table of all that are known: left to grow to the library's own bound, packets
   * of 25 bytes with a fresh name each would cost 200 KB of memory each.
   */
  private SymbolFactory factory() {
    SymbolFactory current = factory;
    if (current.symbols() > limits.jsonNamesMax()) {
      // Another thread may do the same; then one of the two is soon forgotten.
      current = new SymbolFactory(factories);
      factory = current;
    }
    return current;
  }

  /** A factory that tells how many property names its parsers have in common. */
  private static final class SymbolFactory extends JsonFactory {
    private static final long serialVersionUID = 1L;

    SymbolFactory(JsonFactoryBuilder builder) {
      super(builder);
    }

    int symbols() {
      return _byteSymbolCanonicalizer.size();
    }
  }
}
