#include "clients.h"
#include "sockets.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* After so long (ms) without an event nothing more is expected, and after so many failures no more connections are opened. */
enum { EVENTS = 512, STALL = 10000, ENOUGH = 100 };

static int events = -1;
static uint64_t last_nonce;

void await(struct client *client, uint32_t what) {
  epoll_ctl(events, EPOLL_CTL_MOD, client->socket, &(struct epoll_event){.events = what, .data.ptr = client});
}

/* Sends the frame, or waits until the socket takes it: on loopback most often it does at once. */
static enum outcome greet(struct client *client, struct load *load) {
  unsigned char frame[FRAME_SIZE];
  frame_write(frame, client->wish);
  ssize_t sent = send(client->socket, frame, sizeof frame, MSG_NOSIGNAL);
  client->connected = sent == sizeof frame;
  if (client->connected) return load->opened == NULL ? GOING : load->opened(client, load);
  return sent < 0 && errno == EAGAIN ? GOING : FAILED;
}

static bool open_client(struct client *client, struct load *load) {
  *client = (struct client){.wish = load->wish, .since = now()};
  client->wish.nonce = ++last_nonce;
  client->stream = stream_of(client->wish.nonce, client->wish.count, client->wish.full);
  client->socket = dial(load->port, client->wish.nonce, false);
  if (client->socket >= 0 && greet(client, load) == GOING) {
    struct epoll_event event = {.events = client->connected ? load->interest : EPOLLOUT, .data.ptr = client};
    return epoll_ctl(events, EPOLL_CTL_ADD, client->socket, &event) == 0;
  }
  if (load->failed++ == 0) perror("load: connect");
  if (client->socket >= 0) close(client->socket);
  return false;
}

static enum outcome step(struct client *client, struct load *load) {
  if (client->connected) return load->ready(client, load);
  enum outcome outcome = greet(client, load);
  if (client->connected) await(client, load->interest);
  return outcome;
}

static void count(struct load *load, enum outcome outcome) {
  load->finished += outcome == FINISHED;
  load->failed += outcome == FAILED;
  load->wrong += outcome == WRONG;
}

void drive(struct load *load) {
  struct client *clients = calloc(load->connections, sizeof *clients);
  struct epoll_event ready[EVENTS];
  events = epoll_create1(EPOLL_CLOEXEC);
  if (clients == NULL || events < 0) abort();
  double start = now();
  int open = 0;
  for (int i = 0; i < load->connections; i++) open += open_client(&clients[i], load);
  while (open > 0) {
    int happened = epoll_wait(events, ready, EVENTS, STALL);
    if (happened < 0 && errno == EINTR) continue;
    if (happened <= 0) {
      load->failed += open; /* stalled */
      break;
    }
    for (int i = 0; i < happened; i++) {
      struct client *client = ready[i].data.ptr;
      enum outcome outcome = step(client, load);
      if (outcome == GOING) continue;
      count(load, outcome);
      close(client->socket);
      open--;
      if (load->again && now() < load->end && load->failed < ENOUGH) open += open_client(client, load);
    }
  }
  load->seconds = now() - start;
  close(events);
  free(clients);
}

enum outcome take_answer(struct client *client) {
  ssize_t got = recv(client->socket, client->in + client->have, ANSWER_SIZE - client->have, 0);
  if (got <= 0) return got < 0 && errno == EAGAIN ? GOING : FAILED;
  client->have += got;
  if (client->have < ANSWER_SIZE) return GOING;
  return answer_good(client->in, client->wish.nonce) ? FINISHED : WRONG;
}
