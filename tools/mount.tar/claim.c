// SPDX-License-Identifier: GPL-2.0
/*
 * Refuse a second name of a directory, as the driver does: the kernel would move the
 * directory, and any mount on it, to the name that was looked up last.
 *
 * An entry cannot be compared with all others, so remember the first entry that a
 * directory was found at, for as long as no other directory takes its place: the
 * table bounds memory, and a directory of an honest image has one entry anyway.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "mount.h"

bool claim_dir(struct claims *c, uint32_t ino, uint64_t entry)
{
	struct claim *claim = &c->table[ino % CLAIMS];
	bool is_first;

	pthread_mutex_lock(&c->lock);
	if (claim->ino != ino)
		*claim = (struct claim) { .ino = ino, .entry = entry };
	is_first = claim->entry == entry;
	pthread_mutex_unlock(&c->lock);
	return is_first;
}
