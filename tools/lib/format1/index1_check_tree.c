// SPDX-License-Identifier: GPL-2.0
/*
 * Check a tree of format 1 for unreachable files, and for names and targets
 * that differ from those of the tar.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "index1.h"
#include "tarfs_fs.h"

static bool is_known(const struct warnings *w, const struct warning_kind *kind)
{
	size_t i;

	for (i = 0; i < w->count; i++)
		if (w->list[i].kind == kind)
			return true;
	return false;
}

/* paths are slow to build: only the first warning of a kind has one */
static int warn(struct warnings *w, const struct warning_kind *kind,
		const struct index_tree *t, uint32_t visit)
{
	size_t len;
	char *path;
	int err;

	if (is_known(w, kind))
		return warnings_add(w, kind, "", 0);
	path = index1_path(t, visit, &len);
	if (!path)
		return -ENOMEM;
	err = warnings_add(w, kind, path, len);
	free(path);
	return err;
}

static bool is_usable(struct tar1_text name)
{
	return name.len && name.len <= TARFS_NAME_MAX &&
	       !memchr(name.data, '\0', name.len);
}

static int check_name(struct warnings *w, const struct index_tree *t,
		      uint32_t visit)
{
	const struct visit1 *v = &t->visits[visit];

	if (v->entry == INDEX1_NONE || v->lost ||
	    is_usable(index1_name(t, &t->entries[v->entry])))
		return 0;
	return warn(w, &index1_unusable_name, t, visit);
}

static int check_node(struct warnings *w, const struct index_tree *t,
		      uint32_t visit)
{
	const struct visit1 *v = &t->visits[visit];
	const struct node1 *n = &t->nodes[v->node];
	int err = 0;

	if (v->lost && n->mode)
		err = warn(w, &index1_unreachable, t, visit);
	if (!err && n->opaque && !node1_is(n, S_IFDIR))
		err = warn(w, &index1_lost_opaque, t, visit);
	if (!err && node1_is(n, S_IFLNK) &&
	    (!n->size || n->size > TARFS_TARGET_MAX))
		err = warn(w, &index1_unusable_target, t, visit);
	return err;
}

/*
 * Inodes locate special targets as if these were in the order of the inodes,
 * but they are written in the order of the tar.
 */
static int check_special(struct warnings *w, const struct index_tree *t,
			 uint32_t visit, uint64_t found)
{
	const struct node1 *n = &t->nodes[t->visits[visit].node];
	const char *targets = t->specials.data;

	if (found == n->special || !n->size ||
	    !memcmp(targets + found, targets + n->special, n->size))
		return 0;
	return warn(w, &index1_garbled_target, t, visit);
}

/*
 * Entries locate names after the targets of the links that remain; targets of
 * dropped links, which are written as well, shift them.
 */
static int check_all_names(struct warnings *w, const struct index_tree *t,
			   uint64_t targets)
{
	uint32_t i;
	int err = 0;

	if (targets == t->specials.len)
		return 0;
	for (i = 1; i < t->visit_count && !err; i++)
		if (!t->visits[i].lost)
			err = warn(w, &index1_garbled_name, t, i);
	return err;
}

int index1_check_tree(struct index_tree *t, struct warnings *w)
{
	uint64_t targets = 0;
	uint32_t i, inodes = 0;
	const struct node1 *n;
	int err = 0;

	if (!node1_is(&t->nodes[t->root], S_IFDIR))
		err = warn(w, &index1_bad_root, t, 0);
	for (i = 0; i < t->visit_count && !err; i++) {
		n = &t->nodes[t->visits[i].node];
		err = check_name(w, t, i);
		if (err || n->ino != inodes + 1)
			continue;
		inodes++;
		err = check_node(w, t, i);
		if (err || !node1_is_special(n))
			continue;
		err = check_special(w, t, i, targets);
		targets += n->size;
	}
	return err ? err : check_all_names(w, t, targets);
}
