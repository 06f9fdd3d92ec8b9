/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Write a tar: ustar headers, and PAX records for all that these cannot hold.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_TAR_OUT_H
#define TARFS_SNAPSHOTTER_TAR_OUT_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/buffer.h"
#include "base/error.h"

#define TAR_OUT_BLOCK	512	/* bytes */

/**
 * struct tar_out - zero before the first use, but for @fd; the owner frees the
 * buffer
 * @fd: where to write
 * @records: PAX records of the next member
 */
struct tar_out {
	int fd;
	struct buffer records;
};

/**
 * struct tar_out_member - a member
 * @type: '0' to '6'
 * @link: target of a link, else ""
 * @size: bytes of content, of a regular file
 */
struct tar_out_member {
	char type;
	const char *name;
	const char *link;
	uint32_t mode;
	uint64_t uid;
	uint64_t gid;
	uint64_t size;
	struct timespec mtime;
	unsigned int major;
	unsigned int minor;
};

/* add a record for the next member */
int tar_out_record(struct tar_out *t, const char *key, const void *value,
		   size_t len, struct error *e);
/* write the header of a member; its content follows by tar_out_write() */
int tar_out_member(struct tar_out *t, const struct tar_out_member *m,
		   struct error *e);
int tar_out_write(struct tar_out *t, const void *buf, size_t len,
		  struct error *e);
/* fill the last block of a content of @size bytes */
int tar_out_pad(struct tar_out *t, uint64_t size, struct error *e);
/* end the archive */
int tar_out_end(struct tar_out *t, struct error *e);

#endif /* TARFS_SNAPSHOTTER_TAR_OUT_H */
