// What the clients say and hear: steps of the handshake, messages, acknowledgements, heartbeats.
#ifndef CHAT_H
#define CHAT_H

#include "load.h"

// Begins the steps of a client whose connection stands.
void chat_begin(struct load *load, struct client *client);

// Sends a text with its placeholders filled in.
void chat_send(struct load *load, struct client *client, const char *template);

// Serves the text of a frame.
void chat_on_text(struct load *load, struct client *client, const char *text, size_t length);

#endif
