#include "frame.h"
#include "payload.h"
#include <string.h>

static unsigned char hello[HELLO_SIZE];

static unsigned char *u16(unsigned char *at, size_t value) {
  at[0] = value >> 8;
  at[1] = value;
  return at + 2;
}

/* RFC 8446, 4.1.2, in one record, padded (RFC 7685) to the size that browsers pad to. */
bool frame_name(const char *name) {
  size_t length = strlen(name);
  if (length > 255) return false;
  unsigned char *at = hello;
  *at++ = 22; /* handshake */
  at = u16(at, 0x0301);
  at = u16(at, HELLO_SIZE - 5);
  *at++ = 1; /* client_hello */
  *at++ = 0;
  at = u16(at, HELLO_SIZE - 9);
  at = u16(at, 0x0303);
  memset(at, 5, 32), at += 32; /* random */
  *at++ = 0;                   /* no session */
  at = u16(at, 4);
  at = u16(at, 0x1301);
  at = u16(at, 0xc02f);
  *at++ = 1, *at++ = 0; /* no compression */
  at = u16(at, HELLO_SIZE - (at - hello) - 2);
  at = u16(at, 0); /* server_name */
  at = u16(at, length + 5);
  at = u16(at, length + 3);
  *at++ = 0; /* host_name */
  at = u16(at, length);
  memcpy(at, name, length), at += length;
  at = u16(at, 21); /* padding */
  size_t padding = HELLO_SIZE - (at - hello) - 2;
  at = u16(at, padding);
  memset(at, 0, padding);
  return true;
}

void frame_write(unsigned char frame[FRAME_SIZE], struct wish wish) {
  memcpy(frame, hello, HELLO_SIZE);
  frame[HELLO_SIZE] = wish.command;
  frame[HELLO_SIZE + 1] = wish.full;
  memcpy(frame + HELLO_SIZE + 2, &wish.count, 8);
  memcpy(frame + HELLO_SIZE + 10, &wish.nonce, 8);
}

bool frame_read(const unsigned char frame[FRAME_SIZE], struct wish *wish) {
  wish->command = frame[HELLO_SIZE];
  wish->full = frame[HELLO_SIZE + 1];
  memcpy(&wish->count, frame + HELLO_SIZE + 2, 8);
  memcpy(&wish->nonce, frame + HELLO_SIZE + 10, 8);
  return memcmp(frame, hello, HELLO_SIZE) == 0;
}

void answer_write(unsigned char answer[ANSWER_SIZE], uint64_t nonce, bool good) {
  memcpy(answer, payload_at(payload_start(nonce)), ANSWER_SIZE);
  memcpy(answer, &nonce, 8);
  answer[8] = good ? 'G' : 'W';
}

bool answer_good(const unsigned char answer[ANSWER_SIZE], uint64_t nonce) {
  unsigned char expected[ANSWER_SIZE];
  answer_write(expected, nonce, true);
  return memcmp(answer, expected, ANSWER_SIZE) == 0;
}
