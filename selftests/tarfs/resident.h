/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pages of a device in the page cache.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SELFTESTS_RESIDENT_H
#define TARFS_SELFTESTS_RESIDENT_H

#include <stddef.h>

/* @pages: to look at, from the beginning of the device */
struct cached {
	int fd;
	void *map;
	size_t pages;
};

/* these end the test if they fail */
struct cached open_cached(const char *device, size_t pages);
void close_cached(struct cached *c);

/* Return: how many of these pages are cached */
size_t resident(const struct cached *c);

#endif /* TARFS_SELFTESTS_RESIDENT_H */
