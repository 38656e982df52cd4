#include "caller.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine.h"
#include "flow.h"
#include "memory.h"
#include "sockets.h"

/* How long a client may be silent (ms) before it gets a socket of Node's to be silent in. */
enum { GRACE = 50 };
/* Read at once (bytes): most hellos and heads many times over. What is longer is read on by JavaScript or the relay. */
enum { FIRST = 16 * 1024 };

struct caller {
  struct caller *next;
  struct caller *previous;
  struct half *half;
  struct address from;
  uint32_t acceptor;
  int64_t until;
};

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void join_queue(struct thread *thread, struct caller *caller) {
  caller->previous = thread->last_caller;
  *(thread->last_caller == NULL ? &thread->callers : &thread->last_caller->next) = caller;
  thread->last_caller = caller;
  thread->callers_count++;
  atomic_fetch_add(thread->engine->silent, 1);
}

static void leave_queue(struct thread *thread, struct caller *caller) {
  *(caller->previous == NULL ? &thread->callers : &caller->previous->next) = caller->next;
  *(caller->next == NULL ? &thread->last_caller : &caller->next->previous) = caller->previous;
  thread->callers_count--;
  atomic_fetch_sub(thread->engine->silent, 1);
}

/* Gives the descriptor to JavaScript, and the slot back. */
static void hand_over(struct thread *thread, struct half *half, struct event event) {
  event.half = half;
  event.fd = half->fd;
  event.bytes = half->held;
  event.size = half->held == NULL ? 0 : half->held_to;
  half->held = NULL;
  half->fd = -1;
  half->state = HALF_OVER;
  engine_report(thread, &event);
}

/* Reads the first bytes; false where there are none yet. */
static bool hear(struct thread *thread, struct half *half, uint32_t acceptor, const struct address *from) {
  ssize_t n = recv(half->fd, thread->scratch, FIRST, 0);
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return false;
  if (n <= 0) {
    /* Gone without a word, as health checks do: it takes the way of all that say nothing. */
    if (half->state == HALF_SILENT) unwatch(thread->epoll, half->fd);
    hand_over(thread, half, (struct event){.kind = EVENT_SILENT, .code = (int)acceptor, .address = *from});
    return true;
  }
  if (half->state == HALF_SILENT) half->readable = n == FIRST;
  else watch(thread->epoll, half->fd, half);
  half->state = HALF_ASKING;
  flow_hold(half, memcpy(more_memory(NULL, (size_t)n), thread->scratch, (size_t)n), (size_t)n);
  engine_report(thread, &(struct event){.kind = EVENT_ASKED, .half = half, .code = (int)acceptor, .address = *from});
  return true;
}

static void hand_silent_over(struct thread *thread, struct caller *caller) {
  leave_queue(thread, caller);
  unwatch(thread->epoll, caller->half->fd);
  hand_over(thread, caller->half, (struct event){.kind = EVENT_SILENT, .code = (int)caller->acceptor, .address = caller->from});
  free(caller);
}

void caller_begin(struct thread *thread, int fd, uint32_t acceptor, const struct address *from) {
  struct half *half = slot_take(thread);
  if (half == NULL) {
    close(fd);
    caller_turned_away(thread, acceptor, from);
    return;
  }
  *half = (struct half){.fd = fd, .writable = true};
  if (hear(thread, half, acceptor, from)) return;
  struct caller *caller = more_memory(NULL, sizeof *caller);
  *caller = (struct caller){.half = half, .from = *from, .acceptor = acceptor, .until = now() + GRACE};
  half->state = HALF_SILENT;
  half->caller = caller;
  join_queue(thread, caller);
  watch(thread->epoll, fd, half);
  /* They are among those that JavaScript has not taken note of: silence must not use that number up. */
  callers_hand_over(thread, thread->engine->allowance / 2 / (int)thread->engine->threads_count);
}

void caller_turned_away(struct thread *thread, uint32_t acceptor, const struct address *from) {
  engine_report(thread, &(struct event){.kind = EVENT_TURNED_AWAY, .code = (int)acceptor, .address = *from});
}

void caller_speaks(struct thread *thread, struct half *half, uint32_t events) {
  if (!(events & ~(uint32_t)EPOLLOUT)) return;
  if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) half->hangup = true;
  struct caller *caller = half->caller;
  if (!hear(thread, half, caller->acceptor, &caller->from)) return;
  leave_queue(thread, caller);
  free(caller);
  if (half->hangup) half->readable = true;
}

void caller_ready(struct thread *thread, struct half *half, uint32_t events) {
  bool lost = (events & (EPOLLHUP | EPOLLERR)) != 0;
  half->readable |= (events & ~(uint32_t)EPOLLOUT) != 0;
  half->hangup |= lost || events & EPOLLRDHUP;
  if (lost) engine_report(thread, &(struct event){.kind = EVENT_LEFT, .half = half});
}

void caller_release(struct thread *thread, struct half *half) {
  unwatch(thread->epoll, half->fd);
  hand_over(thread, half, (struct event){.kind = EVENT_RELEASED});
}

void caller_drop(struct thread *thread, struct half *half, bool by_reset) {
  by_reset ? close_by_reset(half->fd) : (void)close(half->fd);
  flow_release(half);
  half->fd = -1;
  half->state = HALF_OVER;
  engine_report(thread, &(struct event){.kind = EVENT_CANCELLED, .half = half});
}

void callers_hand_over(struct thread *thread, int left) {
  while (thread->callers_count > left) hand_silent_over(thread, thread->callers);
}

int callers_expire(struct thread *thread) {
  if (thread->callers == NULL) return -1;
  int64_t time = now();
  while (thread->callers != NULL && thread->callers->until <= time) hand_silent_over(thread, thread->callers);
  return thread->callers == NULL ? -1 : (int)(thread->callers->until - time);
}

void callers_free(struct thread *thread) {
  while (thread->callers != NULL) {
    struct caller *caller = thread->callers;
    leave_queue(thread, caller);
    free(caller);
  }
}
