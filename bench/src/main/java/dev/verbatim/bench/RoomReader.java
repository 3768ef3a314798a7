package dev.verbatim.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.function.LongConsumer;

/** A client in a {@link BusyRoom}, by one of the transports. For one thread. */
sealed interface RoomReader extends AutoCloseable {
  /**
   * Reads until it is closed.
   *
   * @param nanos told for each frame how old it was
   */
  void read(LongConsumer nanos) throws IOException;

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

    WebSocket(int port) throws IOException {
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
      // "40", masked with zeros.
      socket.getOutputStream().write(new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, '4', '0'});
      readFrame();
    }

    private String readFrame() throws IOException {
      in.readUnsignedByte();
      int length = in.readUnsignedByte();
      byte[] bytes = new byte[length == 126 ? in.readUnsignedShort() : length];
      in.readFully(bytes);
      return new String(bytes, ISO_8859_1);
    }

    @Override
    public void read(LongConsumer nanos) throws IOException {
      while (true) {
        tell(readFrame(), nanos);
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
    public void read(LongConsumer nanos) throws IOException {
      while (true) {
        for (String packet : answer(get).split("\u001e", -1)) {
          tell(packet, nanos);
        }
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
