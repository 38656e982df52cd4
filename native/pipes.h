/* Pipes through which splice(2) moves bytes. A thread keeps a few that are empty; a relay holds one only while bytes are in it. */
#pragma once
#include <stdatomic.h>
#include <stddef.h>

struct pipe {
  int in;
  int out;
  size_t capacity;
  struct pipe *next;
};

struct pipes {
  struct pipe *empty;
  unsigned kept;
  /* How many more the process may open: each costs two descriptors. */
  atomic_int *allowance;
};

/* An empty pipe, or NULL where none can be had: then bytes are copied. */
struct pipe *pipes_take(struct pipes *pipes);

/* Gives an empty pipe back. */
void pipes_give(struct pipes *pipes, struct pipe *pipe);

/* Closes a pipe with whatever is in it. */
void pipes_drop(struct pipes *pipes, struct pipe *pipe);

/* Keeps one of those that are empty: called when there is nothing to do. */
void pipes_trim(struct pipes *pipes);

void pipes_close(struct pipes *pipes);
