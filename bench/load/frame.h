/* What a client says first: a TLS ClientHello with its server name, then in the clear what it wants of the backend. */
#ifndef FRAME_H
#define FRAME_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HELLO_SIZE = 522, FRAME_SIZE = HELLO_SIZE + 18, ANSWER_SIZE = 128, PING_SIZE = 64 };

enum command { DOWN = 'D', UP = 'U', SHORT = 'S', PING = 'P' };

struct wish {
  enum command command;
  bool full;      /* the receiver compares every byte, not samples */
  uint64_t count; /* bytes of DOWN and UP */
  uint64_t nonce; /* tells connections apart: payload and answers depend on it */
};

/* Sets the server name of all frames; false if it is too long. */
bool frame_name(const char *name);
void frame_write(unsigned char frame[FRAME_SIZE], struct wish wish);
/* False unless the hello is, byte for byte, the one frame_write() writes. */
bool frame_read(const unsigned char frame[FRAME_SIZE], struct wish *wish);
/* The answer to SHORT and UP; `good` is false if what arrived was not what was sent. */
void answer_write(unsigned char answer[ANSWER_SIZE], uint64_t nonce, bool good);
bool answer_good(const unsigned char answer[ANSWER_SIZE], uint64_t nonce);
#endif
