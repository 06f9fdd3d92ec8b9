// SPDX-License-Identifier: GPL-2.0
/*
 * Content of regular files, and their holes.
 *
 * Bytes are copied through a buffer rather than spliced from the image: those that
 * are verified must be the ones that are returned, and a splice of a file that was
 * cut off meanwhile ends early, which FUSE takes for zeros.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <unistd.h>

#include "mount.h"

void file_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct mounted *m = fuse_req_userdata(req);

	/* the kernel does not ask again, and keeps its cache as below */
	if (m->capable & FUSE_CAP_NO_OPEN_SUPPORT) {
		fuse_reply_err(req, ENOSYS);
		return;
	}
	fi->keep_cache = 1;
	fuse_reply_open(req, fi);
}

static int read_regular(struct request *r, fuse_ino_t ino,
			struct reader_inode *inode)
{
	int err;

	err = inode_read(r, ino, inode);
	return err || S_ISREG(inode->mode) ? err : -EINVAL;
}

void file_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
	       struct fuse_file_info *fi)
{
	struct reader_inode inode;
	struct request r;
	uint64_t left;
	int err;

	request_begin(&r, req);
	err = read_regular(&r, ino, &inode);
	if (!err && size > WORKER_BUFFER)
		err = -EINVAL;	/* a short answer would stand for zeros */
	left = err || off >= inode.size ? 0 : inode.size - off;
	if (size > left)
		size = left;
	if (size)
		err = reader_read(r.d, &inode, off, r.w->buf, size, &r.e);
	if (err) {
		request_fail(&r, err);
		return;
	}
	fuse_reply_buf(req, (char *)r.w->buf, size);
	request_end(&r);
}

/* find the first data at or after @pos */
static int seek_data(struct request *r, struct reader_map *map, uint64_t *pos)
{
	struct reader_piece piece;
	uint64_t i;
	int err;

	err = reader_map_search(map, *pos, &i, &r->e);
	if (err)
		return err;
	if (i == map->count)
		return -ENXIO;
	err = reader_map_piece(map, i, &piece, &r->e);
	if (!err && piece.from > *pos)
		*pos = piece.from;
	return err;
}

/* find the first hole at or after @pos; the end of the file is one */
static int seek_hole(struct request *r, struct reader_map *map, uint64_t *pos)
{
	struct reader_piece piece;
	uint64_t i;
	int err;

	err = reader_map_search(map, *pos, &i, &r->e);
	for (; !err && i < map->count; i++) {
		err = reader_map_piece(map, i, &piece, &r->e);
		if (err || piece.from > *pos)
			break;
		*pos = piece.to;
	}
	return err;
}

static int seek(struct request *r, const struct reader_inode *inode,
		int whence, uint64_t *pos)
{
	struct reader_map map;
	int err;

	if (*pos >= inode->size)
		return -ENXIO;
	err = reader_map_open(&map, r->d, inode, &r->e);
	if (err)
		return err;
	return whence == SEEK_DATA ? seek_data(r, &map, pos) :
				     seek_hole(r, &map, pos);
}

void file_lseek(fuse_req_t req, fuse_ino_t ino, off_t off, int whence,
		struct fuse_file_info *fi)
{
	struct reader_inode inode;
	uint64_t pos = off;
	struct request r;
	int err;

	request_begin(&r, req);
	err = read_regular(&r, ino, &inode);
	if (!err && whence != SEEK_DATA && whence != SEEK_HOLE)
		err = -EINVAL;
	if (!err)
		err = seek(&r, &inode, whence, &pos);
	if (err) {
		request_fail(&r, err);
		return;
	}
	fuse_reply_lseek(req, pos);
	request_end(&r);
}
