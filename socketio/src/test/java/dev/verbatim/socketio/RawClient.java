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
import javax.net.ssl.SSLContext;

/** A TCP connection that sends what no proper client would. For one thread. */
final class RawClient implements AutoCloseable {
  private static final byte[] MASK = {1, 2, 3, 4};
  private static final int BUFFER_BYTES = 128 * 1024;
  private static final int SLOW_BUFFER_BYTES = 16 * 1024;

  /** Where a client begins that polls. */
  static final String POLLING = "/socket.io/?EIO=4&transport=polling";

  private static final Pattern SID = Pattern.compile("\"sid\":\"([^\"]{20})\"");
  private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

  private final Socket socket;
  private final DataInputStream in;

  RawClient(TestServer server) throws IOException {
    this(server, BUFFER_BYTES);
  }

  private RawClient(TestServer server, int bufferBytes) throws IOException {
    this(connect(server, bufferBytes));
  }

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(60_000);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  private static Socket connect(TestServer server, int bufferBytes) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(bufferBytes);
    socket.setSendBufferSize(bufferBytes);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    socket.setTcpNoDelay(true);
    return socket;
  }

  /** A client for which the system takes in little while nobody reads. */
  static RawClient slow(TestServer server) throws IOException {
    return new RawClient(server, SLOW_BUFFER_BYTES);
  }

  static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  /**
   * @param body of ASCII
   */
  static String post(String path, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: x\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  /** The id of the session that an OPEN packet begins. */
  static String sid(String open) {
    Matcher sid = SID.matcher(open);
    if (!sid.find()) {
      throw new AssertionError(open);
    }
    return sid.group(1);
  }

  static String upgrade(String query) {
    return "GET /socket.io/?EIO=4&transport=websocket"
        + query
        + " HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  }

  /** Opens a WebSocket and reads as far as the OPEN packet. */
  static RawClient webSocket(TestServer server) throws IOException {
    return new RawClient(server).asWebSocket();
  }

  /** The same of a client for which the system takes in little while nobody reads. */
  static RawClient slowWebSocket(TestServer server) throws IOException {
    return slow(server).asWebSocket();
  }

  /** The same by TLS. */
  static RawClient slowWebSocket(TestServer server, SSLContext tls) throws IOException {
    Socket plain = connect(server, SLOW_BUFFER_BYTES);
    return new RawClient(tls.getSocketFactory().createSocket(plain, "localhost", 0, true))
        .asWebSocket();
  }

  private RawClient asWebSocket() throws IOException {
    send(upgrade(""));
    readHead();
    readFrame();
    return this;
  }

  /** Opens a session that polls, and gives the path of its requests. */
  String openPolling() throws IOException {
    send(get(POLLING));
    return POLLING + "&sid=" + sid(readAnswer(200));
  }

  /** The same, and goes into the main namespace. */
  String connectPolling() throws IOException {
    String session = openPolling();
    send(post(session, "40"));
    String answer = readAnswer(200);
    if (!answer.equals("ok")) {
      throw new AssertionError(answer);
    }
    send(get(session));
    String connect = readAnswer(200);
    if (!connect.startsWith("40{")) {
      throw new AssertionError(connect);
    }
    return session;
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
    Answer answer = readAnswer();
    if (!answer.head().startsWith("HTTP/1.1 " + status + " ")) {
      throw new AssertionError(answer.head());
    }
    return answer.body();
  }

  /**
   * An answer of the server's.
   *
   * @param head as {@link #readHead} gives it
   */
  record Answer(String head, String body) {}

  /** The next answer, which has a Content-Length if it has a body. */
  Answer readAnswer() throws IOException {
    String head = readHead();
    Matcher length = CONTENT_LENGTH.matcher(head);
    return new Answer(head, length.find() ? read(Integer.parseInt(length.group(1))) : "");
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

  /** Whether nothing has come that is not read yet. */
  boolean isQuiet() throws IOException {
    return in.available() == 0;
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
