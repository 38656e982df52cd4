/* A queue between threads: many put, one takes all there is. */
#pragma once
#include <pthread.h>
#include <stddef.h>

struct mailbox {
  pthread_mutex_t lock;
  size_t item_size;
  size_t count;
  size_t room;
  unsigned char *items;
};

/* What was taken at once; its memory goes back to the mailbox by `mailbox_take` with the same letters. */
struct letters {
  size_t count;
  size_t room;
  unsigned char *items;
};

void mailbox_open(struct mailbox *box, size_t item_size);
void mailbox_close(struct mailbox *box);

/* Copies `item` in. */
void mailbox_put(struct mailbox *box, const void *item);

/* Exchanges what is in the box for the emptied `letters`. */
void mailbox_take(struct mailbox *box, struct letters *letters);
