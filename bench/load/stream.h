/* A known number of payload bytes that one side gives and the other takes. */
#ifndef STREAM_H
#define STREAM_H
#include <stdbool.h>
#include <stdint.h>

struct stream {
  uint64_t place, left, turns;
  bool full, wrong;
};

enum moved { LATER, DONE, BROKEN };

struct stream stream_of(uint64_t nonce, uint64_t count, bool full);
/* Sends what the socket has room for. */
enum moved stream_give(struct stream *stream, int socket);
/* Receives what has come, no more than is due. BROKEN is an error; `wrong` says that bytes differ or are missing. */
enum moved stream_take(struct stream *stream, int socket);
#endif
