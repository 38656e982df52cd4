#include "turns.h"

#include "relay.h"

/* After each turn the thread looks around; where events came in between, they are given as much time: about that of so many bytes each. */
enum { FOR_EACH = 16 * 1024 };
/* So many turns are kept short after something small has passed: it seldom comes alone. */
enum { SHORT = 64 };

void turns_join(struct thread *thread, struct half *half) {
  if (half->again) return;
  half->again = true;
  half->next = thread->again;
  thread->again = half;
}

void turns_leave(struct thread *thread, struct half *half) {
  struct half **lists[] = {&thread->again, &thread->turn};
  for (int i = 0; i < 2; i++)
    for (struct half **at = lists[i]; *at != NULL; at = &(*at)->next)
      if (*at == half) {
        *at = half->next;
        half->again = false;
        return;
      }
}

void turns_shorten(struct thread *thread) { thread->short_turns = SHORT; }

void turns_give(struct thread *thread, int events) {
  if (thread->turn == NULL) {
    thread->turn = thread->again;
    thread->again = NULL;
  }
  uint64_t enough = thread->moved + (uint64_t)events * FOR_EACH;
  while (thread->turn != NULL) {
    struct half *half = thread->turn;
    thread->turn = half->next;
    half->again = false;
    if (thread->short_turns > 0) thread->short_turns--;
    relay_again(thread, half);
    if (thread->moved >= enough) return;
  }
}
