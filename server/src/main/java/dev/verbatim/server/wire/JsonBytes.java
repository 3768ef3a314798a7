package dev.verbatim.server.wire;

import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.ByteArrayBuilder;

/** JSON as UTF-8 bytes, written by the streaming generator. */
public final class JsonBytes {
  private static final JsonFactory JSON = new JsonFactory();

  private JsonBytes() {}

  /** An object of the fields that are written. */
  public static byte[] ofObject(Consumer<JsonGenerator> fields) {
    return of(
        json -> {
          json.writeStartObject();
          fields.accept(json);
          json.writeEndObject();
        });
  }

  /** What the writer writes: exactly one value. */
  public static byte[] of(Consumer<JsonGenerator> writer) {
    try (ByteArrayBuilder bytes = new ByteArrayBuilder(512)) {
      try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
        writer.accept(json);
      }
      return bytes.toByteArray();
    }
  }
}
