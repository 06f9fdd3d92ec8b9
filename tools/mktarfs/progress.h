/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A progress bar for conversions that take longer than a second.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_MKTARFS_PROGRESS_H
#define TARFS_MKTARFS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/**
 * struct progress - state of the progress bar
 * @total: bytes of the file, 0 if unknown
 * @read: bytes of the tar so far
 * @next: when to draw again, in milliseconds
 */
struct progress {
	bool show;
	bool drawn;
	uint64_t total;
	uint64_t read;
	uint64_t next;
};

/* @show: draw, if standard error is a terminal */
void progress_begin(struct progress *p, const char *tarball, bool show);

/* as @progress of struct convert_options; never fails */
int progress_more(void *progress, uint64_t bytes, uint64_t taken,
		  struct error *e);

/* erase the bar */
void progress_end(struct progress *p);

#endif /* TARFS_MKTARFS_PROGRESS_H */
