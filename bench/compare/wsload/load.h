// The clients of a load, and what is counted of them. One thread owns all of it.
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "measure.h"
#include "options.h"

enum state {
  UNUSED,
  CONNECTING, // TCP
  UPGRADING,  // HTTP
  STEPPING,   // through the steps of the handshake
  READY,
  DEAD,
};

struct client {
  int number;
  int group;
  int fd;
  enum state state;
  int step; // the one under way, while STEPPING
  int in_flight;
  bool wants_write;

  // Of one of the crowd: attempts so far, whether the next one waits, and when it is due; while one
  // is under way, when it is given up.
  int attempts;
  bool waits;
  uint64_t due_at;

  char *rest; // of what was read: the beginning of a frame
  size_t rest_length;
  size_t rest_capacity;

  char *queue; // what the socket did not take yet, from queue_sent on
  size_t queue_length;
  size_t queue_sent;
};

struct counts {
  uint64_t ready; // clients that are now
  uint64_t dead;
  uint64_t heartbeats;
  uint64_t bytes_in;
  uint64_t sent;
  uint64_t delivered;
  uint64_t acknowledged;
  uint64_t errors;
};

struct load {
  const struct options *options;
  int epoll;
  struct client *clients;
  struct counts counts;
  struct histogram delivery_micros; // one in sixteen
  struct histogram acknowledgement_micros;
  char first_error[600]; // empty: none
};

// Makes the clients, none of which is connected.
void load_init(struct load *load, const struct options *options);

// Keeps the first error there is, for it is the others' cause more often than not.
void note_error(struct load *load, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// Prints the first error of a phase and forgets it.
void print_error(struct load *load);

#endif
