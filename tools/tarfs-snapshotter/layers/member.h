/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Members of a layer's tar for the files of an overlay's upper directory.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_MEMBER_H
#define TARFS_SNAPSHOTTER_MEMBER_H

#include "tar_out.h"
#include "walk.h"

/**
 * struct members - a tar being written
 * @links: files with several names, for tsearch()
 */
struct members {
	struct tar_out out;
	void *links;
};

/* write what a layer has for a file; fits walk_tree() */
int member_write(void *members, const struct walk_entry *entry,
		 struct error *e);
void members_free(struct members *members);

#endif /* TARFS_SNAPSHOTTER_MEMBER_H */
