#include "crowd.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "connection.h"

// What socket.io-client 4 has: 1 s, twice as long each time, 5 s at the most, each half as long up
// to half as long again; an attempt is given up after 20 s.
static const uint64_t BACKOFF_NANOS_MIN = 1000000000;
static const uint64_t BACKOFF_NANOS_MAX = 5000000000;
static const uint64_t ATTEMPT_NANOS_MAX = 20000000000;

enum { DOUBLINGS_MAX = 3 };

static const uint64_t CROWD_NANOS_MAX = 120000000000;

// What became of the crowd.
struct outcome {
  int size;
  int ready;
  uint64_t refused;   // attempts that ended before the client was ready
  uint64_t timed_out; // attempts that took too long
};

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

static void dial_all(struct load *load, struct outcome *outcome) {
  for (int i = 0; i < load->options->clients; i++) {
    if (is_of_crowd(load->options, i)) {
      outcome->size++;
      dial(load, &load->clients[i]);
    }
  }
}

// Ends attempts that take too long, begins those that are due, and counts who is ready.
static void go_on(struct load *load, struct outcome *outcome) {
  uint64_t now = now_nanos();
  outcome->ready = 0;
  for (int i = 0; i < load->options->clients; i++) {
    struct client *client = &load->clients[i];
    if (!is_of_crowd(load->options, i)) {
      continue;
    }
    if (client->state == READY) {
      outcome->ready++;
    } else if (client->state != DEAD && now > client->due_at) {
      outcome->timed_out++;
      connection_close(load, client, "no answer in time");
      wait_for_next(client, now);
    } else if (client->state != DEAD) {
      continue;
    } else if (!client->waits) {
      outcome->refused++;
      wait_for_next(client, now);
    } else if (now > client->due_at) {
      client->waits = false;
      load->counts.dead--;
      dial(load, client);
    }
  }
}

static void come(const struct options *options) {
  struct load load;
  load_init(&load, options);
  struct outcome outcome = {0};
  uint64_t start = now_nanos();
  dial_all(&load, &outcome);
  while (outcome.ready < outcome.size && now_nanos() - start < CROWD_NANOS_MAX) {
    connections_serve(&load, 1);
    go_on(&load, &outcome);
  }
  printf("crowd: %d of %d in %.2f s; refused %" PRIu64 " timed out %" PRIu64 " errors %" PRIu64
         "\n",
         outcome.ready, outcome.size, (now_nanos() - start) / 1e9, outcome.refused,
         outcome.timed_out, load.counts.errors);
  print_error(&load);
}

struct crowd crowd_begin(const struct options *options) {
  int ends[2];
  fflush(stdout);
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
    die("socketpair: %s", strerror(errno));
  }
  int pid = fork();
  if (pid < 0) {
    die("fork: %s", strerror(errno));
  }
  if (pid == 0) {
    close(ends[0]);
    // What the crowd itself takes of the processors is not the server's doing.
    setpriority(PRIO_PROCESS, 0, 19);
    come(options);
    // Stays until it is ended: the connections are open meanwhile.
    char byte = 0;
    send(ends[1], &byte, 1, MSG_NOSIGNAL);
    recv(ends[1], &byte, 1, 0);
    _exit(0);
  }
  close(ends[1]);
  return (struct crowd){.pid = pid, .line = ends[0]};
}

bool crowd_is_over(const struct crowd *crowd) {
  char byte;
  return recv(crowd->line, &byte, 1, MSG_DONTWAIT) >= 0;
}

void crowd_end(const struct crowd *crowd) {
  close(crowd->line);
  waitpid(crowd->pid, NULL, 0);
}
