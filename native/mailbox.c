#include "mailbox.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

void mailbox_open(struct mailbox *box, size_t item_size) {
  *box = (struct mailbox){.item_size = item_size};
  pthread_mutex_init(&box->lock, NULL);
}

void mailbox_close(struct mailbox *box) {
  pthread_mutex_destroy(&box->lock);
  free(box->items);
}

void mailbox_put(struct mailbox *box, const void *item) {
  pthread_mutex_lock(&box->lock);
  if (box->count == box->room) {
    box->room = box->room == 0 ? 64 : box->room * 2;
    box->items = more_memory(box->items, box->room * box->item_size);
  }
  memcpy(box->items + box->count++ * box->item_size, item, box->item_size);
  pthread_mutex_unlock(&box->lock);
}

void mailbox_take(struct mailbox *box, struct letters *letters) {
  pthread_mutex_lock(&box->lock);
  struct letters taken = {box->count, box->room, box->items};
  box->count = 0;
  box->room = letters->room;
  box->items = letters->items;
  pthread_mutex_unlock(&box->lock);
  *letters = taken;
}
