// SPDX-License-Identifier: GPL-2.0
/*
 * Read the content of regular files, including sparse ones.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

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

int reader_map_search(struct reader_map *map, uint64_t pos, uint64_t *found,
		      struct error *e)
{
	uint64_t low = 0, high = map->count, mid;
	struct reader_piece piece;
	int err;

	while (low < high) {
		mid = low + (high - low) / 2;
		err = reader_map_piece(map, mid, &piece, e);
		if (err)
			return err;
		if (piece.to <= pos)
			low = mid + 1;
		else
			high = mid;
	}
	*found = low;
	return 0;
}

/* a part of a file to read, of which the bytes before @pos have been */
struct part {
	uint64_t pos;
	uint64_t end;
	uint8_t *to;
};

/* read what the piece has of the part, after zeros for the hole before it */
static int read_piece(struct device *d, const struct reader_piece *piece,
		      struct part *part, struct error *e)
{
	uint64_t end = piece->to < part->end ? piece->to : part->end;
	uint64_t hole, len;
	int err;

	if (piece->from > part->pos) {
		hole = piece->from - part->pos;
		memset(part->to, 0, hole);
		part->pos += hole;
		part->to += hole;
	}
	len = end - part->pos;
	err = device_read_data(d, piece->pos + part->pos - piece->from,
			       part->to, len, e);
	part->pos += len;
	part->to += len;
	return err;
}

int reader_read(struct device *d, const struct reader_inode *inode,
		uint64_t pos, void *buf, size_t len, struct error *e)
{
	struct part part = { .pos = pos, .end = pos + len, .to = buf };
	struct reader_piece piece;
	struct reader_map map;
	uint64_t i;
	int err;

	err = reader_map_open(&map, d, inode, e);
	if (!err)
		err = reader_map_search(&map, pos, &i, e);
	for (; !err && i < map.count && part.pos < part.end; i++) {
		err = reader_map_piece(&map, i, &piece, e);
		if (err || piece.from >= part.end)
			break;
		if (piece.to <= part.pos)
			return broken(&map, "extents are not in order", e);
		err = read_piece(d, &piece, &part, e);
	}
	if (!err)
		memset(part.to, 0, part.end - part.pos);
	return err;
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
