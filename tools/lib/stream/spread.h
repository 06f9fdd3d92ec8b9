/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bytes that several threads look at while the next ones are being made.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_SPREAD_H
#define TARFS_LIB_SPREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define SPREAD_BUFFER	(1024 * 1024)	/* bytes that are handed over at once */

struct spread;

/**
 * struct spread_reader - somebody who looks at the bytes
 * @see: called with every buffer; all are SPREAD_BUFFER bytes but for the last
 *	one, and @offset is how many bytes came before
 * @in_order: one buffer after the other; if not, several threads can call it at
 *	the same time
 */
struct spread_reader {
	int (*see)(void *ctx, const void *buf, size_t len, uint64_t offset,
		   struct error *e);
	void *ctx;
	bool in_order;
};

/**
 * spread_new() - start the threads
 * @readers: @count of them, the one that takes longest in order first
 * @threads: that call the readers, the caller's own included: 1 for no other.
 *	The others have all signals blocked.
 */
int spread_new(struct spread **s, const struct spread_reader *readers,
	       size_t count, unsigned int threads, struct error *e);

/* end the threads, whatever they have not seen yet */
void spread_free(struct spread *s);

/* the next bytes; fails once a reader has failed */
int spread_write(struct spread *s, const void *buf, size_t len,
		 struct error *e);

/**
 * spread_wait() - wait until every buffer that is full has been seen
 * @rest: set to the bytes that do not fill one yet
 */
int spread_wait(struct spread *s, const void **rest, size_t *len,
		struct error *e);

/* hand over the rest too, and wait; nothing can be written after that */
int spread_finish(struct spread *s, struct error *e);

#endif /* TARFS_LIB_SPREAD_H */
