/* Memory that is there, or the process ends: as Node itself does where it has none left. */
#pragma once
#include <stdlib.h>

static inline void *more_memory(void *old, size_t size) {
  void *memory = realloc(old, size);
  if (memory == NULL) abort();
  return memory;
}
