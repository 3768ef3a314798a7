package dev.verbatim.socketio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class ContentCodingTest {
  /** "Hello" in one block, the last one. */
  private static final Bytes HELLO = Bytes.of(HexFormat.of().parseHex("f348cdc9c90700"));

  private static String hex(ContentCoding coding, Bytes content) {
    return HexFormat.of().formatHex(coding.wrap(HELLO, content).toByteArray());
  }

  @Test
  void putsHeadersAndChecksumsAroundTheData() {
    Bytes content = new Bytes("say Hello!".getBytes(UTF_8), 4, 5);
    assertEquals(
        "1f8b08000000000000ff" + "f348cdc9c90700" + "8289d1f7" + "05000000",
        hex(ContentCoding.GZIP, content));
    assertEquals("789c" + "f348cdc9c90700" + "058c01f5", hex(ContentCoding.DEFLATE, content));
  }

  @Property(seed = "1")
  void isReadByOthers(@ForAll byte[] content) throws IOException {
    byte[] data = new byte[content.length + 64];
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    deflater.setInput(content);
    deflater.finish();
    Bytes deflated = new Bytes(data, 0, deflater.deflate(data));
    deflater.end();
    for (ContentCoding coding : ContentCoding.values()) {
      var wrapped =
          new ByteArrayInputStream(coding.wrap(deflated, Bytes.of(content)).toByteArray());
      try (var reader =
          switch (coding) {
            case GZIP -> new GZIPInputStream(wrapped);
            case DEFLATE -> new InflaterInputStream(wrapped);
          }) {
        assertArrayEquals(content, reader.readAllBytes());
      }
    }
  }
}
