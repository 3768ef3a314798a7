package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Placeholder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** The mapper port on Jackson: byte arrays become attachments, everything else is Jackson's. */
final class JacksonMapper implements Mapper {
  private static final Object ATTACHMENTS = new Object();

  private final JsonMapper mapper;

  JacksonMapper(JsonMapper mapper) {
    SimpleModule binary = new SimpleModule("socket.io binary");
    binary.addSerializer(byte[].class, new BinarySerializer());
    binary.addDeserializer(byte[].class, new BinaryDeserializer());
    this.mapper = mapper.rebuild().addModule(binary).build();
  }

  @Override
  public byte[] write(@Nullable Object value, List<byte[]> attachments) {
    return mapper.writer().withAttribute(ATTACHMENTS, attachments).writeValueAsBytes(value);
  }

  @Override
  public <T> @Nullable T read(JsonParser parser, Class<T> type, List<byte[]> attachments) {
    return mapper.readerFor(type).withAttribute(ATTACHMENTS, attachments).readValue(parser);
  }

  private static final class BinarySerializer extends ValueSerializer<byte[]> {
    @Override
    public void serialize(byte[] value, JsonGenerator generator, SerializationContext context) {
      @SuppressWarnings("unchecked") // set in write() alone
      List<byte[]> attachments = (List<byte[]>) context.getAttribute(ATTACHMENTS);
      generator.writeStartObject();
      generator.writeBooleanProperty(Placeholder.MARK, true);
      generator.writeNumberProperty(Placeholder.NUMBER, attachments.size());
      generator.writeEndObject();
      attachments.add(value);
    }
  }

  private static final class BinaryDeserializer extends ValueDeserializer<byte[]> {
    @Override
    public byte[] deserialize(JsonParser parser, DeserializationContext context) {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        return parser.getBinaryValue();
      }
      @SuppressWarnings("unchecked") // set in read() alone
      List<byte[]> attachments = (List<byte[]>) context.getAttribute(ATTACHMENTS);
      int number = Placeholder.read(parser);
      if (number < 0 || number >= attachments.size()) {
        return context.reportInputMismatch(byte[].class, "no binary data in its place");
      }
      return attachments.get(number);
    }
  }
}
