/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How an index of format 1 is built: the tree and what is done to it.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * The tree is a graph: hard links share a node, and a later member may turn a
 * shared file into a directory.  Nodes, entries and strings are numbers of
 * places in arrays that only grow.
 */
#ifndef TARFS_LIB_INDEX1_H
#define TARFS_LIB_INDEX1_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/budget.h"
#include "base/error.h"
#include "base/siphash.h"
#include "base/warnings.h"
#include "index.h"
#include "tar1.h"

/* limits of ours: the most memory that a hostile tar can take */
#define INDEX1_ENTRIES_MAX	(8u * 1024 * 1024)	/* names ever made */
#define INDEX1_STRINGS_MAX	(1024u * 1024 * 1024)	/* bytes of names */
#define INDEX1_VISITS_MAX	(16u * 1024 * 1024)	/* names in the index */

#define INDEX1_NONE		UINT32_MAX

/**
 * struct node1 - a file, or a name that has been mentioned only (mode 0)
 * @offset: as in struct tarfs1_inode; 0 for a special symlink
 * @special: byte offset of a special symlink's target among those targets
 * @children: which set of entries belongs to it; a new one when it is cleared
 * @entries: live entries in that set
 * @first: the first of them, once sorted
 * @ino: inode number, once numbered
 * @names: entries that stand for it, or did in a set that has been cleared
 */
struct node1 {
	uint64_t size;
	uint64_t offset;
	uint64_t mtime;
	uint32_t uid;
	uint32_t gid;
	uint32_t special;
	uint32_t children;
	uint32_t entries;
	uint32_t first;
	uint32_t ino;
	uint32_t names;
	uint16_t mode;
	bool opaque;
};

/**
 * struct entry1 - a name in a node; of no use once the node has been cleared
 * @children: the set it belongs to
 * @next: in its hash bucket
 * @link_pos: byte offset of the hard link that made it, else 0
 */
struct entry1 {
	uint64_t link_pos;
	uint32_t parent;
	uint32_t children;
	uint32_t node;
	uint32_t next;
	uint32_t name;
	uint32_t name_len;
};

/**
 * struct visit1 - a step of the walk, breadth first, that the index is made by
 * @entry: by which the node was reached, INDEX1_NONE for the root
 * @parent: the visit it was reached from
 * @lost: a reader cannot get there
 */
struct visit1 {
	uint32_t node;
	uint32_t entry;
	uint32_t parent;
	bool lost;
};

/* bytes one after the other */
struct bytes1 {
	char *data;
	size_t len, room;
};

struct index_tree {
	struct node1 *nodes;
	size_t node_count, node_room;
	struct entry1 *entries;		/* sorted by index1_order() */
	size_t entry_count, entry_room;
	uint32_t *buckets;		/* entries by set and name */
	size_t bucket_count;		/* a power of two, or 0 */
	struct siphash_key key;
	uint32_t sets;			/* of children, handed out so far */
	struct bytes1 names;
	struct bytes1 specials;		/* in the order of the tar */
	uint32_t root;
	struct visit1 *visits;
	size_t visit_count, visit_room;
	uint32_t inodes;
	struct budget budget;
	bool saw_end;			/* of the archive */
};

static inline bool node1_is(const struct node1 *n, unsigned int format)
{
	return (n->mode & S_IFMT) == format;
}

/* a symlink whose target stands in no header, but behind the directories */
static inline bool node1_is_special(const struct node1 *n)
{
	return node1_is(n, S_IFLNK) && !n->offset;
}

/* index1_tree.c */
/* @max_index: for budget_begin() */
int index1_tree_new(struct index_tree **tree, uint64_t max_index,
		    struct error *e);
void index1_tree_free(struct index_tree *t);

/* room for @count + 1 records of @size bytes, or NULL; @array stays good */
void *index1_grow(void *array, size_t *room, size_t count, size_t size);
int index1_append(struct bytes1 *b, struct tar1_text text, struct error *e);
struct tar1_text index1_name(const struct index_tree *t,
			     const struct entry1 *entry);

/* follow @count names down from the root, making what is missing */
int index1_walk(struct index_tree *t, const struct tar1_text *path,
		size_t count, uint32_t *node, struct error *e);

/* the node that @name in @parent stands for, or INDEX1_NONE */
uint32_t index1_find(const struct index_tree *t, uint32_t parent,
		     struct tar1_text name);

/* let @name in @parent stand for @node, whatever it stood for */
int index1_link(struct index_tree *t, uint32_t parent, struct tar1_text name,
		uint32_t node, uint64_t link_pos, struct error *e);

/* forget the children of a node */
void index1_clear(struct index_tree *t, struct node1 *node);

/* index1_scan.c */
int index1_scan(struct index_tree **tree, struct input *in,
		uint64_t max_index, struct warnings *w, struct error *e);
int index1_scan_pax_ids(struct index_tree **tree, struct input *in,
			uint64_t max_index, struct warnings *w,
			struct error *e);

/* index1_order.c */

/**
 * index1_order() - sort the entries, walk the tree, number the inodes
 * A tree with a cycle has no end: it is refused.
 */
int index1_order(struct index_tree *t, struct error *e);

/* the path of a visit, to be freed; NULL if out of memory */
char *index1_path(const struct index_tree *t, uint32_t visit, size_t *len);

/* index1_check_member.c: warn of what a member says and format 1 cannot */
int index1_check_member(struct warnings *w, const struct tar1_member *m);

/* index1_check_tree.c: warn of what has become of the ordered tree */
int index1_check_tree(struct index_tree *t, struct warnings *w);

/* index1_kinds.c */
extern const struct warning_kind index1_bad_number;
extern const struct warning_kind index1_bad_root;
extern const struct warning_kind index1_dropped_children;
extern const struct warning_kind index1_garbled_name;
extern const struct warning_kind index1_garbled_target;
extern const struct warning_kind index1_global_pax;
extern const struct warning_kind index1_junk;
extern const struct warning_kind index1_lost_device;
extern const struct warning_kind index1_lost_directory;
extern const struct warning_kind index1_lost_hard_link;
extern const struct warning_kind index1_lost_nanoseconds;
extern const struct warning_kind index1_lost_opaque;
extern const struct warning_kind index1_lost_owner;
extern const struct warning_kind index1_lost_special_bits;
extern const struct warning_kind index1_lost_time;
extern const struct warning_kind index1_lost_xattr;
extern const struct warning_kind index1_misread_pax;
extern const struct warning_kind index1_overwritten_link;
extern const struct warning_kind index1_skipped_name;
extern const struct warning_kind index1_skipped_number;
extern const struct warning_kind index1_skipped_sparse;
extern const struct warning_kind index1_skipped_target;
extern const struct warning_kind index1_skipped_type;
extern const struct warning_kind index1_stored_sparse;
extern const struct warning_kind index1_unreachable;
extern const struct warning_kind index1_unusable_name;
extern const struct warning_kind index1_unusable_target;

/* index1_emit.c */
int index1_emit(struct index_tree *t, uint64_t tar_size,
		const uint8_t diff_id[32], const struct index_sink *sink,
		uint64_t *inodes, struct error *e);

#endif /* TARFS_LIB_INDEX1_H */
