#include "pipes.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "memory.h"

/* What is asked for, which is all a user may have, and the least that is better than copying: beyond fs.pipe-user-pages-soft there are two pages. */
enum { WANTED = 1024 * 1024, LEAST = 64 * 1024 };
/* Empty pipes that a thread keeps while it is busy: those in use at once while nobody is slow are one or two. */
enum { MOST_KEPT = 8 };

static struct pipe *open_pipe(struct pipes *pipes) {
  if (atomic_fetch_sub(pipes->allowance, 1) <= 0) goto refused;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) goto refused;
  int capacity = fcntl(ends[1], F_SETPIPE_SZ, WANTED);
  if (capacity < 0) capacity = fcntl(ends[1], F_GETPIPE_SZ);
  if (capacity < LEAST) {
    close(ends[0]);
    close(ends[1]);
    goto refused;
  }
  struct pipe *pipe = more_memory(NULL, sizeof *pipe);
  *pipe = (struct pipe){.in = ends[1], .out = ends[0], .capacity = (size_t)capacity};
  return pipe;

refused:
  atomic_fetch_add(pipes->allowance, 1);
  return NULL;
}

struct pipe *pipes_take(struct pipes *pipes) {
  struct pipe *pipe = pipes->empty;
  if (pipe == NULL) return open_pipe(pipes);
  pipes->empty = pipe->next;
  pipes->kept--;
  return pipe;
}

void pipes_give(struct pipes *pipes, struct pipe *pipe) {
  if (pipes->kept == MOST_KEPT) {
    pipes_drop(pipes, pipe);
    return;
  }
  pipe->next = pipes->empty;
  pipes->empty = pipe;
  pipes->kept++;
}

void pipes_drop(struct pipes *pipes, struct pipe *pipe) {
  close(pipe->in);
  close(pipe->out);
  free(pipe);
  atomic_fetch_add(pipes->allowance, 1);
}

static void keep(struct pipes *pipes, unsigned most) {
  while (pipes->kept > most) pipes_drop(pipes, pipes_take(pipes));
}

void pipes_trim(struct pipes *pipes) { keep(pipes, 1); }

void pipes_close(struct pipes *pipes) { keep(pipes, 0); }
