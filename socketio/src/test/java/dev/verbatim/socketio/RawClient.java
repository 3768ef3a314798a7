package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.verbatim.socketio.protocol.Bytes;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A TCP connection that sends what no proper client would. For one thread. */
final class RawClient implements AutoCloseable {
  private static final byte[] MASK = {1, 2, 3, 4};
  private static final int BUFFER_BYTES = 128 * 1024;
  private static final int SLOW_BUFFER_BYTES = 16 * 1024;

  private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

  private final Socket socket;
  private final DataInputStream in;

  RawClient(TestServer server) throws IOException {
    this(server, BUFFER_BYTES);
  }

  private RawClient(TestServer server, int bufferBytes) throws IOException {
    socket = new Socket();
    socket.setReceiveBufferSize(bufferBytes);
    socket.setSendBufferSize(bufferBytes);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(60_000);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  /** A client for which the system takes in little while nobody reads. */
  static RawClient slow(TestServer server) throws IOException {
    return new RawClient(server, SLOW_BUFFER_BYTES);
  }

  static String upgrade(String query) {
    return "GET /socket.io/?EIO=4&transport=websocket"
        + query
        + " HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  }

  /** Opens a WebSocket and reads as far as the OPEN packet. */
  static RawClient webSocket(TestServer server) throws IOException {
    RawClient client = new RawClient(server);
    client.send(upgrade(""));
    client.readHead();
    client.readFrame();
    return client;
  }

  void send(String text) throws IOException {
    send(text.getBytes(ISO_8859_1));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** A masked frame; the first byte holds FIN, the reserved bits and the opcode. */
  static byte[] frame(int first, String payload) {
    return frame(first, payload.getBytes(ISO_8859_1));
  }

  static byte[] frame(int first, byte[] payload) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(first);
    if (payload.length <= 125) {
      bytes.write(0x80 | payload.length);
    } else if (payload.length <= 0xffff) {
      bytes.write(0x80 | 126);
      bytes.writeBytes(ByteBuffer.allocate(2).putShort((short) payload.length).array());
    } else {
      bytes.write(0x80 | 127);
      bytes.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
    }
    bytes.writeBytes(MASK);
    for (int i = 0; i < payload.length; i++) {
      bytes.write(payload[i] ^ MASK[i % 4]);
    }
    return bytes.toByteArray();
  }

  /** The status line and the header lines, each with its line end. */
  String readHead() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    return head.toString();
  }

  String read(int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return new String(bytes, ISO_8859_1);
  }

  /** The body of the next answer, which has a Content-Length. */
  String readAnswer(int status) throws IOException {
    String head = readHead();
    if (!head.startsWith("HTTP/1.1 " + status + " ")) {
      throw new AssertionError(head);
    }
    Matcher length = CONTENT_LENGTH.matcher(head);
    return length.find() ? read(Integer.parseInt(length.group(1))) : "";
  }

  /** The payload of the next frame, which is a whole and unmasked one. */
  String readFrame() throws IOException {
    return new String(readWholeFrame().payload().toByteArray(), ISO_8859_1);
  }

  /**
   * A frame of the server's.
   *
   * @param first FIN, the reserved bits and the opcode
   */
  record ServerFrame(int first, Bytes payload) {}

  ServerFrame readWholeFrame() throws IOException {
    int first = in.readUnsignedByte();
    int length = in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = Math.toIntExact(in.readLong());
    }
    byte[] payload = new byte[length];
    in.readFully(payload);
    return new ServerFrame(first, Bytes.of(payload));
  }

  /** The status code of the close frame that comes next. */
  int readClose() throws IOException {
    int first = in.readUnsignedByte();
    if (first != 0x88) {
      throw new AssertionError("no close frame: " + Integer.toHexString(first));
    }
    in.readUnsignedByte();
    return in.readUnsignedShort();
  }

  /** Ends this side of the connection, and goes on reading. */
  void endSending() throws IOException {
    socket.shutdownOutput();
  }

  /** Whether the server has ended the connection, and sent nothing more. */
  boolean isEnded() throws IOException {
    return in.read() == -1;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
