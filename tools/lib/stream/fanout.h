/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bytes that several threads look at while the next ones are being made.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_FANOUT_H
#define TARFS_LIB_FANOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define FANOUT_BUFFER	(1024 * 1024)	/* bytes that are handed over at once */

struct fanout;

/**
 * struct fanout_reader - somebody who looks at the bytes
 * @consume: called with every buffer; all are FANOUT_BUFFER bytes but for the last
 *	one, and @offset is how many bytes came before
 * @in_order: one buffer after the other; if not, several threads can call it at
 *	the same time
 */
struct fanout_reader {
	int (*consume)(void *ctx, const void *buf, size_t len, uint64_t offset,
		       struct error *e);
	void *ctx;
	bool in_order;
};

/**
 * fanout_new() - start the threads
 * @readers: @count of them, the one that takes longest in order first
 * @threads: that call the readers, the caller's own included: 1 for no other.
 *	The others have all signals blocked.
 */
int fanout_new(struct fanout **s, const struct fanout_reader *readers,
	       size_t count, unsigned int threads, struct error *e);

/* end the threads, whatever they have not seen yet */
void fanout_free(struct fanout *s);

/* the next bytes; fails once a reader has failed */
int fanout_write(struct fanout *s, const void *buf, size_t len,
		 struct error *e);

/**
 * fanout_wait() - wait until every buffer that is full has been seen
 * @rest: set to the bytes that do not fill one yet
 */
int fanout_wait(struct fanout *s, const void **rest, size_t *len,
		struct error *e);

/* hand over the rest too, and wait; nothing can be written after that */
int fanout_finish(struct fanout *s, struct error *e);

#endif /* TARFS_LIB_FANOUT_H */
