// SPDX-License-Identifier: GPL-2.0
/*
 * Check the directory tree of format 2: link counts match the names found, and
 * every directory is reachable from the root.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <inttypes.h>

#include "fsck.h"

void note_name(struct fsck *f, const struct reader_inode *dir,
	       const struct reader_entry *entry)
{
	struct note *n = &f->notes[entry->ino];

	n->names++;
	if (S_ISDIR(n->mode))
		f->notes[dir->ino].subdirs++;
	/* the root is its own parent, even if a directory claims it */
	if (n->dir || entry->ino == TARFS_ROOT_INO)
		return;
	n->name = entry->name_pos;
	n->name_len = entry->len;
	n->dir = dir->ino;
}

/*
 * Follow parents to the root, a dead end, or a directory that is known; mark
 * all.
 */
static void find_reach(struct fsck *f, uint32_t ino)
{
	uint8_t found = REACH_NOTHING;
	uint32_t at;

	for (at = ino; at; at = f->notes[at].dir) {
		struct note *n = &f->notes[at];

		if (at == TARFS_ROOT_INO)
			found = REACH_ROOT;
		else if (n->reach > REACH_ASKING)
			found = n->reach;
		if (at == TARFS_ROOT_INO || n->reach != REACH_UNKNOWN)
			break;
		n->reach = REACH_ASKING;
	}
	for (at = ino; at && f->notes[at].reach == REACH_ASKING;
	     at = f->notes[at].dir)
		f->notes[at].reach = found;
}

static void check_dir_note(struct fsck *f, uint32_t ino, const struct note *n)
{
	if (ino == TARFS_ROOT_INO) {
		if (n->names)
			problem(f, "the root is in a directory");
		return;
	}
	if (n->names > 1)
		problem(f, "%s: a directory with %" PRIu32 " names",
			inode_name(f, ino), n->names);
	find_reach(f, ino);
	if (n->names && n->reach == REACH_NOTHING)
		problem(f, "inode %" PRIu32
			": a directory that cannot be reached from the root",
			ino);
}

static void check_counts(struct fsck *f, const struct reader_inode *inode,
			 const struct note *n)
{
	bool dir = S_ISDIR(n->mode);
	uint32_t parent = inode->ino == TARFS_ROOT_INO ? TARFS_ROOT_INO :
							 n->dir;

	if (inode->nlink != (dir ? 2 + n->subdirs : n->names))
		problem(f, "%s: the link count is %" PRIu32 ", %" PRIu32
			" %s were found", inode_name(f, inode->ino),
			inode->nlink, dir ? n->subdirs : n->names,
			dir ? "subdirectories" : "names");
	if (dir && inode->parent != parent)
		problem(f, "%s: the parent is inode %" PRIu32
			", not the directory that has it",
			inode_name(f, inode->ino), inode->parent);
}

void check_names(struct fsck *f)
{
	struct reader_inode inode;
	const struct note *n;
	struct error e;
	uint64_t ino;

	for (ino = 1; ino <= f->d.layout.inodes; ino++) {
		n = &f->notes[ino];
		if (!n->names && ino != TARFS_ROOT_INO) {
			problem(f, "inode %" PRIu64 ": no directory has it",
				ino);
			continue;
		}
		if (S_ISDIR(n->mode))
			check_dir_note(f, ino, n);
		if (!n->mode || reader_inode(&f->d, ino, &inode, &e))
			continue;
		check_counts(f, &inode, n);
	}
}
