/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Build an index of format 1: the tree and the operations on it.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * The tree is really a graph: hard links share a node, and a later member may
 * turn a shared file into a directory.  Nodes, entries and strings are
 * referenced by their index in arrays that only grow.
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

/* limits of this program, which bound the memory that a hostile tar can use */
#define INDEX1_ENTRIES_MAX	(8u * 1024 * 1024)	/* names ever created */
#define INDEX1_STRINGS_MAX	(1024u * 1024 * 1024)	/* bytes of names */
#define INDEX1_VISITS_MAX	(16u * 1024 * 1024)	/* names in the index */

#define INDEX1_NONE		UINT32_MAX

/**
 * struct node1 - a file; mode 0 if the tar has its name but no member for it
 * @offset: as in struct tarfs1_inode; 0 for a special symlink
 * @special: byte offset of a special symlink's target in @specials of the tree
 * @children: id of its set of entries; clearing the node assigns a new set
 * @entries: number of live entries in that set
 * @first: index of the first live entry, once sorted
 * @ino: inode number, once numbered
 * @names: number of entries that refer to it, those in cleared sets included
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
 * struct entry1 - a directory entry; stale once its node has been cleared
 * @link_pos: byte offset of the hard link that created it, else 0
 * @children: id of the set that it belongs to
 * @next: next entry in the hash bucket
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
 * struct visit1 - a step of the breadth-first walk that orders the index
 * @entry: entry that led to the node, INDEX1_NONE for the root
 * @parent: index of the visit that has the entry
 * @lost: unreachable for readers
 */
struct visit1 {
	uint32_t node;
	uint32_t entry;
	uint32_t parent;
	bool lost;
};

/* byte array that only grows */
struct bytes1 {
	char *data;
	size_t len, room;
};

struct index_tree {
	struct node1 *nodes;
	size_t node_count, node_room;
	struct entry1 *entries;		/* sorted by index1_order() */
	size_t entry_count, entry_room;
	uint32_t *buckets;		/* hash of set and name to entries */
	size_t bucket_count;		/* a power of two, or 0 */
	struct siphash_key key;
	uint32_t sets;			/* ids of sets assigned so far */
	struct bytes1 names;
	struct bytes1 specials;		/* targets, in the order of the tar */
	uint32_t root;
	struct visit1 *visits;
	size_t visit_count, visit_room;
	uint32_t inodes;
	struct budget budget;
	bool saw_end;			/* of the archive: a zero block */
};

static inline bool node1_is(const struct node1 *n, unsigned int format)
{
	return (n->mode & S_IFMT) == format;
}

/* a symlink whose target is stored after the directories, not in a header */
static inline bool node1_is_special(const struct node1 *n)
{
	return node1_is(n, S_IFLNK) && !n->offset;
}

/* index1_tree.c */
/* @max_index: for budget_begin() */
int index1_tree_new(struct index_tree **tree, uint64_t max_index,
		    struct error *e);
void index1_tree_free(struct index_tree *t);

/*
 * Ensure room for @count + 1 records of @size bytes.  Return NULL on failure;
 * @array remains valid.
 */
void *index1_grow(void *array, size_t *room, size_t count, size_t size);
int index1_append(struct bytes1 *b, struct tar1_text text, struct error *e);
struct tar1_text index1_name(const struct index_tree *t,
			     const struct entry1 *entry);

/* resolve @count names from the root; create nodes that are missing */
int index1_walk(struct index_tree *t, const struct tar1_text *path,
		size_t count, uint32_t *node, struct error *e);

/* find the node of @name in @parent; INDEX1_NONE if there is none */
uint32_t index1_find(const struct index_tree *t, uint32_t parent,
		     struct tar1_text name);

/* make @name in @parent refer to @node; replace an existing entry */
int index1_link(struct index_tree *t, uint32_t parent, struct tar1_text name,
		uint32_t node, uint64_t link_pos, struct error *e);

/* drop all entries of a node */
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
 * A tree with a cycle is infinite: -ELOOP.
 */
int index1_order(struct index_tree *t, struct error *e);

/* build the path of a visit, owned by the caller; NULL if out of memory */
char *index1_path(const struct index_tree *t, uint32_t visit, size_t *len);

/* index1_check_member.c: warn of metadata that format 1 cannot express */
int index1_check_member(struct warnings *w, const struct tar1_member *m);

/* index1_check_tree.c: warn of files that the ordered tree loses or garbles */
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
