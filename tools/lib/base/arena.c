// SPDX-License-Identifier: GPL-2.0
/*
 * Memory for many small things: cut from large chunks, freed together.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

#define ARENA_CHUNK	262144

struct arena_chunk {
	_Alignas(16) struct arena_chunk *next;
	_Alignas(16) char bytes[];
};

void *arena_alloc(struct arena *arena, size_t len, size_t align)
{
	size_t start = (arena->used + align - 1) & ~(align - 1);
	size_t size = len > ARENA_CHUNK ? len : ARENA_CHUNK;
	struct arena_chunk *chunk;

	if (!arena->chunks || start > arena->size ||
	    len > arena->size - start) {
		if (size > SIZE_MAX - sizeof(*chunk))
			return NULL;
		chunk = malloc(sizeof(*chunk) + size);
		if (!chunk)
			return NULL;
		chunk->next = arena->chunks;
		arena->chunks = chunk;
		arena->size = size;
		start = 0;
	}
	arena->used = start + len;
	return arena->chunks->bytes + start;
}

char *arena_copy(struct arena *arena, const void *bytes, size_t len)
{
	char *copy = arena_alloc(arena, len, 1);

	return copy ? memcpy(copy, bytes, len) : NULL;
}

void arena_free(struct arena *arena)
{
	struct arena_chunk *chunk, *next;

	for (chunk = arena->chunks; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	memset(arena, 0, sizeof(*arena));
}
