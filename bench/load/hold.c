#include "hold.h"
#include "exchange.h"
#include "sockets.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

enum { PATIENCE = 10 };

/* One round trip. */
static bool works(int socket, uint64_t nonce, uint64_t sequence) {
  unsigned char sent[PING_SIZE], got[PING_SIZE];
  ping_write(sent, nonce, sequence);
  return send_all(socket, sent, sizeof sent) && recv(socket, got, sizeof got, MSG_WAITALL) == sizeof got &&
         memcmp(sent, got, sizeof got) == 0;
}

static int open_one(int port, uint64_t nonce) {
  int socket = dial(port, nonce, true);
  if (socket < 0) return -1;
  unsigned char frame[FRAME_SIZE];
  no_delay(socket);
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_sec = PATIENCE}, sizeof(struct timeval));
  frame_write(frame, (struct wish){.command = PING, .nonce = nonce});
  return send_all(socket, frame, sizeof frame) && works(socket, nonce, 1) ? socket : -1;
}

static void say(const char *what, int count) {
  printf("{\"%s\":%d}\n", what, count);
  fflush(stdout);
}

int hold(int port, int count) {
  int *sockets = calloc(count, sizeof *sockets), held = 0, alive = 0;
  if (sockets == NULL) abort();
  while (held < count && (sockets[held] = open_one(port, held + 1)) >= 0) held++;
  say("held", held);
  getchar();
  for (int i = 0; i < held; i++) alive += works(sockets[i], i + 1, 2);
  say("alive", alive);
  free(sockets);
  return alive == count ? 0 : 1;
}
