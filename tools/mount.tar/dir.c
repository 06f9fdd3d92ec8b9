// SPDX-License-Identifier: GPL-2.0
/*
 * Directories: readdir, with the attributes of what is there if the kernel asks.
 *
 * Offset 0 is ".", 1 is "..", and from 2 on it is a position of the reader.  No state
 * is kept between requests, so the kernel need not open a directory.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <string.h>

#include "mount.h"

/* what libfuse answers for "..", if nobody knows it; getcwd(3) does not mind */
#define UNKNOWN_INO	0xffffffff

/*
 * struct listing - an answer
 * @used: bytes of @size in the buffer
 * @plus: with attributes
 */
struct listing {
	struct request r;
	struct reader_inode dir;
	size_t size;
	size_t used;
	bool plus;
};

void dir_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct mounted *m = fuse_req_userdata(req);

	/* the kernel does not ask again, and caches as below */
	if (m->capable & FUSE_CAP_NO_OPENDIR_SUPPORT) {
		fuse_reply_err(req, ENOSYS);
		return;
	}
	fi->keep_cache = 1;
	fi->cache_readdir = 1;
	fuse_reply_open(req, fi);
}

/* add an entry whose successor is at @next; false if there is no room */
static bool add(struct listing *l, const char *name,
		const struct fuse_entry_param *entry, uint64_t next)
{
	char *to = (char *)l->r.w->buf + l->used;
	size_t room = l->size - l->used, len;

	len = l->plus ? fuse_add_direntry_plus(l->r.req, to, room, name, entry,
					       next) :
			fuse_add_direntry(l->r.req, to, room, name,
					  &entry->attr, next);
	if (len > room)
		return false;
	l->used += len;
	return true;
}

/* an entry without an inode: the kernel has to look it up */
static struct fuse_entry_param plain(uint32_t ino, uint8_t type)
{
	return (struct fuse_entry_param) {
		.attr.st_ino = ino,
		.attr.st_mode = type << 12,
	};
}

static bool add_dots(struct listing *l, uint64_t *off)
{
	uint32_t ino = l->dir.ino, parent = l->dir.parent;
	struct fuse_entry_param self = plain(ino, S_IFDIR >> 12);
	struct fuse_entry_param up = plain(parent, S_IFDIR >> 12);

	if (!parent)
		up.attr.st_ino = ino == TARFS_ROOT_INO ? ino : UNKNOWN_INO;
	if (*off == 0 && add(l, ".", &self, 1))
		*off = 1;
	if (*off == 1 && add(l, "..", &up, 2))
		*off = 2;
	return *off >= 2;
}

/* a type that the driver does not know either is none */
static uint8_t entry_type(const struct reader_entry *entry)
{
	return entry->type <= S_IFMT >> 12 &&
	       tarfs_mode_has_type(entry->type << 12) ? entry->type : 0;
}

static bool add_entry(struct listing *l, const struct reader_entry *entry,
		      uint64_t next)
{
	struct fuse_entry_param answer = plain(entry->ino, entry_type(entry));
	struct reader_inode inode;

	/* whoever looks a corrupt one up is told what is wrong with it */
	if (l->plus && !dentry_child(&l->r, &l->dir, entry, &inode))
		inode_entry(l->r.m, &inode, &answer);
	l->r.e.text[0] = '\0';
	return add(l, entry->name, &answer, next);
}

static int add_entries(struct listing *l, uint64_t pos)
{
	struct reader_entry entry;
	struct reader_dir dir;
	int got;

	reader_dir_first(&dir, l->r.d, &l->dir);
	got = reader_dir_seek(&dir, pos, &l->r.e);
	while (!got && (got = reader_dir_next(&dir, &entry, &l->r.e)) > 0)
		got = !add_entry(l, &entry, 2 + reader_dir_tell(&dir));
	return got;
}

static void list(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
		 bool plus)
{
	struct listing l = {
		.size = size < WORKER_BUFFER ? size : WORKER_BUFFER,
		.plus = plus,
	};
	uint64_t at = off;
	int err;

	request_begin(&l.r, req);
	err = inode_read(&l.r, ino, &l.dir);
	if (!err && !S_ISDIR(l.dir.mode))
		err = -ENOTDIR;
	if (!err && add_dots(&l, &at))
		err = add_entries(&l, at - 2);
	/* an error behind entries is that of the next request */
	if (err < 0 && !l.used) {
		request_fail(&l.r, err);
		return;
	}
	fuse_reply_buf(req, (char *)l.r.w->buf, l.used);
	request_end(&l.r);
}

void dir_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
	      struct fuse_file_info *fi)
{
	list(req, ino, size, off, false);
}

void dir_read_plus(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
		   struct fuse_file_info *fi)
{
	list(req, ino, size, off, true);
}
