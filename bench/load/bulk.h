/* Large transfers, one way. */
#ifndef BULK_H
#define BULK_H
#include "clients.h"
/* Each connection downloads or uploads `wish.count` bytes. */
void bulk(struct load *load);
#endif
