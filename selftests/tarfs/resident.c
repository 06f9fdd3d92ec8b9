// SPDX-License-Identifier: GPL-2.0
/*
 * The pages of a device in the page cache, by mincore() of a mapping.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "guest.h"
#include "resident.h"

struct cached open_cached(const char *device, size_t pages)
{
	struct cached c = {
		.fd = open(device, O_RDONLY | O_CLOEXEC),
		.pages = pages,
	};

	if (c.fd < 0)
		give_up("cannot open %s", device);
	c.map = mmap(NULL, pages * PAGE, PROT_READ, MAP_SHARED, c.fd, 0);
	if (c.map == MAP_FAILED)
		give_up("cannot map %s", device);
	return c;
}

void close_cached(struct cached *c)
{
	munmap(c->map, c->pages * PAGE);
	close(c->fd);
}

size_t resident(const struct cached *c)
{
	unsigned char *there = malloc(c->pages);
	size_t i, sum = 0;

	if (!there || mincore(c->map, c->pages * PAGE, there))
		give_up("cannot look into the cache");
	for (i = 0; i < c->pages; i++)
		sum += there[i] & 1;
	free(there);
	return sum;
}
