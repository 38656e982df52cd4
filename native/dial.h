/* Connects one address; which ones, in what order and for how long is JavaScript's to decide. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "thread.h"

/* Takes the command's memory over. */
void dial_begin(struct thread *thread, struct half *half, const struct command *command);

/* The socket is connected, or has failed. Of several dials for a client it is coupled with the first that is connected. */
void dial_ready(struct thread *thread, struct half *half, uint32_t events);

/* Closes it: without a trace where it lost the race, by a reset where its client was lost. */
void dial_cancel(struct thread *thread, struct half *half, bool by_reset);
