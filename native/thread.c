#include "thread.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "accept.h"
#include "caller.h"
#include "dial.h"
#include "engine.h"
#include "flow.h"
#include "memory.h"
#include "relay.h"
#include "scratch.h"
#include "sockets.h"
#include "tag.h"
#include "turns.h"

enum { EVENTS_AT_ONCE = 256 };
/* After so long (ms) without an event what is kept for a busy time is let go of. */
enum { IDLE = 1000 };

static void on_event(struct thread *thread, struct half *half, uint32_t events) {
  if (!relay_is_large(half)) turns_shorten(thread);
  switch ((enum half_state)half->state) {
    case HALF_SILENT:
      caller_speaks(thread, half, events);
      return;
    case HALF_ASKING:
      caller_ready(thread, half, events);
      return;
    case HALF_DIALLING:
      dial_ready(thread, half, events);
      return;
    case HALF_CONNECTED:
      /* What it says waits in the kernel until it is relayed. */
      half->readable |= (events & ~(uint32_t)EPOLLOUT) != 0;
      half->hangup |= (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
      return;
    case HALF_RELAYING:
      relay_ready(thread, half, events);
      return;
    case HALF_FREE:
    case HALF_OVER:
      /* Closed earlier in this round. */
      return;
  }
}

/* What is never carried out. */
static void discard(const struct command *command) {
  if (command->kind == COMMAND_ADOPT) close_by_reset(command->client.fd);
  if (command->kind == COMMAND_DIAL) free(command->dial.greeting);
  if (command->kind != COMMAND_RELAY) return;
  if (command->relay.client >= 0) close_by_reset(command->relay.client);
  free(command->relay.head);
  free(command->relay.greeting);
}

static void on_command(struct thread *thread, const struct command *command) {
  struct half *half = command->half;
  if (half != NULL && command->generation != generation_of(thread->engine, half)) {
    /* It would have no one to be coupled with. */
    if (command->kind == COMMAND_RELAY && command->relay.client < 0) dial_cancel(thread, command->relay.upstream, true);
    discard(command);
    return;
  }
  switch (command->kind) {
    case COMMAND_DIAL:
      dial_begin(thread, half, command);
      return;
    case COMMAND_CANCEL:
      if (half->state == HALF_DIALLING || half->state == HALF_CONNECTED) dial_cancel(thread, half, false);
      else if (half->state == HALF_ASKING) caller_drop(thread, half, false);
      else if (half->state == HALF_RELAYING) relay_abort(thread, half);
      return;
    case COMMAND_RELAY:
      relay_begin(thread, half, command);
      return;
    case COMMAND_ABORT:
      if (half->state == HALF_RELAYING) relay_abort(thread, half);
      else if (half->state == HALF_CONNECTED) dial_cancel(thread, half, true);
      else if (half->state == HALF_ASKING) caller_drop(thread, half, true);
      return;
    case COMMAND_KEEP_ALIVE:
      if (half->state == HALF_RELAYING) relay_keep_alive(half);
      return;
    case COMMAND_RELEASE:
      if (half->state == HALF_ASKING) caller_release(thread, half);
      return;
    case COMMAND_LISTEN:
      acceptor_listen(thread, command->acceptor);
      return;
    case COMMAND_UNLISTEN:
      acceptor_unlisten(thread, command->acceptor);
      return;
    case COMMAND_ADOPT:
      caller_begin(thread, command->client.fd, command->client.acceptor, &command->client.from);
      return;
  }
}

static void run_commands(struct thread *thread, struct letters *letters) {
  mailbox_take(&thread->commands, letters);
  const struct command *commands = (const struct command *)letters->items;
  for (size_t i = 0; i < letters->count; i++) on_command(thread, &commands[i]);
}

/* What is due by itself; how long there is nothing to do without an event (ms). */
static int go_on(struct thread *thread, int events) {
  turns_give(thread, events);
  int wait = sooner(acceptors_go_on(thread), callers_expire(thread));
  if (thread->pipes.kept > 1) wait = sooner(wait, IDLE);
  return turns_wait(thread) ? 0 : wait;
}

static void tell(struct thread *thread) {
  if (!thread->reported) return;
  thread->reported = false;
  thread->engine->wake_javascript(thread->engine);
}

static void *run(void *argument) {
  struct thread *thread = argument;
  struct epoll_event events[EVENTS_AT_ONCE];
  struct letters letters = {0};
  int wait = -1;
  bool held = false;
  while (!atomic_load_explicit(&thread->engine->stopping, memory_order_relaxed)) {
    int count = epoll_wait(thread->epoll, events, EVENTS_AT_ONCE, wait);
    if (count == 0 && wait > 0) pipes_trim(&thread->pipes);
    bool commanded = false;
    for (int i = 0; i < count; i++) {
      void *what = events[i].data.ptr;
      if (what == NULL) commanded = true;
      else if (is_acceptor(what)) acceptor_of(what)->more = true;
      else on_event(thread, what, events[i].events);
    }
    /* Now that no event is left of a slot that a command uses again. */
    if (commanded) run_commands(thread, &letters);
    wait = go_on(thread, count);
    /* While there is more to do, one more round comes first: what JavaScript hears at once costs less. */
    held = thread->reported && count > 0 && !held;
    if (held) wait = 0;
    else tell(thread);
  }
  free(letters.items);
  return NULL;
}

static void close_descriptors(struct thread *thread) {
  if (thread->epoll >= 0) close(thread->epoll);
  if (thread->wake >= 0) close(thread->wake);
  pipes_close(&thread->pipes);
  mailbox_close(&thread->commands);
  pthread_mutex_destroy(&thread->slots_lock);
  free(thread->scratch);
}

/* Signals are for the main thread; SIGPIPE, which splice(2) cannot be asked to leave out, is for nobody. */
static int spawn(struct thread *thread) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int error = pthread_create(&thread->id, NULL, run, thread);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (error != 0) return error;
  char name[16];
  snprintf(name, sizeof name, "relay-%u", (unsigned)(thread - thread->engine->threads));
  pthread_setname_np(thread->id, name);
  return 0;
}

/* Edge-triggered: each write is told of, and nothing need be read. */
static int watch_wake(struct thread *thread) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = NULL};
  return epoll_ctl(thread->epoll, EPOLL_CTL_ADD, thread->wake, &event) == 0 ? 0 : errno;
}

int thread_start(struct thread *thread, struct engine *engine) {
  *thread = (struct thread){
      .engine = engine,
      .epoll = epoll_create1(EPOLL_CLOEXEC),
      .wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
      .pipes = {.allowance = &engine->pipes_allowed},
      .scratch = more_memory(NULL, SCRATCH),
      .next_fresh = (uint32_t)(thread - engine->threads),
  };
  /* One is kept for good, so that the first large transfer finds a descriptor as well. */
  struct pipe *first = pipes_take(&thread->pipes);
  if (first != NULL) pipes_give(&thread->pipes, first);
  mailbox_open(&thread->commands, sizeof(struct command));
  pthread_mutex_init(&thread->slots_lock, NULL);
  int error = thread->epoll < 0 || thread->wake < 0 ? EMFILE : watch_wake(thread);
  if (error == 0) error = spawn(thread);
  if (error != 0) close_descriptors(thread);
  return error;
}

static void close_sockets(struct thread *thread) {
  struct engine *engine = thread->engine;
  for (uint32_t slot = (uint32_t)(thread - engine->threads); slot < thread->next_fresh; slot += engine->threads_count) {
    struct half *half = &engine->halves[slot];
    if (half->state == HALF_FREE || half->state == HALF_OVER) continue;
    if (half->fd >= 0) close_by_reset(half->fd);
    flow_discard(thread, half);
  }
}

/* What commands hold that no thread will carry out any more. */
static void discard_commands(struct thread *thread) {
  struct letters letters = {0};
  mailbox_take(&thread->commands, &letters);
  const struct command *commands = (const struct command *)letters.items;
  for (size_t i = 0; i < letters.count; i++) {
    if (commands[i].kind == COMMAND_LISTEN) acceptor_listen(thread, commands[i].acceptor);
    discard(&commands[i]);
  }
  free(letters.items);
}

void thread_join(struct thread *thread) {
  thread->due = true;
  thread_flush(thread);
  pthread_join(thread->id, NULL);
  discard_commands(thread);
  acceptors_free(thread);
  callers_free(thread);
  close_sockets(thread);
  close_descriptors(thread);
}

void thread_command(struct thread *thread, const struct command *command) {
  mailbox_put(&thread->commands, command);
  thread->due = true;
}

void thread_flush(struct thread *thread) {
  if (!thread->due) return;
  thread->due = false;
  thread_wake(thread);
}

void thread_wake(struct thread *thread) {
  uint64_t once = 1;
  if (write(thread->wake, &once, sizeof once) < 0) return;
}
