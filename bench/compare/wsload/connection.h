// The clients' WebSocket connections, all on one epoll: sockets, upgrade, frames. What the texts in
// the frames mean is the business of chat.h.
#ifndef CONNECTION_H
#define CONNECTION_H

#include "load.h"

enum { TEXT_MAX = 65535 }; // bytes: what a frame's 16 bits of length can say

// Begins to connect a client, again if it is dead; connections_serve does the rest.
void connection_open(struct load *load, int number);

// Ends a connection, if it has not ended.
void connection_close(struct load *load, struct client *client, const char *reason);

// Sends a text of TEXT_MAX bytes at most, or queues it while the socket is full.
void connection_send(struct load *load, struct client *client, const char *text, size_t length);

// Waits at most so many milliseconds for events, and serves those there are.
void connections_serve(struct load *load, int timeout_millis);

#endif
