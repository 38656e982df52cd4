#include "bulk.h"
#include "sockets.h"
#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>

/* After the last byte comes the end, and nothing else. */
static enum outcome take_end(struct client *client) {
  char surplus;
  ssize_t got = recv(client->socket, &surplus, 1, 0);
  if (got < 0) return errno == EAGAIN ? GOING : FAILED;
  return got == 0 && !client->stream.wrong ? FINISHED : WRONG;
}

static enum outcome download(struct client *client, struct load *load) {
  (void)load;
  if (client->stream.left == 0) return take_end(client);
  switch (stream_take(&client->stream, client->socket)) {
  case LATER: return GOING;
  case DONE: return take_end(client);
  case BROKEN: return client->stream.wrong ? WRONG : FAILED;
  }
  return FAILED;
}

static enum outcome begin(struct client *client, struct load *load) {
  (void)load;
  no_delay(client->socket);
  return GOING;
}

static enum outcome upload(struct client *client, struct load *load) {
  (void)load;
  if (client->stream.left == 0) return take_answer(client);
  switch (stream_give(&client->stream, client->socket)) {
  case LATER: return GOING;
  case DONE: await(client, EPOLLIN); return GOING;
  case BROKEN: return FAILED;
  }
  return FAILED;
}

void bulk(struct load *load) {
  bool down = load->wish.command == DOWN;
  load->interest = down ? EPOLLIN : EPOLLOUT;
  load->opened = begin;
  load->ready = down ? download : upload;
  drive(load);
}
