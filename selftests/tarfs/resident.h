/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the page cache of a device holds.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SELFTESTS_RESIDENT_H
#define TARFS_SELFTESTS_RESIDENT_H

#include <stddef.h>

/* @pages: of the beginning of the device, as many as are looked at */
struct cached {
	int fd;
	void *map;
	size_t pages;
};

/* these end the test if they fail */
struct cached open_cached(const char *device, size_t pages);
void close_cached(struct cached *c);

/* how many of them are in the cache */
size_t resident(const struct cached *c);

#endif /* TARFS_SELFTESTS_RESIDENT_H */
