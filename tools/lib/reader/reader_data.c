// SPDX-License-Identifier: GPL-2.0
/*
 * Read the content of regular files, including sparse ones.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>

#include "reader.h"

#define CONTENT_BUFFER	(64 * 1024)

static int broken(const struct reader_map *map, const char *fault,
		  struct error *e)
{
	return error_set(e, -EUCLEAN, "inode %" PRIu32 ", map: %s",
			 map->inode.ino, fault);
}

int reader_map_open(struct reader_map *map, struct device *d,
		    const struct reader_inode *inode, struct error *e)
{
	const struct tarfs_range *maps = &d->layout.section[TARFS2_MAPS];
	struct tarfs2_map dm;
	int err;

	*map = (struct reader_map) { .d = d, .inode = *inode };
	if (!inode->map) {
		map->count = !!inode->size;
		return 0;
	}
	err = device_read(d, inode->map, &dm, sizeof(dm), e);
	if (err)
		return err;
	map->count = le64toh(dm.count);
	map->first = inode->map + sizeof(dm);
	if (map->count >= (maps->end - map->first) /
	    sizeof(struct tarfs2_extent))
		return broken(map, "more extents than fit", e);
	return 0;
}

int reader_map_piece(struct reader_map *map, uint64_t i,
		     struct reader_piece *piece, struct error *e)
{
	struct tarfs2_extent pair[2];
	const char *fault;
	uint64_t stored;
	int err;

	if (!map->first) {
		*piece = (struct reader_piece) {
			.to = map->inode.size,
			.pos = map->inode.start,
		};
		return 0;
	}
	err = device_read(map->d, map->first + i * sizeof(pair[0]), pair,
			  sizeof(pair), e);
	if (err)
		return err;
	fault = tarfs2_extent_fault(&pair[0], &pair[1]);
	if (fault)
		return broken(map, fault, e);
	stored = le64toh(pair[0].stored);
	piece->from = le64toh(pair[0].logical);
	piece->to = piece->from + le64toh(pair[1].stored) - stored;
	piece->pos = map->inode.start + stored;
	if (piece->to > map->inode.size ||
	    le64toh(pair[1].stored) > map->inode.stored)
		return broken(map, "extent ends behind the file", e);
	return 0;
}

static int put_piece(struct device *d, const struct reader_piece *piece,
		     int (*put)(void *ctx, const void *buf, uint64_t len,
				struct error *e),
		     void *ctx, struct error *e)
{
	uint64_t left = piece->to - piece->from, pos = piece->pos;
	char buf[CONTENT_BUFFER];
	size_t part;
	int err = 0;

	for (; left && !err; left -= part, pos += part) {
		part = left < sizeof(buf) ? left : sizeof(buf);
		err = device_read(d, pos, buf, part, e);
		if (!err)
			err = put(ctx, buf, part, e);
	}
	return err;
}

int reader_content(struct device *d, const struct reader_inode *inode,
		   int (*put)(void *ctx, const void *buf, uint64_t len,
			      struct error *e),
		   void *ctx, struct error *e)
{
	struct reader_piece piece;
	struct reader_map map;
	uint64_t i, done = 0;
	int err;

	err = reader_map_open(&map, d, inode, e);
	for (i = 0; i < map.count && !err; i++) {
		err = reader_map_piece(&map, i, &piece, e);
		if (err)
			break;
		if (piece.from < done)
			return broken(&map, "extents are not in order", e);
		if (piece.from > done)
			err = put(ctx, NULL, piece.from - done, e);
		if (!err)
			err = put_piece(d, &piece, put, ctx, e);
		done = piece.to;
	}
	if (!err && done < inode->size)
		err = put(ctx, NULL, inode->size - done, e);
	return err;
}
