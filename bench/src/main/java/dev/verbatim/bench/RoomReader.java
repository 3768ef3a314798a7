package dev.verbatim.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * A client in a room, such as that of {@link BusyRoom}, by one of the transports. For one thread.
 */
sealed interface RoomReader extends AutoCloseable {
  /**
   * Reads until it is closed.
   *
   * @param texts told each Engine.IO packet
   */
  void readEach(Consumer<String> texts) throws IOException;

  /**
   * Reads until it is closed.
   *
   * @param nanos told for each frame how old it was
   */
  default void read(LongConsumer nanos) throws IOException {
    readEach(text -> tell(text, nanos));
  }

  @Override
  void close() throws IOException;

  /** Opens a connection for which the system takes in little while nobody reads. */
  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(16 * 1024);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static String readHead(DataInputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    return head.toString();
  }

  /** How old the frame is that a text holds. */
  private static void tell(String text, LongConsumer nanos) {
    int from = text.indexOf("\"t\":");
    if (from >= 0) {
      String sent = text.substring(from + 4, text.indexOf(',', from));
      nanos.accept(System.nanoTime() - Long.parseLong(sent));
    }
  }

  /** By WebSocket. */
  final class WebSocket implements RoomReader {
    private final Socket socket;
    private final DataInputStream in;

    /** One that is let in as it is. */
    WebSocket(int port) throws IOException {
      this(port, "");
    }

    /**
     * One that is let in by what it says.
     *
     * @param auth the CONNECT packet's JSON, of ASCII
     */
    WebSocket(int port, String auth) throws IOException {
      socket = connect(port);
      in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      String upgrade =
          String.join(
              "\r\n",
              "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
              "Host: x",
              "Connection: Upgrade",
              "Upgrade: websocket",
              "Sec-WebSocket-Version: 13",
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
              "",
              "");
      socket.getOutputStream().write(upgrade.getBytes(ISO_8859_1));
      readHead(in);
      readFrame();
      writeFrame("40" + auth);
      String connected = readFrame();
      if (!connected.startsWith("40")) {
        throw new IOException("Not let in: " + connected);
      }
    }

    /** Masked with zeros. */
    private void writeFrame(String text) throws IOException {
      ByteArrayOutputStream frame = new ByteArrayOutputStream();
      frame.write(0x81);
      if (text.length() < 126) {
        frame.write(0x80 | text.length());
      } else {
        frame.write(0x80 | 126);
        frame.write(text.length() >> 8);
        frame.write(text.length());
      }
      frame.writeBytes(new byte[4]);
      frame.writeBytes(text.getBytes(ISO_8859_1));
      socket.getOutputStream().write(frame.toByteArray());
    }

    private String readFrame() throws IOException {
      in.readUnsignedByte();
      int length = in.readUnsignedByte();
      byte[] bytes = new byte[length == 126 ? in.readUnsignedShort() : length];
      in.readFully(bytes);
      return new String(bytes, ISO_8859_1);
    }

    @Override
    public void readEach(Consumer<String> texts) throws IOException {
      while (true) {
        texts.accept(readFrame());
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** By HTTP long-polling. */
  final class Polling implements RoomReader {
    private static final String PATH = "/socket.io/?EIO=4&transport=polling";

    private final Socket socket;
    private final DataInputStream in;
    private final String get;

    Polling(int port) throws IOException {
      socket = connect(port);
      in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      String open = answer("GET " + PATH + " HTTP/1.1\r\nHost: x\r\n\r\n");
      String path = PATH + "&sid=" + open.substring(9, 29);
      get = "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
      answer("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n40");
      answer(get);
    }

    private String answer(String request) throws IOException {
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      String head = readHead(in).toLowerCase(Locale.ROOT);
      int from = head.indexOf("content-length: ") + "content-length: ".length();
      byte[] body = new byte[Integer.parseInt(head.substring(from, head.indexOf('\r', from)))];
      in.readFully(body);
      return new String(body, ISO_8859_1);
    }

    @Override
    public void readEach(Consumer<String> texts) throws IOException {
      while (true) {
        for (String packet : answer(get).split("\u001e", -1)) {
          texts.accept(packet);
        }
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
