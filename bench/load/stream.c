#include "stream.h"
#include "payload.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* Comparing costs what the proxy is measured against: unless `full`, one turn in so many compares what it reads, the others have
 * the kernel drop it (tcp(7), MSG_TRUNC). A loss between two samples shifts all that follows, so the next sample sees it. */
enum { SAMPLED = 64, SAMPLE = 1 << 16 };

struct stream stream_of(uint64_t nonce, uint64_t count, bool full) {
  return (struct stream){.place = payload_start(nonce), .left = count, .full = full};
}

static enum moved trouble(void) { return errno == EAGAIN ? LATER : BROKEN; }

enum moved stream_give(struct stream *stream, int socket) {
  if (stream->left == 0) return DONE;
  ssize_t sent = payload_send(socket, stream->place, stream->left);
  if (sent < 0) return trouble();
  stream->place += sent;
  stream->left -= sent;
  return stream->left == 0 ? DONE : LATER;
}

/* True for the turns that compare; the last bytes are always compared. */
static bool is_compared(struct stream *stream) {
  return stream->full || stream->turns++ % SAMPLED == 0 || stream->left <= SAMPLE;
}

enum moved stream_take(struct stream *stream, int socket) {
  static unsigned char buffer[LARGEST];
  if (stream->left == 0) return DONE;
  bool compared = is_compared(stream);
  uint64_t most = compared ? (stream->full ? LARGEST : SAMPLE) : LARGEST;
  /* What is dropped stops before the last sample. */
  uint64_t due = compared ? stream->left : stream->left - SAMPLE;
  ssize_t got = recv(socket, buffer, due < most ? due : most, compared ? 0 : MSG_TRUNC);
  if (got < 0) return trouble();
  if (got == 0) { /* an orderly end, and not all is here: some of it was lost */
    stream->wrong = true;
    return BROKEN;
  }
  if (compared && memcmp(buffer, payload_at(stream->place), got) != 0) stream->wrong = true;
  stream->place += got;
  stream->left -= got;
  return stream->left == 0 ? DONE : LATER;
}
