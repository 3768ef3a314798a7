package dev.verbatim.server.identity.clerk;

import com.nimbusds.jose.jwk.JWK;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A JWKS on a real port, which counts what is fetched and may misbehave. For any thread. */
public final class JwksServer implements AutoCloseable {
  private static final String PATH = "/.well-known/jwks.json";

  /** A bound on waiting for other threads, never a pace. */
  private static final long WAIT_SECONDS = 60;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger fetches = new AtomicInteger();
  private final Semaphore begun = new Semaphore(0);
  private volatile Answer answer = exchange -> text(exchange, 500, "");
  private volatile @Nullable String authorization;

  /** What it does. */
  private interface Answer {
    void to(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private JwksServer(HttpServer server) {
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/", this::onFetch);
    server.start();
  }

  /** With these keys; with none, it answers 500. */
  public static JwksServer start(JWK... keys) throws IOException {
    JwksServer server =
        new JwksServer(
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    if (keys.length > 0) {
      server.serve(keys);
    }
    return server;
  }

  /** From now on these keys are there. */
  public void serve(JWK... keys) {
    String json =
        Stream.of(keys)
            .map(key -> key.toPublicJWK().toJSONString())
            .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
    answerText(200, json);
  }

  void answerText(int status, String body) {
    answer = exchange -> text(exchange, status, body);
  }

  void redirect(String location) {
    answer =
        exchange -> {
          exchange.getResponseHeaders().add("Location", location);
          text(exchange, 302, "");
        };
  }

  /** Takes requests and says nothing until {@link #release}; then these keys are there. */
  void hang(JWK... keys) {
    serve(keys);
    Answer then = answer;
    answer =
        exchange -> {
          released.await();
          then.to(exchange);
        };
  }

  /** Begins to answer, and never ends. */
  void hangInTheBody() {
    answer =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          released.await();
        };
  }

  /** Sends this many bytes of a JWKS, or until nobody takes them; tells how many. */
  void flood(int bytes, AtomicInteger sent) {
    byte[] chunk = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
    answer =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream body = exchange.getResponseBody()) {
            while (sent.get() < bytes) {
              body.write(chunk);
              sent.addAndGet(chunk.length);
            }
          }
        };
  }

  void release() {
    released.countDown();
  }

  /** Waits until one more fetch has come than were waited for. */
  void awaitFetch() throws InterruptedException {
    if (!begun.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("Nothing was fetched");
    }
  }

  public int fetches() {
    return fetches.get();
  }

  @Nullable String authorization() {
    return authorization;
  }

  public URI address() {
    return root().resolve(PATH);
  }

  URI root() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void onFetch(HttpExchange exchange) throws IOException {
    fetches.incrementAndGet();
    authorization = exchange.getRequestHeaders().getFirst("Authorization");
    begun.release();
    try (exchange) {
      answer.to(exchange);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void text(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    release();
    server.stop(0);
    threads.shutdownNow();
  }
}
