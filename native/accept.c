#include "accept.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <unistd.h>

#include "caller.h"
#include "engine.h"
#include "memory.h"
#include "sockets.h"
#include "tag.h"

/* Clients accepted in one go. */
enum { AT_ONCE = 64 };
/* When the kernel has no memory or descriptor for a client, it is tried again after so long (ms). */
enum { RETRY = 100 };

static int open_spare(void) { return open("/dev/null", O_RDONLY | O_CLOEXEC); }

struct acceptor *acceptor_open(struct thread *thread, uint32_t id, int fd) {
  struct acceptor *acceptor = more_memory(NULL, sizeof *acceptor);
  *acceptor = (struct acceptor){.thread = thread, .id = id, .fd = fd, .spare = open_spare()};
  pthread_mutex_init(&acceptor->lock, NULL);
  /* What is accepted inherits it. */
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  return acceptor;
}

void acceptor_listen(struct thread *thread, struct acceptor *acceptor) {
  acceptor->next = thread->acceptors;
  thread->acceptors = acceptor;
  pthread_mutex_lock(&acceptor->lock);
  struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = tag_acceptor(acceptor)};
  if (acceptor->fd >= 0) epoll_ctl(thread->epoll, EPOLL_CTL_ADD, acceptor->fd, &event);
  pthread_mutex_unlock(&acceptor->lock);
}

void acceptor_close(struct acceptor *acceptor) {
  pthread_mutex_lock(&acceptor->lock);
  /* Explicitly: a successor may share the socket, and then closing it here does not take it out of our epoll. */
  epoll_ctl(acceptor->thread->epoll, EPOLL_CTL_DEL, acceptor->fd, NULL);
  close(acceptor->fd);
  acceptor->fd = -1;
  pthread_mutex_unlock(&acceptor->lock);
}

static void destroy(struct acceptor *acceptor) {
  if (acceptor->fd >= 0) close(acceptor->fd);
  if (acceptor->spare >= 0) close(acceptor->spare);
  pthread_mutex_destroy(&acceptor->lock);
  free(acceptor);
}

static void leave_list(struct acceptor *acceptor) {
  struct thread *thread = acceptor->thread;
  for (struct acceptor **at = &thread->acceptors; *at != NULL; at = &(*at)->next)
    if (*at == acceptor) {
      *at = acceptor->next;
      return;
    }
}

void acceptor_unlisten(struct thread *thread, struct acceptor *acceptor) {
  struct engine *engine = thread->engine;
  if (thread == acceptor->thread) leave_list(acceptor);
  callers_hand_over(thread, 0);
  struct thread *next = &engine->threads[((unsigned)(thread - engine->threads) + 1) % engine->threads_count];
  if (next != acceptor->thread) {
    mailbox_put(&next->commands, &(struct command){.kind = COMMAND_UNLISTEN, .acceptor = acceptor});
    thread_wake(next);
    return;
  }
  engine_report(thread, &(struct event){.kind = EVENT_CLOSED, .code = (int)acceptor->id});
  destroy(acceptor);
}

/* No descriptor is left: a client that finds its connection closed is better off than one that hears nothing. */
static bool turn_away(struct thread *thread, struct acceptor *acceptor) {
  if (acceptor->spare < 0) return false;
  close(acceptor->spare);
  struct address from = {.length = sizeof from.v6};
  int fd = accept4(acceptor->fd, &from.any, &from.length, SOCK_CLOEXEC);
  if (fd >= 0) close(fd);
  acceptor->spare = open_spare();
  if (fd < 0) return false;
  atomic_fetch_add(&thread->engine->undecided, 1);
  caller_turned_away(thread, acceptor->id, &from);
  return true;
}

static void deal_out(struct thread *thread, struct acceptor *acceptor, int fd, const struct address *from) {
  struct engine *engine = thread->engine;
  atomic_fetch_add(&engine->undecided, 1);
  struct thread *other = &engine->threads[atomic_fetch_add(&engine->turn, 1) % engine->threads_count];
  if (other == thread) {
    caller_begin(thread, fd, acceptor->id, from);
    return;
  }
  mailbox_put(&other->commands, &(struct command){
                                    .kind = COMMAND_ADOPT,
                                    .client = {.fd = fd, .acceptor = acceptor->id, .from = *from},
                                });
  thread_wake(other);
}

/* One client; false when there is none to be had now. */
static bool accept_one(struct thread *thread, struct acceptor *acceptor) {
  struct address from = {.length = sizeof from.v6};
  int fd = accept4(acceptor->fd, &from.any, &from.length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd >= 0) {
    deal_out(thread, acceptor, fd, &from);
    return true;
  }
  if (errno == EAGAIN || errno == EWOULDBLOCK) {
    acceptor->more = false;
    return false;
  }
  bool lost = errno == ECONNABORTED || errno == EINTR || errno == EPROTO;
  if (lost || ((errno == EMFILE || errno == ENFILE) && turn_away(thread, acceptor))) return true;
  acceptor->retry = RETRY;
  return false;
}

void acceptor_ready(struct thread *thread, struct acceptor *acceptor) {
  struct engine *engine = thread->engine;
  acceptor->more = true;
  acceptor->retry = 0;
  pthread_mutex_lock(&acceptor->lock);
  for (int i = 0; i < AT_ONCE && acceptor->fd >= 0; i++) {
    if (atomic_load(&engine->undecided) >= engine->allowance) {
      atomic_store(&engine->accept_waits, true);
      /* It may have become less in between. */
      acceptor->retry = -1;
      if (atomic_load(&engine->undecided) >= engine->allowance) break;
      acceptor->retry = 0;
    }
    if (!accept_one(thread, acceptor)) break;
  }
  if (acceptor->fd < 0) acceptor->more = false;
  pthread_mutex_unlock(&acceptor->lock);
}

int acceptors_go_on(struct thread *thread) {
  int soonest = -1;
  for (struct acceptor *acceptor = thread->acceptors; acceptor != NULL; acceptor = acceptor->next) {
    if (acceptor->more) acceptor_ready(thread, acceptor);
    if (acceptor->more) soonest = sooner(soonest, acceptor->retry);
  }
  return soonest;
}

void acceptors_free(struct thread *thread) {
  while (thread->acceptors != NULL) {
    struct acceptor *acceptor = thread->acceptors;
    thread->acceptors = acceptor->next;
    destroy(acceptor);
  }
}
