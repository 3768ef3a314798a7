// The crowd: clients that come all at once, later than the others, and come again as stock clients
// do when they are refused or nobody answers. They are a process of their own, as they would be
// other machines: what dialling thousands takes is not to delay what the others send and read.
#ifndef CROWD_H
#define CROWD_H

#include "load.h"

// Whether a client is of the crowd: one of a group behind the first ones.
bool is_of_crowd(const struct options *options, int number);

struct crowd {
  int pid;
  int line; // to the process: a byte comes when all are in, and its end is the process' end
};

// All of the crowd come now.
struct crowd crowd_begin(const struct options *options);

// Whether they are in, or have given up; what became of them is printed before.
bool crowd_is_over(const struct crowd *crowd);

// Ends the process, and with it their connections.
void crowd_end(const struct crowd *crowd);

#endif
