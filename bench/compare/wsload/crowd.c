#include "crowd.h"

#include <stdlib.h>

#include "connection.h"

// What socket.io-client 4 has: 1 s, twice as long each time, 5 s at the most, each half as long up
// to half as long again; an attempt is given up after 20 s.
static const uint64_t BACKOFF_NANOS_MIN = 1000000000;
static const uint64_t BACKOFF_NANOS_MAX = 5000000000;
static const uint64_t ATTEMPT_NANOS_MAX = 20000000000;

enum { DOUBLINGS_MAX = 3 };

bool is_of_crowd(const struct options *options, int number) {
  return options->first_groups && number % options->groups.count >= options->first_groups;
}

static uint64_t backoff_nanos(int attempts) {
  int doublings = attempts - 1 < DOUBLINGS_MAX ? attempts - 1 : DOUBLINGS_MAX;
  uint64_t delay = BACKOFF_NANOS_MIN << doublings;
  if (delay > BACKOFF_NANOS_MAX) {
    delay = BACKOFF_NANOS_MAX;
  }
  return delay / 2 + (uint64_t)(delay * drand48());
}

static void wait_for_next(struct client *client, uint64_t now) {
  client->waits = true;
  client->due_at = now + backoff_nanos(client->attempts);
}

static void dial(struct load *load, struct client *client) {
  client->attempts++;
  client->due_at = now_nanos() + ATTEMPT_NANOS_MAX;
  connection_open(load, client - load->clients);
}

struct crowd crowd_begin(struct load *load) {
  struct crowd crowd = {0};
  for (int i = 0; i < load->options->clients; i++) {
    if (is_of_crowd(load->options, i)) {
      crowd.size++;
      dial(load, &load->clients[i]);
    }
  }
  return crowd;
}

void crowd_serve(struct load *load, struct crowd *crowd) {
  uint64_t now = now_nanos();
  for (int i = 0; i < load->options->clients; i++) {
    struct client *client = &load->clients[i];
    if (!is_of_crowd(load->options, i) || client->state == READY) {
      continue;
    }
    if (client->state != DEAD && now > client->due_at) {
      crowd->timed_out++;
      connection_close(load, client, "no answer in time");
      wait_for_next(client, now);
    } else if (client->state != DEAD) {
      continue;
    } else if (!client->waits) {
      crowd->refused++;
      wait_for_next(client, now);
    } else if (now > client->due_at) {
      client->waits = false;
      load->counts.dead--;
      dial(load, client);
    }
  }
}

int crowd_ready(const struct load *load) {
  int ready = 0;
  for (int i = 0; i < load->options->clients; i++) {
    ready += is_of_crowd(load->options, i) && load->clients[i].state == READY;
  }
  return ready;
}
