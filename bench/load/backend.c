#include "backend.h"
#include "frame.h"
#include "sockets.h"
#include "stream.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 512 };

enum phase { READING, GIVING, TAKING, ECHOING, ENDING };

struct guest {
  int socket;
  enum phase phase;
  unsigned have;
  struct wish wish;
  struct stream stream;
  unsigned char in[FRAME_SIZE];
};

static int events;

/* Waits for what the guest's phase needs next. */
static void await(struct guest *guest, int operation) {
  uint32_t what = guest->phase == GIVING ? EPOLLOUT : EPOLLIN;
  epoll_ctl(events, operation, guest->socket, &(struct epoll_event){.events = what, .data.ptr = guest});
}

/* Collects `size` bytes in the guest's buffer. */
static enum moved collect(struct guest *guest, unsigned size) {
  ssize_t got = recv(guest->socket, guest->in + guest->have, size - guest->have, 0);
  if (got == 0 || (got < 0 && errno != EAGAIN)) return BROKEN;
  if (got > 0) guest->have += got;
  return guest->have == size ? DONE : LATER;
}

/* Takes what still comes until the client closes: closing first would be a reset, which overtakes the answer. */
static bool drain(struct guest *guest) {
  static char dropped[1 << 16];
  ssize_t got = recv(guest->socket, dropped, sizeof dropped, MSG_TRUNC);
  return got > 0 || (got < 0 && errno == EAGAIN);
}

static bool answer(struct guest *guest, bool good) {
  unsigned char text[ANSWER_SIZE];
  answer_write(text, guest->wish.nonce, good);
  guest->phase = ENDING;
  return send_all(guest->socket, text, sizeof text);
}

/* Turns to what a frame asks for. */
static bool begin(struct guest *guest) {
  bool good = frame_read(guest->in, &guest->wish);
  guest->stream = stream_of(guest->wish.nonce, guest->wish.count, guest->wish.full);
  guest->have = 0;
  if (!good) return answer(guest, false);
  switch (guest->wish.command) {
  case SHORT: return answer(guest, true);
  case PING: guest->phase = ECHOING; return true;
  case UP: guest->phase = TAKING; return true;
  case DOWN:
    guest->phase = GIVING;
    no_delay(guest->socket);
    return true;
  }
  return false;
}

/* Does what can be done now; false once the connection is over. */
static bool serve(struct guest *guest) {
  enum moved moved;
  switch (guest->phase) {
  case READING:
    moved = collect(guest, FRAME_SIZE);
    return moved == DONE ? begin(guest) : moved == LATER;
  case GIVING:
    moved = stream_give(&guest->stream, guest->socket);
    if (moved != DONE) return moved == LATER;
    shutdown(guest->socket, SHUT_WR);
    guest->phase = ENDING;
    return true;
  case TAKING:
    moved = stream_take(&guest->stream, guest->socket);
    return moved == DONE || guest->stream.wrong ? answer(guest, !guest->stream.wrong) : moved == LATER;
  case ECHOING:
    moved = collect(guest, PING_SIZE);
    if (moved != DONE) return moved == LATER;
    guest->have = 0;
    return send_all(guest->socket, guest->in, PING_SIZE);
  case ENDING: return drain(guest);
  }
  return false;
}

static void attend(struct guest *guest, int operation) {
  enum phase before = guest->phase;
  if (!serve(guest)) {
    close(guest->socket);
    free(guest);
  } else if (operation == EPOLL_CTL_ADD || (before == GIVING) != (guest->phase == GIVING)) {
    await(guest, operation);
  }
}

static void welcome(int listener) {
  for (int socket; (socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
    struct guest *guest = calloc(1, sizeof *guest);
    if (guest == NULL) abort();
    guest->socket = socket;
    attend(guest, EPOLL_CTL_ADD);
  }
}

int backend(void) {
  int port, listener = listen_anywhere(&port);
  events = epoll_create1(EPOLL_CLOEXEC);
  if (listener < 0 || events < 0) return perror("load: backend"), 1;
  epoll_ctl(events, EPOLL_CTL_ADD, listener, &(struct epoll_event){.events = EPOLLIN});
  printf("{\"port\":%d}\n", port);
  fflush(stdout);
  struct epoll_event ready[EVENTS];
  for (;;) {
    int count = epoll_wait(events, ready, EVENTS, -1);
    for (int i = 0; i < count; i++) {
      struct guest *guest = ready[i].data.ptr;
      if (guest == NULL) welcome(listener);
      else attend(guest, EPOLL_CTL_MOD);
    }
  }
}
