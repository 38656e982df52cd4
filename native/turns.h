/* Large transfers take turns, and between turns the thread looks around: what is small does not wait for all of them. */
#pragma once
#include "thread.h"

/* Lets a half go on when its turn comes; one that is closed must leave. */
void turns_join(struct thread *thread, struct half *half);
void turns_leave(struct thread *thread, struct half *half);

/* Something small has passed, for which large transfers make way. */
void turns_shorten(struct thread *thread);

/* Gives so many turns as are due after a round of `events`. */
void turns_give(struct thread *thread, int events);

static inline bool turns_wait(const struct thread *thread) { return thread->turn != NULL || thread->again != NULL; }
