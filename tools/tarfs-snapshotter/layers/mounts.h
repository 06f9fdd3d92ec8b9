/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mounts that make a snapshot visible, as they are handed to containerd.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_MOUNTS_H
#define TARFS_SNAPSHOTTER_MOUNTS_H

#include <stddef.h>

#include "base/error.h"

/**
 * struct mount_entry - a mount
 * @type: "bind", "overlay", or what a profile has
 * @source: a path, or a word
 * @options: in their order
 */
struct mount_entry {
	const char *type;
	char *source;
	char **options;
	size_t count;
};

/* add an option, formatted; return 0 or -ENOMEM */
int mount_entry_add(struct mount_entry *m, struct error *e,
		    const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void mount_entry_free(struct mount_entry *m);

/**
 * struct mount_plan - the directories of which a snapshot consists
 * @lowers: the nearest parent first; no directory twice
 * @upper: the writable one, NULL for a view of parents
 * @work: of the overlay, for a snapshot that can be written to
 * @writable: false for a view
 */
struct mount_plan {
	char **lowers;
	size_t count;
	const char *upper;
	const char *work;
	int writable;
};

/* a bind mount if there is one directory, else an overlay; free it on success */
int mount_plan_make(const struct mount_plan *p, struct mount_entry *m,
		    struct error *e);

#endif /* TARFS_SNAPSHOTTER_MOUNTS_H */
