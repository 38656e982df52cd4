/* Moves bytes both ways between two sockets: half-close kept, a reset passed on as a reset. */
#pragma once
#include <stdint.h>

#include "thread.h"

/* Couples a client that asks with an upstream that is connected, which may hold what goes to the client first. */
void relay_couple(struct thread *thread, struct half *client, struct half *upstream, uint32_t skip);

/* The same for any client; takes the command's memory and descriptor over. */
void relay_begin(struct thread *thread, struct half *client, const struct command *command);

/* epoll has seen something at one of the sockets. */
void relay_ready(struct thread *thread, struct half *half, uint32_t events);

/* Whether what an event at `half` is about comes in large pieces. */
bool relay_is_large(const struct half *half);

/* Goes on where another one's turn had come. */
void relay_again(struct thread *thread, struct half *half);

/* Resets both sides: the proxy's own decision. */
void relay_abort(struct thread *thread, struct half *half);

/* Makes the kernel notice a peer that vanished without a word. */
void relay_keep_alive(struct half *client);
