/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fan a stream of bytes out to several readers, which threads call while the
 * writer produces the next bytes.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_FANOUT_H
#define TARFS_LIB_FANOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define FANOUT_BUFFER	(1024 * 1024)	/* bytes in one buffer */

struct fanout;

/**
 * struct fanout_reader - a consumer of the bytes
 * @consume: called with every buffer, of FANOUT_BUFFER bytes except for the
 *	last one; @offset is the buffer's byte offset in the stream
 * @in_order: call @consume with one buffer after the other; otherwise several
 *	threads can call it at the same time
 */
struct fanout_reader {
	int (*consume)(void *ctx, const void *buf, size_t len, uint64_t offset,
		       struct error *e);
	void *ctx;
	bool in_order;
};

/**
 * fanout_new() - start the threads
 * @readers: @count of them; the slowest @in_order reader should be the first
 * @threads: number of threads that call the readers, including the caller's: 1
 *	starts none.  The others block all signals.
 */
int fanout_new(struct fanout **s, const struct fanout_reader *readers,
	       size_t count, unsigned int threads, struct error *e);

/* end the threads; buffers not consumed yet are dropped */
void fanout_free(struct fanout *s);

/* append bytes to the stream; fails once a reader has failed */
int fanout_write(struct fanout *s, const void *buf, size_t len,
		 struct error *e);

/**
 * fanout_wait() - wait until every full buffer has been consumed
 * @rest: set to the bytes of the last, partial buffer
 */
int fanout_wait(struct fanout *s, const void **rest, size_t *len,
		struct error *e);

/* pass on the last, partial buffer, and wait; this ends the stream */
int fanout_finish(struct fanout *s, struct error *e);

#endif /* TARFS_LIB_FANOUT_H */
