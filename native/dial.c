#include "dial.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "engine.h"
#include "flow.h"
#include "relay.h"
#include "sockets.h"

static void fail(struct thread *thread, struct half *half, int code) {
  flow_release(half);
  if (half->fd >= 0) close(half->fd);
  half->fd = -1;
  half->state = HALF_OVER;
  engine_report(thread, &(struct event){.kind = EVENT_FAILED, .half = half, .code = code});
}

static int open_socket(const struct address *target, const struct address *source, int *fd) {
  *fd = socket(target->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (*fd < 0) return errno;
  /* What is connected is spoken to at once: that acknowledges, without a packet of its own. */
  set_option(*fd, IPPROTO_TCP, TCP_QUICKACK, 0);
  if (source->length > 0) {
    /* One local port may serve several destinations. */
    set_option(*fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (bind(*fd, &source->any, source->length) != 0) return errno;
  }
  if (connect(*fd, &target->any, target->length) != 0 && errno != EINPROGRESS) return errno;
  return 0;
}

void dial_begin(struct thread *thread, struct half *half, const struct command *command) {
  *half = (struct half){
      .state = HALF_DIALLING,
      .is_upstream = true,
      .nagle = true,
      .fd = -1,
      .peer = command->dial.client,
      .peer_generation = command->dial.client_generation,
      .skip = command->dial.skip,
  };
  flow_hold(half, command->dial.greeting, command->dial.greeting_size);
  int error = open_socket(&command->dial.target, &command->dial.source, &half->fd);
  if (error == 0) error = watch(thread->epoll, half->fd, half);
  if (error != 0) fail(thread, half, error);
}

static bool is_waited_for(struct thread *thread, const struct half *half) {
  const struct half *client = half->peer;
  return client != NULL && client->state == HALF_ASKING && generation_of(thread->engine, client) == half->peer_generation;
}

void dial_ready(struct thread *thread, struct half *half, uint32_t events) {
  if (events & (EPOLLERR | EPOLLHUP)) {
    int error = socket_error(half->fd);
    if (error != 0) {
      fail(thread, half, error);
      return;
    }
  }
  if (!(events & EPOLLOUT)) return;
  half->state = HALF_CONNECTED;
  half->writable = true;
  half->readable = half->hangup = (events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) != 0;
  if (events & EPOLLIN) half->readable = true;
  bool couples = is_waited_for(thread, half);
  struct event event = {
      .kind = EVENT_CONNECTED,
      .half = half,
      .code = couples,
      .address = {.length = sizeof(struct sockaddr_in6)},
  };
  getsockname(half->fd, &event.address.any, &event.address.length);
  /* Before anything is said by it: should it lead back here, JavaScript has heard of it first. */
  engine_report(thread, &event);
  if (couples) relay_couple(thread, half->peer, half, half->skip);
  else flow_release(half);
}

void dial_cancel(struct thread *thread, struct half *half, bool by_reset) {
  by_reset ? close_by_reset(half->fd) : (void)close(half->fd);
  flow_release(half);
  half->fd = -1;
  half->state = HALF_OVER;
  engine_report(thread, &(struct event){.kind = EVENT_CANCELLED, .half = half});
}
