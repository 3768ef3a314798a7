package dev.verbatim.socketio.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.protocol.WebSocketFrames.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketFramesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 8100",
    "125, 817d",
    "126, 817e007e",
    "65535, 817effff",
    "65536, 817f0000000000010000",
    "2147483647, 817f000000007fffffff"
  })
  void writesTheHeadersOfTheRfc(int payloadLength, String hex) {
    ByteBuf out = Unpooled.buffer();
    WebSocketFrames.writeHeader(out, Opcode.TEXT, payloadLength);
    assertEquals(hex, ByteBufUtil.hexDump(out));
    assertEquals(out.readableBytes(), WebSocketFrames.headerLength(payloadLength));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 65_535, 65_536})
  void writesWhatADecoderReads(int payloadLength) {
    Bytes payload = Bytes.utf8("x".repeat(payloadLength));
    assertInstanceOf(TextWebSocketFrame.class, readBack(Opcode.TEXT, payload));
    assertInstanceOf(BinaryWebSocketFrame.class, readBack(Opcode.BINARY, payload));
  }

  @Test
  void writesControlFrames() {
    assertInstanceOf(PingWebSocketFrame.class, readBack(Opcode.PING, Bytes.utf8("a")));
    assertInstanceOf(PongWebSocketFrame.class, readBack(Opcode.PONG, Bytes.utf8("a".repeat(125))));
    CloseWebSocketFrame close =
        assertInstanceOf(
            CloseWebSocketFrame.class,
            readBack(Opcode.CLOSE, Bytes.of(new byte[] {0x03, (byte) 0xe9, 'b', 'y', 'e'})));
    assertEquals(1001, close.statusCode());
    assertEquals("bye", close.reasonText());
  }

  @Test
  void refusesLongControlFrames() {
    assertThrows(
        IllegalArgumentException.class,
        () -> WebSocketFrames.writeHeader(Unpooled.buffer(), Opcode.PING, 126));
  }

  @Test
  void writesFramesThatCanBeReadByteByByteAndGlued() {
    ByteBuf out = Unpooled.buffer();
    WebSocketFrames.write(out, Opcode.TEXT, Bytes.utf8("2"));
    WebSocketFrames.write(out, Opcode.TEXT, Bytes.utf8("4" + "a".repeat(200)));
    WebSocketFrames.write(out, Opcode.BINARY, Bytes.EMPTY);
    EmbeddedChannel channel = decoder();
    while (out.isReadable()) {
      channel.writeInbound(out.readBytes(1));
    }
    assertEquals("2", text(channel.readInbound()));
    assertEquals("4" + "a".repeat(200), text(channel.readInbound()));
    BinaryWebSocketFrame last = channel.readInbound();
    assertEquals(0, last.content().readableBytes());
    assertNull(channel.readInbound());
    channel.finishAndReleaseAll();
  }

  private static String text(TextWebSocketFrame frame) {
    return frame.text();
  }

  private static WebSocketFrame readBack(Opcode opcode, Bytes payload) {
    ByteBuf out = Unpooled.buffer();
    WebSocketFrames.write(out, opcode, payload);
    EmbeddedChannel channel = decoder();
    channel.writeInbound(out);
    WebSocketFrame frame = channel.readInbound();
    assertTrue(frame.isFinalFragment());
    assertEquals(0, frame.rsv());
    assertArrayEquals(payload.toByteArray(), ByteBufUtil.getBytes(frame.content()));
    WebSocketFrame copy = frame.replace(Unpooled.copiedBuffer(frame.content()));
    frame.release();
    return copy;
  }

  private static EmbeddedChannel decoder() {
    return new EmbeddedChannel(
        new WebSocket13FrameDecoder(
            WebSocketDecoderConfig.newBuilder()
                .expectMaskedFrames(false)
                .maxFramePayloadLength(100_000)
                .build()));
  }
}
