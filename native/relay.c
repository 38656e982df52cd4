#include "relay.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>

#include "dial.h"
#include "engine.h"
#include "flow.h"
#include "sockets.h"
#include "turns.h"

/* First probe after so long (s): below the idle limits of the NAT gateways and load balancers on the way. */
enum { KEEPALIVE = 60 };

static struct half *client_of(struct half *half) { return half->is_upstream ? half->peer : half; }

/* The first cause is kept; an orderly end is none any more once the rest was cut. */
static void note_cause(struct half *half, enum side side, int code) {
  struct half *client = client_of(half);
  if (client->cause_known && (client->cause != 0 || code == 0)) return;
  client->cause_known = true;
  client->cause_side = (uint8_t)side;
  client->cause = (int16_t)code;
}

static void close_half(struct thread *thread, struct half *half, bool by_reset) {
  flow_discard(thread, half);
  if (half->again) turns_leave(thread, half);
  if (half->fd >= 0) by_reset ? close_by_reset(half->fd) : (void)close(half->fd);
  half->fd = -1;
  half->state = HALF_OVER;
}

static void finish(struct thread *thread, struct half *half, bool by_reset) {
  struct half *client = client_of(half), *upstream = client->peer;
  close_half(thread, client, by_reset);
  close_half(thread, upstream, by_reset);
  engine_report(thread, &(struct event){
                            .kind = EVENT_ENDED,
                            .half = client,
                            .upstream = upstream,
                            .side = (enum side)client->cause_side,
                            .code = client->cause,
                        });
}

static void cut(struct thread *thread, struct half *half, enum side side, int code) {
  note_cause(half, side, code);
  finish(thread, half, true);
}

static enum side side_of(const struct half *half) { return half->is_upstream ? SIDE_UPSTREAM : SIDE_CLIENT; }

/* Moves what flows from `half`; false when the relay is over. */
static bool move(struct thread *thread, struct half *half) {
  struct half *peer = half->peer;
  switch (flow(thread, half)) {
    case FLOW_WAITS:
      return true;
    case FLOW_AGAIN:
      turns_join(thread, half);
      return true;
    case FLOW_LOST:
      cut(thread, half, side_of(half), half->broken);
      return false;
    case FLOW_PEER_BROKE:
      if (half->broken != 0) {
        cut(thread, half, side_of(half), half->broken);
        return false;
      }
      if (flow_is_wasted(half)) {
        cut(thread, peer, side_of(peer), peer->broken);
        return false;
      }
      /* What the peer has said before is still to be had from it, and then its error. */
      peer->readable = peer->hangup = true;
      if (!move(thread, peer)) return false;
      half->readable = true;
      turns_join(thread, half);
      return true;
    case FLOW_ENDED:
      note_cause(half, side_of(half), 0);
      if (!peer->passed) return true;
      finish(thread, half, false);
      return false;
  }
  return true;
}

/* What is large waits for its turn. */
static bool move_or_wait(struct thread *thread, struct half *half) {
  if (!half->bulk) return move(thread, half);
  turns_join(thread, half);
  return true;
}

static void couple(struct half *client, struct half *upstream) {
  client->peer = upstream;
  upstream->peer = client;
  client->state = upstream->state = HALF_RELAYING;
}

void relay_couple(struct thread *thread, struct half *client, struct half *upstream, uint32_t skip) {
  couple(client, upstream);
  flow_skip(client, skip);
  if (client->held != NULL) count(&flow_counters(thread, client)->taken, client->held_to - client->held_from);
  if (move(thread, upstream)) move(thread, client);
}

void relay_begin(struct thread *thread, struct half *client, const struct command *command) {
  struct half *upstream = command->relay.upstream;
  flow_hold(upstream, command->relay.greeting, command->relay.greeting_size);
  if (command->relay.client < 0) {
    /* Another dial, which JavaScript had given up, was faster. */
    if (client->state != HALF_ASKING) dial_cancel(thread, upstream, true);
    else relay_couple(thread, client, upstream, command->relay.skip);
    return;
  }
  *client = (struct half){.fd = command->relay.client, .writable = true};
  flow_hold(client, command->relay.head, command->relay.head_size);
  int error = watch(thread->epoll, client->fd, client);
  if (error == 0) {
    relay_couple(thread, client, upstream, 0);
    return;
  }
  couple(client, upstream);
  cut(thread, client, SIDE_PROXY, error);
}

void relay_ready(struct thread *thread, struct half *half, uint32_t events) {
  bool lost = (events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) != 0;
  if (lost) half->hangup = true;
  if (lost || events & EPOLLIN) half->readable = true;
  if (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) half->writable = true;
  /* After its end nothing is read from a socket any more: a reset behind it must be asked for. */
  if (events & EPOLLERR && half->ended) {
    int error = socket_error(half->fd);
    if (error != 0) {
      cut(thread, half, side_of(half), error);
      return;
    }
  }
  if (move_or_wait(thread, half)) move_or_wait(thread, half->peer);
}

bool relay_is_large(const struct half *half) { return half->state == HALF_RELAYING && (half->bulk || half->peer->bulk); }

void relay_again(struct thread *thread, struct half *half) {
  move(thread, half);
}

void relay_abort(struct thread *thread, struct half *half) { cut(thread, half, SIDE_PROXY, ECANCELED); }

void relay_keep_alive(struct half *client) {
  const int fds[] = {client->fd, client->peer->fd};
  for (int i = 0; i < 2; i++) {
    set_option(fds[i], IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE);
    set_option(fds[i], SOL_SOCKET, SO_KEEPALIVE, 1);
  }
}
