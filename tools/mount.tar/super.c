// SPDX-License-Identifier: GPL-2.0
/*
 * The mounted image as a whole: what is asked of the kernel, and statfs.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <sys/statvfs.h>

#include "mount.h"

int super_open(struct mounted *m, size_t threads, struct error *e)
{
	uint32_t generation = 0;
	int err;

	if (m->d.format == 2)
		memcpy(&generation, m->d.uuid, sizeof(generation));
	m->generation = le32toh(generation);
	err = claims_open(&m->claims, m->d.layout.inodes, e);
	if (err)
		return err;
	err = pool_make(&m->pool, &m->d, threads, e);
	if (err)
		claims_close(&m->claims);
	return err;
}

void super_close(struct mounted *m)
{
	pool_free(&m->pool);
	claims_close(&m->claims);
}

/* can the image have ACLs, for each of which permission checks would ask? */
static bool may_have_acls(const struct device *d)
{
	const struct tarfs_range *sets = &d->layout.section[TARFS2_XATTRS];

	return sets->end > sets->start;
}

void super_init(void *userdata, struct fuse_conn_info *conn)
{
	struct mounted *m = userdata;
	unsigned int wanted = FUSE_CAP_ASYNC_READ | FUSE_CAP_PARALLEL_DIROPS |
			      FUSE_CAP_READDIRPLUS | FUSE_CAP_READDIRPLUS_AUTO |
			      FUSE_CAP_CACHE_SYMLINKS | FUSE_CAP_EXPORT_SUPPORT;

	if (may_have_acls(&m->d))
		wanted |= FUSE_CAP_POSIX_ACL;
	/* the same as the option */
	conn->max_read = WORKER_BUFFER;
	m->capable = conn->capable;
	conn->want = wanted & conn->capable;
}

void super_statfs(fuse_req_t req, fuse_ino_t ino)
{
	struct mounted *m = fuse_req_userdata(req);
	struct statvfs st = {
		.f_bsize = TARFS_BLOCK_SIZE,
		.f_frsize = TARFS_BLOCK_SIZE,
		.f_blocks = m->d.layout.data_size / TARFS_BLOCK_SIZE,
		.f_files = m->d.layout.inodes,
		.f_namemax = TARFS_NAME_MAX,
	};

	fuse_reply_statfs(req, &st);
}
