package dev.verbatim.socketio.protocol;

/**
 * The bounds of what is decoded; passing one is a {@link MalformedPacketException}. How large a
 * message may be is the server's to say, see {@link PacketSyntax}.
 *
 * @param payloadPacketsMax packets in one polling payload; each costs objects many times its bytes,
 *     and a client that comes back sends all at once what it has gathered meanwhile
 * @param attachmentsMax binary attachments of one packet; the reference parser's default
 * @param namespaceLengthMax bytes of a namespace; names are looked up and logged
 * @param namespaceQueryLengthMax bytes of the query behind a namespace, in which older clients send
 *     what others send as {@code auth}, a token for instance; as many as HTTP servers let a
 *     request's line have
 * @param authLengthMax bytes of what a client says of itself when it connects to a namespace, which
 *     is kept as long as it is in there; as many as Node lets all headers of a request have
 * @param eventNameLengthMax bytes of an event's name as it is written; names are looked up, logged
 *     and counted, and a client may make up as many as it likes
 * @param argumentsMax elements of an event's or acknowledgement's array; each costs an offset
 * @param jsonDepthMax nesting of arrays and objects; keeps recursive readers off the stack's end
 * @param jsonNameLengthMax characters of a property name; names go through a table of symbols
 * @param jsonNamesMax property names that parsers remember in common; more than an application's
 *     events have, and few enough to copy their table, which is what each new name costs
 * @param jsonNumberLengthMax characters of a number; the time to convert one grows with its square
 */
public record CodecLimits(
    int payloadPacketsMax,
    int attachmentsMax,
    int namespaceLengthMax,
    int namespaceQueryLengthMax,
    int authLengthMax,
    int eventNameLengthMax,
    int argumentsMax,
    int jsonDepthMax,
    int jsonNameLengthMax,
    int jsonNamesMax,
    int jsonNumberLengthMax) {

  /** What a public chat server wants. */
  public static final CodecLimits DEFAULT = builder().build();

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException naming every bound that cannot be
   */
  public CodecLimits {
    Mistakes mistakes = new Mistakes();
    mistakes.mustBePositive("payloadPacketsMax", payloadPacketsMax);
    mistakes.mustBePositive("attachmentsMax", attachmentsMax);
    mistakes.mustBePositive("namespaceLengthMax", namespaceLengthMax);
    mistakes.mustBePositive("namespaceQueryLengthMax", namespaceQueryLengthMax);
    mistakes.mustBePositive("authLengthMax", authLengthMax);
    mistakes.mustBePositive("eventNameLengthMax", eventNameLengthMax);
    mistakes.mustBePositive("argumentsMax", argumentsMax);
    mistakes.mustBePositive("jsonDepthMax", jsonDepthMax);
    mistakes.mustBePositive("jsonNameLengthMax", jsonNameLengthMax);
    mistakes.mustBePositive("jsonNamesMax", jsonNamesMax);
    mistakes.mustBePositive("jsonNumberLengthMax", jsonNumberLengthMax);
    mistakes.throwIfAny();
  }

  /** A builder that starts from what a public chat server wants. */
  public static Builder builder() {
    return new Builder();
  }

  /** Sets what differs from the defaults. For one thread. */
  public static final class Builder {
    private int payloadPacketsMax = 10_000;
    private int attachmentsMax = 10;
    private int namespaceLengthMax = 256;
    private int namespaceQueryLengthMax = 4_096;
    private int authLengthMax = 16 * 1024;
    private int eventNameLengthMax = 1_024;
    private int argumentsMax = 256;
    private int jsonDepthMax = 64;
    private int jsonNameLengthMax = 1_024;
    private int jsonNamesMax = 256;
    private int jsonNumberLengthMax = 1_000;

    private Builder() {}

    /** Sets {@link CodecLimits#payloadPacketsMax}. */
    public Builder payloadPacketsMax(int value) {
      payloadPacketsMax = value;
      return this;
    }

    /** Sets {@link CodecLimits#attachmentsMax}. */
    public Builder attachmentsMax(int value) {
      attachmentsMax = value;
      return this;
    }

    /** Sets {@link CodecLimits#namespaceLengthMax}. */
    public Builder namespaceLengthMax(int value) {
      namespaceLengthMax = value;
      return this;
    }

    /** Sets {@link CodecLimits#namespaceQueryLengthMax}. */
    public Builder namespaceQueryLengthMax(int value) {
      namespaceQueryLengthMax = value;
      return this;
    }

    /** Sets {@link CodecLimits#authLengthMax}. */
    public Builder authLengthMax(int value) {
      authLengthMax = value;
      return this;
    }

    /** Sets {@link CodecLimits#eventNameLengthMax}. */
    public Builder eventNameLengthMax(int value) {
      eventNameLengthMax = value;
      return this;
    }

    /** Sets {@link CodecLimits#argumentsMax}. */
    public Builder argumentsMax(int value) {
      argumentsMax = value;
      return this;
    }

    /** Sets {@link CodecLimits#jsonDepthMax}. */
    public Builder jsonDepthMax(int value) {
      jsonDepthMax = value;
      return this;
    }

    /** Sets {@link CodecLimits#jsonNameLengthMax}. */
    public Builder jsonNameLengthMax(int value) {
      jsonNameLengthMax = value;
      return this;
    }

    /** Sets {@link CodecLimits#jsonNamesMax}. */
    public Builder jsonNamesMax(int value) {
      jsonNamesMax = value;
      return this;
    }

    /** Sets {@link CodecLimits#jsonNumberLengthMax}. */
    public Builder jsonNumberLengthMax(int value) {
      jsonNumberLengthMax = value;
      return this;
    }

    /**
     * The bounds.
     *
     * @throws IllegalArgumentException naming every bound that cannot be
     */
    public CodecLimits build() {
      return new CodecLimits(
          payloadPacketsMax,
          attachmentsMax,
          namespaceLengthMax,
          namespaceQueryLengthMax,
          authLengthMax,
          eventNameLengthMax,
          argumentsMax,
          jsonDepthMax,
          jsonNameLengthMax,
          jsonNamesMax,
          jsonNumberLengthMax);
    }
  }
}
