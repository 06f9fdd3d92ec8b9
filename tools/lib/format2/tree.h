/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The file tree that a tar describes.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_TREE_H
#define TARFS_LIB_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/budget.h"
#include "tar/tar.h"
#include "xattr_set.h"

#define TREE_NONE	UINT32_MAX
#define TREE_ROOT	0	/* index of the root among the inodes */
#define TREE_PARTS_MAX	((TAR_PATH_MAX + 1) / 2)

/* limit for inodes ever created from a tar, and for names */
#define TREE_LIMIT	(32U << 20)

/* map of a sparse file with @stored bytes of data */
struct tree_map {
	uint64_t stored;
	uint32_t count;
	struct tar_extent extents[];
};

/**
 * struct tree_inode - a file of any type; there may be millions
 * @start: offset in the tar of a regular file's data; for other types set by
 *	the writer
 * @names: number of names; 0 if all have been replaced
 * @xattrs: index of the xattr set, or XATTR_SET_NONE
 * @flags: TARFS2_INODE_*
 * @marker: whiteout created by ".wh.NAME", which a real NAME replaces
 * @mentioned: the tar has a member for it; false for an implied parent
 */
struct tree_inode {
	uint64_t size;
	uint64_t start;
	int64_t mtime;
	uint32_t mtime_nsec;
	uint32_t uid;
	uint32_t gid;
	uint32_t names;
	uint32_t xattrs;
	uint32_t number;	/* inode number, set by the writer */
	uint16_t mode;
	uint16_t flags;
	bool marker;
	bool mentioned;
	union {
		struct {
			uint32_t name;		/* index, none for the root */
			uint32_t entries;
			uint32_t subdirs;
			uint32_t plan;		/* index, set by the writer */
		} dir;
		const struct tree_map *map;	/* of a sparse file */
		const char *target;		/* @size bytes */
		uint32_t rdev;			/* as new_encode_dev() */
	};
};

/**
 * struct tree_name - a directory entry; there may be millions
 * @next: next name in the hash bucket, until tree_finish()
 * @parent: index of the directory's inode
 * @inode: index of the inode that the name refers to
 * @hidden: a whiteout hides this name in lower layers
 */
struct tree_name {
	const char *bytes;
	uint32_t next;
	uint32_t parent;
	uint32_t inode;
	uint8_t len;
	bool hidden;
};

/* a path split into its parts, without empty ones and "." */
struct tree_path {
	struct tar_string parts[TREE_PARTS_MAX];
	size_t count;
};

/**
 * struct tree_parent - cached parent directory of the last member's path
 * @bytes: the path up to the last '/'
 * @parts: number of parts of the path in @bytes
 * @known: @dir is valid
 * @dir: index of the directory's inode
 */
struct tree_parent {
	char bytes[TAR_PATH_MAX];
	size_t len;
	size_t parts;
	bool known;
	uint32_t dir;
};

struct tree {
	uint32_t limit;			/* TREE_LIMIT */
	struct budget budget;
	struct tree_inode *inodes;	/* in order of creation */
	uint32_t inode_count;
	uint32_t inode_size;
	struct tree_name *names;
	uint32_t name_count;
	uint32_t name_size;
	uint32_t *table;
	uint32_t table_size;
	struct siphash_key key;
	struct arena arena;
	struct xattr_sets xattrs;
	struct warnings *warnings;
	struct tree_path path;
	struct tree_path target;
	struct tree_parent parent;
};

/* tree.c */

/* create a tree with an empty root directory; @max_index: for budget_begin() */
int tree_new(struct tree **tree, uint64_t max_index, struct warnings *w,
	     struct error *e);
/* apply a member of the tar to the tree; later members may replace it */
int tree_add(struct tree *t, const struct tar_member *m, struct error *e);
/* after the last member: warn of implied parents and disable tree_find() */
int tree_finish(struct tree *t, struct error *e);
void tree_free(struct tree *t);

/* tree_path.c */

bool tree_part_is(const struct tar_string *part, const char *text);
/* parse a name into @t->path, a hard link's target into @t->target */
int tree_take_path(struct tree *t, const struct tar_string *name,
		   struct error *e);
int tree_take_target(struct tree *t, const struct tar_string *target,
		     struct error *e);
bool tree_same_path(const struct tree_path *a, const struct tree_path *b);

/* tree_inode.c */

/* create an inode, without a name, from a member */
int tree_member_inode(struct tree *t, const struct tar_member *m,
		      uint32_t *index, struct error *e);
int tree_whiteout_inode(struct tree *t, const struct tar_member *m,
			uint32_t *index, struct error *e);
/* set the metadata of an existing inode from a member */
int tree_update_inode(struct tree *t, uint32_t index,
		      const struct tar_member *m, struct error *e);

/* tree_names.c */

/* create a zeroed inode and return its index in @index */
int tree_new_inode(struct tree *t, uint32_t *index, struct error *e);
/* find a name; return its index or TREE_NONE */
uint32_t tree_find(const struct tree *t, uint32_t parent,
		   const struct tar_string *name);
/* add a name, which must not exist yet */
int tree_new_name(struct tree *t, uint32_t parent,
		  const struct tar_string *name, uint32_t inode,
		  struct error *e);
/* get the inode index of a directory's parent; the root is its own parent */
uint32_t tree_parent(const struct tree *t, uint32_t dir);
/* make an existing name refer to another inode */
void tree_relink(struct tree *t, uint32_t name, uint32_t inode);

#endif /* TARFS_LIB_TREE_H */
