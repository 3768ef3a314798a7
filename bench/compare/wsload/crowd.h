// The crowd: clients that come all at once, later than the others, and come again as stock clients
// do when they are refused or nobody answers.
#ifndef CROWD_H
#define CROWD_H

#include "load.h"

// Whether a client is of the crowd: one of a group behind the first ones.
bool is_of_crowd(const struct options *options, int number);

struct crowd {
  int size;
  uint64_t refused;   // attempts that ended before the client was ready
  uint64_t timed_out; // attempts that took too long
};

// All of the crowd come now.
struct crowd crowd_begin(struct load *load);

// Ends attempts that take too long, and begins those that are due.
void crowd_serve(struct load *load, struct crowd *crowd);

// How many of them are ready.
int crowd_ready(const struct load *load);

#endif
