#include "flow.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine.h"
#include "memory.h"
#include "scratch.h"
#include "sockets.h"

/* A read of so much (bytes) is worth a pipe for the next; a splice of less is not. */
enum { BULK = 16 * 1024, SMALL = 4 * 1024 };
/* Pieces moved before it is another one's turn, and bytes: beside a large transfer others must not wait for it. */
enum { TURNS = 16, SHARE = 256 * 1024 };
/* A piece (bytes) for a peer that is slower, which may have so much waiting in a pipe, or while others wait. */
enum { SHORT_PIECE = 256 * 1024 };

/* What is dropped for a peer that takes no more (bytes), until it is not worth it. */
enum { WASTED = 64 * 1024 * 1024 };

struct counters *flow_counters(struct thread *thread, struct half *half) {
  return &thread->engine->counters[slot_of(thread->engine, half)];
}

void flow_hold(struct half *half, unsigned char *bytes, size_t size) {
  half->held = bytes;
  half->held_from = 0;
  half->held_to = (uint32_t)size;
}

void flow_release(struct half *half) {
  free(half->held);
  half->held = NULL;
}

static void drop_pipe(struct thread *thread, struct half *half) {
  if (half->pipe != NULL) pipes_drop(&thread->pipes, half->pipe);
  half->pipe = NULL;
}

void flow_discard(struct thread *thread, struct half *half) {
  flow_release(half);
  drop_pipe(thread, half);
}

void flow_skip(struct half *half, size_t size) {
  half->held_from += (uint32_t)size;
  if (half->held != NULL && half->held_from >= half->held_to) flow_release(half);
}

static bool would_block(void) { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

/* After a send or splice to `peer`: what it means for the flow that it took `n` bytes. */
static enum flow_result sent(struct thread *thread, struct half *peer, ssize_t n) {
  if (n >= 0) {
    count(&flow_counters(thread, peer)->sent, (size_t)n);
    return FLOW_AGAIN;
  }
  if (would_block()) {
    peer->writable = false;
    return FLOW_WAITS;
  }
  peer->broken = errno;
  return FLOW_PEER_BROKE;
}

/* Before anything is sent to `peer`. Short connections are spared the system call. */
static void speak_to(struct half *peer) {
  if (peer->nagle && peer->spoken_to) {
    set_option(peer->fd, IPPROTO_TCP, TCP_NODELAY, 1);
    peer->nagle = false;
  }
  peer->spoken_to = true;
}

static enum flow_result send_held(struct thread *thread, struct half *half) {
  uint32_t size = half->held_to - half->held_from;
  speak_to(half->peer);
  ssize_t n = send(half->peer->fd, half->held + half->held_from, size, MSG_NOSIGNAL);
  if (n > 0) half->held_from += (uint32_t)n;
  if (n >= 0 && n < size) half->peer->writable = false;
  if (half->held_from == half->held_to) flow_release(half);
  return sent(thread, half->peer, n);
}

/* Where the kernel takes bytes into a pipe but not out of it into a socket, they are read from it. */
static enum flow_result unpipe(struct thread *thread, struct half *half) {
  atomic_store_explicit(&thread->engine->no_splice, true, memory_order_relaxed);
  unsigned char *bytes = more_memory(NULL, half->piped);
  ssize_t n = read(half->pipe->out, bytes, half->piped);
  flow_hold(half, bytes, n < 0 ? 0 : (size_t)n);
  drop_pipe(thread, half);
  return FLOW_AGAIN;
}

static enum flow_result send_piped(struct thread *thread, struct half *half) {
  speak_to(half->peer);
  ssize_t n = splice(half->pipe->out, NULL, half->peer->fd, NULL, half->piped, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
  if (n < 0 && (errno == EINVAL || errno == ENOSYS)) return unpipe(thread, half);
  half->slow = n < half->piped;
  if (n > 0) half->piped -= (uint32_t)n;
  if (half->piped == 0) {
    pipes_give(&thread->pipes, half->pipe);
    half->pipe = NULL;
  }
  return sent(thread, half->peer, n);
}

/* What a read of `n` bytes means, short ones included: FLOW_AGAIN where there are bytes to pass on. */
static enum flow_result taken(struct thread *thread, struct half *half, ssize_t n) {
  if (n > 0) {
    count(&flow_counters(thread, half)->taken, (size_t)n);
    thread->moved += (uint64_t)n;
    return FLOW_AGAIN;
  }
  if (n < 0 && would_block() && half->broken == 0) {
    half->readable = false;
    return FLOW_WAITS;
  }
  if (half->broken == 0 && n < 0) half->broken = errno;
  if (half->broken != 0) return FLOW_LOST;
  half->ended = true;
  return FLOW_AGAIN;
}

static enum flow_result take_into_pipe(struct thread *thread, struct half *half, struct pipe *pipe) {
  bool is_short = half->slow || thread->short_turns > 0;
  size_t size = is_short && pipe->capacity > SHORT_PIECE ? SHORT_PIECE : pipe->capacity;
  ssize_t n = splice(half->fd, NULL, pipe->in, NULL, size, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
  if (n > 0) {
    half->pipe = pipe;
    half->piped = (uint32_t)n;
    half->bulk = n >= SMALL;
    return taken(thread, half, n);
  }
  bool refused = n < 0 && (errno == EINVAL || errno == ENOSYS);
  int error = errno;
  pipes_give(&thread->pipes, pipe);
  errno = error;
  if (!refused) return taken(thread, half, n);
  atomic_store_explicit(&thread->engine->no_splice, true, memory_order_relaxed);
  return FLOW_AGAIN;
}

static enum flow_result copy(struct thread *thread, struct half *half) {
  ssize_t n = recv(half->fd, thread->scratch, SCRATCH, 0);
  enum flow_result result = taken(thread, half, n);
  if (n <= 0) return result;
  half->bulk = n >= BULK;
  /* A short read has emptied the socket: what comes after it is an edge, except for an end that is there already. */
  if (n < SCRATCH) half->readable = half->hangup;
  if (half->peer->writable) speak_to(half->peer);
  ssize_t passed = half->peer->writable ? send(half->peer->fd, thread->scratch, (size_t)n, MSG_NOSIGNAL) : 0;
  result = half->peer->writable ? sent(thread, half->peer, passed) : FLOW_AGAIN;
  if (result == FLOW_PEER_BROKE) return result;
  size_t rest = (size_t)(n - (passed > 0 ? passed : 0));
  if (rest > 0) {
    /* A short write has filled the socket: that there is room again will be an edge. */
    half->peer->writable = false;
    unsigned char *bytes = more_memory(NULL, rest);
    memcpy(bytes, thread->scratch + n - rest, rest);
    flow_hold(half, bytes, rest);
  }
  return FLOW_AGAIN;
}

static enum flow_result take(struct thread *thread, struct half *half) {
  if (half->bulk && !atomic_load_explicit(&thread->engine->no_splice, memory_order_relaxed)) {
    struct pipe *pipe = pipes_take(&thread->pipes);
    if (pipe != NULL) return take_into_pipe(thread, half, pipe);
  }
  return copy(thread, half);
}

bool flow_is_wasted(const struct half *half) { return half->dropped > WASTED; }

/*
 * The peer takes no more. What is said to it is read all the same: whoever waits to be rid of it may not take what the peer has
 * said before until then, and both would wait for ever.
 */
static enum flow_result drop(struct thread *thread, struct half *half) {
  flow_discard(thread, half);
  if (half->ended || !half->readable) return FLOW_WAITS;
  ssize_t n = recv(half->fd, thread->scratch, SCRATCH, 0);
  if (n > 0) half->dropped += (uint32_t)n;
  return flow_is_wasted(half) ? FLOW_PEER_BROKE : taken(thread, half, n);
}

static enum flow_result pass_end(struct half *half) {
  if (half->broken != 0) return FLOW_LOST;
  if (half->passed) return FLOW_WAITS;
  half->passed = true;
  /* Both ends are passed on by then: closing says the same. */
  if (half->peer->passed) return FLOW_ENDED;
  if (shutdown(half->peer->fd, SHUT_WR) == 0) return FLOW_ENDED;
  half->peer->broken = errno;
  return FLOW_PEER_BROKE;
}

enum flow_result flow(struct thread *thread, struct half *half) {
  enum flow_result result = FLOW_AGAIN;
  double enough = flow_counters(thread, half)->taken + SHARE;
  for (int turns = 0; result == FLOW_AGAIN && turns < TURNS; turns++) {
    if (half->peer->broken != 0) {
      result = drop(thread, half);
      continue;
    }
    bool waiting = half->held != NULL || half->pipe != NULL;
    if (waiting && !half->peer->writable) return FLOW_WAITS;
    if (half->held != NULL) result = send_held(thread, half);
    else if (half->pipe != NULL) result = send_piped(thread, half);
    else if (half->ended) return pass_end(half);
    else if (!half->readable) return FLOW_WAITS;
    else if (flow_counters(thread, half)->taken >= enough) return FLOW_AGAIN;
    else result = take(thread, half);
  }
  return result;
}
