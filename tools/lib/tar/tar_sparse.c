// SPDX-License-Identifier: GPL-2.0
/*
 * Parse maps of sparse files: old GNU headers, and PAX 0.0, 0.1 and 1.0.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "stream/tar_number.h"
#include "tar_private.h"

void tar_map_reset(struct tar_map *map)
{
	map->count = 0;
	map->entries = 0;
	map->end = 0;
	map->stored = 0;
	map->half = false;
	map->whole = false;
}

void tar_map_free(struct tar_map *map)
{
	free(map->extents);
	memset(map, 0, sizeof(*map));
}

static int tar_map_grow(struct tar_map *map, struct error *e)
{
	size_t size = map->size ? 2 * map->size : 16;
	struct tar_extent *extents;

	if (map->count >= TAR_EXTENTS_MAX)
		return error_set(e, -EINVAL,
				 "a sparse file of more than %u pieces",
				 TAR_EXTENTS_MAX);
	extents = reallocarray(map->extents, size, sizeof(*extents));
	if (!extents)
		return error_set(e, -ENOMEM, "out of memory");
	map->extents = extents;
	map->size = size;
	return 0;
}

/*
 * GNU tar expects each piece at the start of a block; bsdtar, Python and Go
 * expect it where the previous piece ends.  Writers satisfy both.
 */
static int tar_map_check_place(const struct tar_map *map, uint64_t offset,
			       struct error *e)
{
	if (map->stored % TAR_BLOCK_SIZE == 0)
		return 0;
	return error_set(e, -EINVAL,
			 "where the data of the sparse map's piece at %llu are is ambiguous: the one before it ends within a block",
			 (unsigned long long)offset);
}

static bool tar_map_touches(const struct tar_map *map, uint64_t offset)
{
	const struct tar_extent *last;

	if (!map->count)
		return false;
	last = &map->extents[map->count - 1];
	return last->logical + last->bytes == offset;
}

/* merge adjacent pieces; an empty piece marks the end of the map */
int tar_map_add(struct tar_map *map, uint64_t offset, uint64_t bytes,
		struct error *e)
{
	int err;

	if (offset < map->end || offset > INT64_MAX ||
	    bytes > INT64_MAX - offset)
		return error_set(e, -EINVAL,
				 "the sparse map is not in order at %llu+%llu",
				 (unsigned long long)offset,
				 (unsigned long long)bytes);
	map->entries++;
	map->end = offset + bytes;
	if (!bytes)
		return 0;
	err = tar_map_check_place(map, offset, e);
	if (err)
		return err;
	if (tar_map_touches(map, offset)) {
		map->extents[map->count - 1].bytes += bytes;
	} else {
		if (map->count == map->size) {
			err = tar_map_grow(map, e);
			if (err)
				return err;
		}
		map->extents[map->count].logical = offset;
		map->extents[map->count++].bytes = bytes;
	}
	map->stored += bytes;
	return 0;
}

int tar_map_text(struct tar_map *map, const char *text, size_t len,
		 struct error *e)
{
	const char *end = text + len;
	uint64_t number[2];
	unsigned int which = 0;
	int err;

	while (text < end) {
		const char *comma = memchr(text, ',', end - text);
		const char *stop = comma ? comma : end;

		err = number_decimal(text, stop - text, INT64_MAX, &number[which]);
		if (err)
			return error_set(e, err,
					 "GNU.sparse.map is not a list of numbers");
		if (which) {
			err = tar_map_add(map, number[0], number[1], e);
			if (err)
				return err;
		}
		which = !which;
		text = comma ? comma + 1 : end;
	}
	if (which)
		return error_set(e, -EINVAL,
				 "GNU.sparse.map has an odd count of numbers");
	return 0;
}

static int tar_map_field(const char *name, const char field[12], size_t entry,
			 int64_t *value, struct error *e)
{
	if (!tar_number(field, 12, value) && *value >= 0)
		return 0;
	return error_set(e, -EINVAL,
			 "the %s of the sparse map's entry %zu is not a number from 0 that all readers agree on",
			 name, entry);
}

/* a leading NUL ends the list: of the offset in Go, of the bytes in GNU tar */
int tar_map_fields(struct tar_map *map, const struct tar_sparse *fields,
		   size_t count, bool *more, struct error *e)
{
	int64_t offset, bytes;
	size_t i, entry;
	int err;

	for (i = 0; i < count; i++) {
		entry = map->entries + 1;
		*more = fields[i].bytes[0];
		if (!*more != !fields[i].offset[0])
			return error_set(e, -EINVAL,
					 "readers disagree whether the sparse map ends at entry %zu",
					 entry);
		if (!*more)
			break;
		err = tar_map_field("offset", fields[i].offset, entry,
				    &offset, e);
		if (!err)
			err = tar_map_field("length", fields[i].bytes, entry,
					    &bytes, e);
		if (!err)
			err = tar_map_add(map, offset, bytes, e);
		if (err)
			return err;
	}
	return 0;
}

static int tar_map_line(struct tar_map *map, struct tar_map_lines *l,
			struct error *e)
{
	uint64_t v;
	int err;

	err = number_decimal(l->digits, l->len, INT64_MAX, &v);
	if (err)
		return error_set(e, err, "the sparse map has a bad number");
	l->len = 0;
	if (!l->numbers++) {
		if (v > TAR_EXTENTS_MAX)
			return error_set(e, -EINVAL,
					 "a sparse file of more than %u pieces",
					 TAR_EXTENTS_MAX);
		l->wanted = 1 + 2 * v;
	} else if (l->numbers % 2) {
		err = tar_map_add(map, l->offset, v, e);
	} else {
		l->offset = v;
	}
	l->done = l->numbers == l->wanted;
	return err;
}

/* one number per line: the number of pieces, then offset and length of each */
int tar_map_block(struct tar_map *map, struct tar_map_lines *l,
		  const char block[TAR_BLOCK_SIZE], struct error *e)
{
	size_t i;
	int err;

	for (i = 0; i < TAR_BLOCK_SIZE && !l->done; i++) {
		if (block[i] == '\n') {
			err = tar_map_line(map, l, e);
			if (err)
				return err;
		} else if (l->len < sizeof(l->digits)) {
			l->digits[l->len++] = block[i];
		} else {
			return error_set(e, -EINVAL,
					 "the sparse map has a bad number");
		}
	}
	return 0;
}

int tar_map_check(const struct tar_map *map, uint64_t size, uint64_t stored,
		  struct error *e)
{
	if (map->half)
		return error_set(e, -EINVAL,
				 "the sparse map ends after an offset");
	if (map->end > size)
		return error_set(e, -EINVAL,
				 "the sparse map goes to %llu, beyond the file's %llu bytes",
				 (unsigned long long)map->end,
				 (unsigned long long)size);
	if (map->end < size)
		return error_set(e, -EINVAL,
				 "the sparse map ends at %llu, the file at %llu: readers disagree how long it is",
				 (unsigned long long)map->end,
				 (unsigned long long)size);
	if (map->stored != stored)
		return error_set(e, -EINVAL,
				 "the sparse map has %llu bytes, the tar %llu",
				 (unsigned long long)map->stored,
				 (unsigned long long)stored);
	return 0;
}
