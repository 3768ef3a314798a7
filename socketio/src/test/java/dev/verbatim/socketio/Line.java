package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** How a client's connection reaches the server. */
enum Line {
  PLAIN,
  /** With TLS, by a certificate that is made once for all tests. */
  ENCRYPTED;

  private static final String PASSWORD = "changeit";

  /** What both sides know of the certificate. */
  private record Tls(SslContext server, SSLContext client) {
    private static final Tls MADE = make();

    private static Tls make() {
      try {
        Path directory = Files.createTempDirectory("tls");
        Path file = directory.resolve("store");
        Process keytool =
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=localhost",
                    "-storetype",
                    "PKCS12",
                    "-storepass",
                    PASSWORD,
                    "-keystore",
                    file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
        if (keytool.waitFor() != 0) {
          throw new AssertionError(said);
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
          store.load(in, PASSWORD.toCharArray());
        }
        Files.delete(file);
        Files.delete(directory);
        return of(store);
      } catch (IOException | GeneralSecurityException | InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private static Tls of(KeyStore store) throws IOException, GeneralSecurityException {
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, PASSWORD.toCharArray());
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext client = SSLContext.getInstance("TLS");
      client.init(null, trust.getTrustManagers(), null);
      return new Tls(SslContextBuilder.forServer(keys).build(), client);
    }
  }

  /** Puts the server's end at the front of a connection's pipeline. */
  void addTo(ChannelPipeline pipeline) {
    if (this == ENCRYPTED) {
      pipeline.addFirst(Tls.MADE.server().newHandler(pipeline.channel().alloc()));
    }
  }

  /** Opens a WebSocket for which the system takes in little while nobody reads. */
  RawClient slowWebSocket(TestServer server) throws IOException {
    return switch (this) {
      case PLAIN -> RawClient.slowWebSocket(server);
      case ENCRYPTED -> RawClient.slowWebSocket(server, Tls.MADE.client());
    };
  }
}
