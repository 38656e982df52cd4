#pragma once
/* What passes through a thread's memory at once (bytes). */
enum { SCRATCH = 64 * 1024 };
