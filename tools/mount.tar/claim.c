// SPDX-License-Identifier: GPL-2.0
/*
 * Refuse a second name of a directory, as the driver does: the kernel would move the
 * directory, and any mount on it, to the name that was looked up last.
 *
 * An entry cannot be compared with all others, so remember the first entry that a
 * directory was found at.  The kernel may hold the directory as long as it is mounted,
 * so nothing is forgotten: there is a place for each inode, and memory only for pages
 * with a directory that was looked up.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <sys/mman.h>

#include "mount.h"

int claims_open(struct claims *c, uint64_t inodes, struct error *e)
{
	void *first;

	c->size = (inodes + 1) * sizeof(*c->first);
	first = mmap(NULL, c->size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (first == MAP_FAILED)
		return error_errno(e, "no memory for the directories of %" PRIu64
				   " inodes", inodes);
	c->first = first;
	return 0;
}

void claims_close(struct claims *c)
{
	munmap(c->first, c->size);
}

bool claim_dir(struct claims *c, uint32_t ino, uint64_t entry)
{
	uint64_t first = 0;

	entry++;	/* 0 is none yet */
	return __atomic_compare_exchange_n(&c->first[ino], &first, entry, false,
					   __ATOMIC_RELAXED, __ATOMIC_RELAXED) ||
	       first == entry;
}
