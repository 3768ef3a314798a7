package dev.verbatim.socketio.protocol;

/**
 * The bounds of what is decoded; passing one is a {@link MalformedPacketException}.
 *
 * @param payloadBytesMax bytes in one polling payload; the reference server's {@code
 *     maxHttpBufferSize}, which clients are told as {@code maxPayload}
 * @param payloadPacketsMax packets in one polling payload; a client gathers what it queued during
 *     one round trip, and each packet costs objects many times its bytes
 * @param attachmentsMax binary attachments of one packet; the reference parser's default
 * @param attachmentBytesMax bytes of all attachments of one packet together, which wait in memory
 *     until the last has come
 * @param namespaceLengthMax bytes of a namespace with its query; names are looked up and logged
 * @param argumentsMax elements of an event's or acknowledgement's array; each costs an offset
 * @param jsonDepthMax nesting of arrays and objects; keeps recursive readers off the stack's end
 * @param jsonNameLengthMax characters of a property name; names go through a table of symbols
 * @param jsonNamesMax property names that parsers remember in common; more than an application's
 *     events have, and few enough to copy their table, which is what each new name costs
 * @param jsonNumberLengthMax characters of a number; the time to convert one grows with its square
 */
public record CodecLimits(
    int payloadBytesMax,
    int payloadPacketsMax,
    int attachmentsMax,
    int attachmentBytesMax,
    int namespaceLengthMax,
    int argumentsMax,
    int jsonDepthMax,
    int jsonNameLengthMax,
    int jsonNamesMax,
    int jsonNumberLengthMax) {

  /** What a public chat server wants. */
  public static final CodecLimits DEFAULT =
      new CodecLimits(1_000_000, 1_000, 10, 1_000_000, 256, 256, 64, 1_024, 256, 1_000);

  /** The same with other bounds of size, for servers whose messages are larger or smaller. */
  public CodecLimits withBytesMax(int bytesMax) {
    return new CodecLimits(
        bytesMax,
        payloadPacketsMax,
        attachmentsMax,
        bytesMax,
        namespaceLengthMax,
        argumentsMax,
        jsonDepthMax,
        jsonNameLengthMax,
        jsonNamesMax,
        jsonNumberLengthMax);
  }
}
