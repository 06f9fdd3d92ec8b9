/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory for many small things that are freed together.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_ARENA_H
#define TARFS_LIB_ARENA_H

#include <stddef.h>

struct arena_chunk;

/* all zero: empty */
struct arena {
	struct arena_chunk *chunks;
	size_t used;
	size_t size;
};

/* @align: a power of two up to 16; return NULL if out of memory */
void *arena_alloc(struct arena *arena, size_t len, size_t align);
/* copy @len bytes, without alignment; return NULL if out of memory */
char *arena_copy(struct arena *arena, const void *bytes, size_t len);
void arena_free(struct arena *arena);

#endif /* TARFS_LIB_ARENA_H */
