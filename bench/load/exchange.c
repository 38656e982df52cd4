#include "exchange.h"
#include "histogram.h"
#include "payload.h"
#include "sockets.h"
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

static enum outcome answered(struct client *client, struct load *load) {
  (void)load;
  enum outcome outcome = take_answer(client);
  if (outcome == FINISHED) histogram_add(now() - client->since);
  return outcome;
}

void ping_write(unsigned char message[PING_SIZE], uint64_t nonce, uint64_t sequence) {
  memcpy(message, payload_at(payload_start(nonce) + sequence), PING_SIZE);
  memcpy(message, &nonce, 8);
  memcpy(message + 8, &sequence, 8);
}

static enum outcome ping(struct client *client, struct load *load) {
  (void)load;
  unsigned char message[PING_SIZE];
  ping_write(message, client->wish.nonce, ++client->sequence);
  client->have = 0;
  client->since = now();
  return send_all(client->socket, message, sizeof message) ? GOING : FAILED;
}

static enum outcome first_ping(struct client *client, struct load *load) {
  no_delay(client->socket); /* it follows the frame at once */
  return ping(client, load);
}

static enum outcome ponged(struct client *client, struct load *load) {
  ssize_t got = recv(client->socket, client->in + client->have, PING_SIZE - client->have, 0);
  if (got <= 0) return got < 0 && errno == EAGAIN ? GOING : FAILED;
  client->have += got;
  if (client->have < PING_SIZE) return GOING;
  unsigned char expected[PING_SIZE];
  ping_write(expected, client->wish.nonce, client->sequence);
  if (memcmp(client->in, expected, PING_SIZE) != 0) return WRONG;
  /* The first round trip has the proxy's dialling in it. */
  if (client->sequence > 1) histogram_add(now() - client->since);
  return now() < load->end || client->sequence == 1 ? ping(client, load) : FINISHED;
}

void exchange(struct load *load) {
  bool short_ones = load->wish.command == SHORT;
  load->interest = EPOLLIN;
  load->opened = short_ones ? NULL : first_ping;
  load->ready = short_ones ? answered : ponged;
  load->again = short_ones;
  drive(load);
}
