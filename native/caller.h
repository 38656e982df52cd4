/*
 * A client between accept and JavaScript's decision. Its first bytes go to JavaScript as they are; one that is silent goes
 * there as a descriptor after a moment, since most say at once what they want and the others are not in a hurry.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "thread.h"

void caller_begin(struct thread *thread, int fd, uint32_t acceptor, const struct address *from);

/* It has been closed, for there was nothing to take it with; it counts as one that JavaScript has not taken note of. */
void caller_turned_away(struct thread *thread, uint32_t acceptor, const struct address *from);

/* epoll has seen something at a client that is silent, or that asks. */
void caller_speaks(struct thread *thread, struct half *half, uint32_t events);
void caller_ready(struct thread *thread, struct half *half, uint32_t events);

/* JavaScript takes a client that asks itself, or does without it. */
void caller_release(struct thread *thread, struct half *half);
void caller_drop(struct thread *thread, struct half *half, bool by_reset);

/* Hands the longest silent ones over until so many are left. */
void callers_hand_over(struct thread *thread, int left);

/* Hands over whose time is up; how long the next one still has (ms), -1 where there is none. */
int callers_expire(struct thread *thread);

/* Closes all that are silent. */
void callers_free(struct thread *thread);
