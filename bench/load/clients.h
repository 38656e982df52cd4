/* Many client connections in one thread, each opened with a frame, and counted as it ends. */
#ifndef CLIENTS_H
#define CLIENTS_H
#include "frame.h"
#include "stream.h"

struct client {
  int socket;
  bool connected;
  uint64_t sequence;
  struct wish wish;
  struct stream stream;
  double since;
  unsigned have;
  unsigned char in[ANSWER_SIZE];
};

enum outcome { GOING, FINISHED, FAILED, WRONG };

struct load {
  int port, connections;
  struct wish wish;
  double end;        /* when to stop; 0 if each connection ends by itself */
  bool again;        /* a new connection follows each that ended, until then */
  uint32_t interest; /* epoll events a connection waits for once its frame is sent */
  /* After the frame is sent; then whenever the socket is ready. */
  enum outcome (*opened)(struct client *, struct load *);
  enum outcome (*ready)(struct client *, struct load *);
  /* What came of it. */
  uint64_t finished, failed, wrong;
  double seconds;
};

/* Runs the load to its end. A connection without any progress of others for long is a failure. */
void drive(struct load *load);
void await(struct client *client, uint32_t events);
/* Collects the answer to a wish; FINISHED when it is all there and right. */
enum outcome take_answer(struct client *client);
#endif
