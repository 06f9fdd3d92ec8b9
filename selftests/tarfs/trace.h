/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The requests that a block device gets, from a tracepoint.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SELFTESTS_TRACE_H
#define TARFS_SELFTESTS_TRACE_H

#include <stdint.h>

/* @unit: the largest power of 2 that divides all offsets and lengths, bytes */
struct requests {
	unsigned int count;
	uint64_t bytes;
	uint64_t unit;
};

/* count requests of @device from now on, and of no other */
void watch_requests(const char *device);

/* requests since watch_requests() or the last call */
struct requests new_requests(void);

#endif /* TARFS_SELFTESTS_TRACE_H */
