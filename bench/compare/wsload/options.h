// What the load is to be, from the command line.
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>

enum { STEPS_MAX = 8 }; // Socket.IO with a join takes four

// One step of a client's handshake: the text it sends and what the answer has to contain. Without a
// text it only waits; without an answer to wait for it goes on at once.
struct step {
  const char *say;
  const char *expect;
};

struct names {
  char **items;
  int count;
};

struct options {
  int port;
  int server_pid; // 0: the server's processor time and memory are not measured
  const char *path;

  int clients;
  int first_groups; // whose clients come first, and all others later at once; 0: all come first
  int connects_max; // handshakes under way at once
  struct step steps[STEPS_MAX];
  int step_count;
  struct names groups; // client i is in group i % groups.count
  struct names tokens; // and has token i % tokens.count; may be empty

  const char *send; // the message; NULL: none is sent
  int payload;      // characters that %p stands for
  int senders;      // of each group
  int window;       // messages in flight of each sender; 0: the rate counts
  double rate;      // messages a second, of all senders together
  int seconds;
  int hold_seconds; // for which the clients stay idle before anything is sent

  const char *delivery; // what a delivered message begins with, and so on
  const char *acknowledgement;
  const char *error;
  const char *ping;
  const char *pong;
  bool by_line; // a frame holds a message in each of its lines
};

// Reads the command line; ends the process with a line on what is wrong when it is not understood.
struct options options_of(int argc, char **argv);

// Prints one line on standard error and ends the process with exit code 2.
void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif
