// wsload: a load generator for WebSocket chat servers, on loopback, in one thread (a crowd, if
// there is one, in another process).
//
// It opens clients and walks each through a handshake of texts; lets them stay idle; then has some
// of them send, at a fixed rate or with a fixed number of messages in flight, and counts messages
// delivered and acknowledged, errors and latency. What the server uses is read from /proc. Frames
// are read and written by hand: the less the load takes of the processors it shares with the
// server, the more there is to measure.
#include <inttypes.h>
#include <stdio.h>

#include "chat.h"
#include "connection.h"
#include "crowd.h"
#include "load.h"
#include "measure.h"
#include "options.h"

static const uint64_t SECOND_NANOS = 1000000000;

enum {
  CONNECT_SECONDS_MAX = 300,
  CONNECT_ERRORS_MAX = 1000,
  DRAIN_SECONDS_MAX = 20,
  QUIET_SECONDS = 1,    // without a delivery after the last message, and all have come
  RATE_BURST_MAX = 256, // messages that are late, before the deliveries are looked at again
};

static double server_cpu_seconds(const struct options *options) {
  return options->server_pid ? cpu_seconds_of(options->server_pid) : 0;
}

static long server_rss_kib(const struct options *options) {
  return options->server_pid ? rss_kib_of(options->server_pid) : 0;
}

static double seconds_between(uint64_t from_nanos, uint64_t to_nanos) {
  return (to_nanos - from_nanos) / 1e9;
}

static uint64_t at_least_one(uint64_t count) { return count ? count : 1; }

// ---- connect

static void connect_clients(struct load *load) {
  const struct options *options = load->options;
  const struct counts *counts = &load->counts;
  uint64_t deadline = now_nanos() + CONNECT_SECONDS_MAX * SECOND_NANOS;
  int dialled = 0;
  int skipped = 0;
  while (counts->ready + counts->dead + skipped < (uint64_t)options->clients &&
         counts->errors <= CONNECT_ERRORS_MAX && now_nanos() <= deadline) {
    while (dialled < options->clients &&
           dialled - skipped - (int)(counts->ready + counts->dead) < options->connects_max) {
      if (is_of_crowd(options, dialled)) {
        skipped++;
      } else {
        connection_open(load, dialled);
      }
      dialled++;
    }
    connections_serve(load, 50);
  }
}

static void run_connect(struct load *load, long rss_at_start) {
  const struct options *options = load->options;
  double cpu_at_start = server_cpu_seconds(options);
  uint64_t start = now_nanos();
  connect_clients(load);
  double seconds = seconds_between(start, now_nanos());
  double cpu = server_cpu_seconds(options) - cpu_at_start;
  long rss = server_rss_kib(options);
  uint64_t ready = load->counts.ready;

  printf("connect: ready %" PRIu64 " dead %" PRIu64 " in %.2f s (%.0f/s)", ready,
         load->counts.dead, seconds, ready / seconds);
  if (options->server_pid) {
    printf(", server cpu %.2f s (%.1f us each), rss %ld -> %ld KiB (%.2f KiB each)", cpu,
           cpu * 1e6 / at_least_one(ready), rss_at_start, rss,
           (rss - rss_at_start) / (double)at_least_one(ready));
  }
  printf("\n");
  print_error(load);
}

// ---- hold

static void run_hold(struct load *load, long rss_at_start) {
  const struct options *options = load->options;
  double cpu_at_start = server_cpu_seconds(options);
  uint64_t heartbeats_at_start = load->counts.heartbeats;
  uint64_t end = now_nanos() + options->hold_seconds * SECOND_NANOS;
  while (now_nanos() < end) {
    connections_serve(load, 100);
  }
  double cpu = server_cpu_seconds(options) - cpu_at_start;
  long rss = server_rss_kib(options);
  uint64_t alive = load->counts.ready;

  printf("hold %d s: alive %" PRIu64 ", heartbeats %" PRIu64, options->hold_seconds, alive,
         load->counts.heartbeats - heartbeats_at_start);
  if (options->server_pid) {
    printf(", server cpu %.2f s, rss %ld KiB (%.2f KiB each)", cpu, rss,
           (rss - rss_at_start) / (double)alive);
  }
  printf("\n");
  fflush(stdout);
}

// ---- send

static int speaking_groups(const struct options *options) {
  return options->first_groups ? options->first_groups : options->groups.count;
}

// Clients are spread over the groups in turn, so the first clients of all are the first of every
// group. Only those that come first speak.
static struct client *sender_of(struct load *load, uint64_t number) {
  int speaking = speaking_groups(load->options);
  return &load->clients[number / speaking * load->options->groups.count + number % speaking];
}

// Each sender has as many messages in flight as the window holds.
static void fill_windows(struct load *load, int senders) {
  for (int i = 0; i < senders; i++) {
    struct client *client = sender_of(load, i);
    while (client->state == READY && client->in_flight < load->options->window) {
      chat_send(load, client, load->options->send);
      client->in_flight++;
      load->counts.sent++;
    }
  }
}

// The senders send in turn what is due since the start. What a client that is gone would have sent
// counts as well, so that it shows as not acknowledged.
static void send_due(struct load *load, int senders, double due) {
  for (int burst = 0; load->counts.sent < due && burst < RATE_BURST_MAX; burst++) {
    struct client *client = sender_of(load, load->counts.sent % senders);
    if (client->state == READY) {
      chat_send(load, client, load->options->send);
    }
    load->counts.sent++;
  }
}

static int senders_of(const struct options *options) {
  int64_t senders = (int64_t)options->senders * speaking_groups(options);
  return senders > options->clients ? options->clients : (int)senders;
}

static void send_messages(struct load *load, uint64_t start) {
  const struct options *options = load->options;
  int senders = senders_of(options);
  uint64_t end = start + options->seconds * SECOND_NANOS;
  while (now_nanos() < end) {
    if (options->window) {
      fill_windows(load, senders);
      connections_serve(load, 1);
    } else {
      double due = seconds_between(start, now_nanos()) * options->rate;
      send_due(load, senders, due);
      connections_serve(load, load->counts.sent < due ? 0 : 1);
    }
  }
}

// Waits until deliveries cease, and says when the last was seen.
static uint64_t drain(struct load *load) {
  uint64_t start = now_nanos();
  uint64_t last_at = start;
  uint64_t last = load->counts.delivered;
  while (now_nanos() - start < DRAIN_SECONDS_MAX * SECOND_NANOS) {
    connections_serve(load, 20);
    if (load->counts.delivered != last) {
      last = load->counts.delivered;
      last_at = now_nanos();
    } else if (now_nanos() - last_at > QUIET_SECONDS * SECOND_NANOS) {
      break;
    }
  }
  return last_at;
}

static void forget_handshakes(struct load *load) {
  struct counts *counts = &load->counts;
  counts->sent = 0;
  counts->delivered = 0;
  counts->acknowledged = 0;
  counts->errors = 0;
  load->delivery_micros = (struct histogram){0};
  load->acknowledgement_micros = (struct histogram){0};
}

static void print_latencies(const struct load *load) {
  const struct histogram *delivery = &load->delivery_micros;
  const struct histogram *acknowledgement = &load->acknowledgement_micros;
  printf("delivery latency us: p50 %.0f p90 %.0f p99 %.0f p99.9 %.0f\n",
         histogram_percentile(delivery, .5), histogram_percentile(delivery, .9),
         histogram_percentile(delivery, .99), histogram_percentile(delivery, .999));
  printf("ack latency us: p50 %.0f p99 %.0f\n", histogram_percentile(acknowledgement, .5),
         histogram_percentile(acknowledgement, .99));
}

static void run_send(struct load *load) {
  const struct options *options = load->options;
  const struct counts *counts = &load->counts;
  forget_handshakes(load);
  double cpu_at_start = server_cpu_seconds(options);
  double own_cpu_at_start = own_cpu_seconds();
  uint64_t bytes_at_start = counts->bytes_in;
  uint64_t start = now_nanos();
  send_messages(load, start);
  uint64_t delivered_while_sending = counts->delivered;
  double seconds = seconds_between(start, drain(load));
  double own_cpu = own_cpu_seconds() - own_cpu_at_start;
  double cpu = server_cpu_seconds(options) - cpu_at_start;

  printf("send: sent %" PRIu64 " acked %" PRIu64 " errors %" PRIu64 " delivered %" PRIu64
         " (at end of sending %" PRIu64 ") over %.2f s; alive %" PRIu64 "\n",
         counts->sent, counts->acknowledged, counts->errors, counts->delivered,
         delivered_while_sending, seconds, counts->ready);
  printf("rates: %.0f sends/s acked, %.0f deliveries/s, %.1f MB/s in\n",
         counts->acknowledged / seconds, counts->delivered / seconds,
         (counts->bytes_in - bytes_at_start) / seconds / 1e6);
  if (options->server_pid) {
    uint64_t messages = counts->acknowledged ? counts->acknowledged : counts->sent;
    printf("server: cpu %.2f s = %.2f us per delivery, %.1f us per send, %.0f%% of one core; "
           "rss %ld KiB; generator cpu %.2f s\n",
           cpu, cpu * 1e6 / at_least_one(counts->delivered), cpu * 1e6 / at_least_one(messages),
           cpu / seconds * 100, server_rss_kib(options), own_cpu);
  }
  print_latencies(load);
  print_error(load);
}

// ---- the crowd

// The others go on sending at their rate while the crowd comes.
static void run_crowd(struct load *load) {
  const struct options *options = load->options;
  forget_handshakes(load);
  double cpu_at_start = server_cpu_seconds(options);
  uint64_t start = now_nanos();
  struct crowd crowd = crowd_begin(options);
  while (!crowd_is_over(&crowd)) {
    double due = seconds_between(start, now_nanos()) * options->rate;
    send_due(load, senders_of(options), due);
    connections_serve(load, 1);
  }
  double cpu = server_cpu_seconds(options) - cpu_at_start;
  drain(load);
  crowd_end(&crowd);
  printf("others: sent %" PRIu64 " acked %" PRIu64 " delivered %" PRIu64 " errors %" PRIu64
         "; server cpu %.2f s; alive %" PRIu64 "\n",
         load->counts.sent, load->counts.acknowledged, load->counts.delivered,
         load->counts.errors, cpu, load->counts.ready);
  print_latencies(load);
  print_error(load);
}

int main(int argc, char **argv) {
  struct options options = options_of(argc, argv);
  struct load load;
  load_init(&load, &options);
  long rss_at_start = server_rss_kib(&options);
  run_connect(&load, rss_at_start);
  if (!load.counts.ready) {
    return 1;
  }
  if (options.hold_seconds) {
    run_hold(&load, rss_at_start);
  }
  if (options.send) {
    run_send(&load);
  }
  if (options.first_groups) {
    run_crowd(&load);
  }
  return 0;
}
