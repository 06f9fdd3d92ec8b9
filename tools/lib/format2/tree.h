/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The file tree that a tar means.
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

/* files and directories ever made, and names likewise, before a tar is refused */
#define TREE_LIMIT	(32U << 20)

/* where the @stored bytes of a sparse file belong */
struct tree_map {
	uint64_t stored;
	uint32_t count;
	struct tar_extent extents[];
};

/**
 * struct tree_inode - a file of any kind; there may be millions
 * @start: offset of the data in the tar; the writer's, for other kinds
 * @flags: TARFS2_INODE_*
 * @names: that lead to it; 0 if it has been replaced everywhere
 * @xattrs: index of the set, or XATTR_SET_NONE
 * @marker: it is what a ".wh.NAME" makes, which a real NAME replaces
 * @mentioned: the tar has a member for it, it is not just a parent
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
	uint32_t number;	/* the writer's: inode number */
	uint16_t mode;
	uint16_t flags;
	bool marker;
	bool mentioned;
	union {
		struct {
			uint32_t name;		/* index, the root has none */
			uint32_t entries;
			uint32_t subdirs;
			uint32_t plan;		/* the writer's */
		} dir;
		const struct tree_map *map;	/* of a sparse file */
		const char *target;		/* @size bytes */
		uint32_t rdev;			/* as new_encode_dev() */
	};
};

/**
 * struct tree_name - a directory entry; there may be millions
 * @next: of the same bucket, until tree_finish()
 * @parent: index of the directory; @inode: of what it leads to
 * @hidden: a whiteout has hidden this name in lower layers
 */
struct tree_name {
	const char *bytes;
	uint32_t next;
	uint32_t parent;
	uint32_t inode;
	uint8_t len;
	bool hidden;
};

/* a name taken apart: no empty part, no "." */
struct tree_path {
	struct tar_string parts[TREE_PARTS_MAX];
	size_t count;
};

/**
 * struct tree_parent - what the name of a member says in front of its last part
 * @bytes: up to the last '/'; @parts: how many of the path's they are
 * @known: @dir is the index of the directory
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

/* begin with an empty root directory; @max_index: for budget_begin() */
int tree_new(struct tree **tree, uint64_t max_index, struct warnings *w,
	     struct error *e);
/* what one member of a tar means; the next one may replace it */
int tree_add(struct tree *t, const struct tar_member *m, struct error *e);
/* after the last member; names cannot be found any more */
int tree_finish(struct tree *t, struct error *e);
void tree_free(struct tree *t);

/* tree_path.c */

bool tree_part_is(const struct tar_string *part, const char *text);
/* take a name apart into @t->path, a hard link's target into @t->target */
int tree_take_path(struct tree *t, const struct tar_string *name,
		   struct error *e);
int tree_take_target(struct tree *t, const struct tar_string *target,
		     struct error *e);
bool tree_same_path(const struct tree_path *a, const struct tree_path *b);

/* tree_inode.c */

/* a new inode with all that the member says, and no name yet */
int tree_member_inode(struct tree *t, const struct tar_member *m,
		      uint32_t *index, struct error *e);
int tree_whiteout_inode(struct tree *t, const struct tar_member *m,
			uint32_t *index, struct error *e);
/* the member's metadata for an inode that is there */
int tree_update_inode(struct tree *t, uint32_t index,
		      const struct tar_member *m, struct error *e);

/* tree_names.c */

/* make room for one more; @index is that of the new inode, zeroed */
int tree_new_inode(struct tree *t, uint32_t *index, struct error *e);
/* index of the name, or TREE_NONE */
uint32_t tree_find(const struct tree *t, uint32_t parent,
		   const struct tar_string *name);
/* a name that is not there yet */
int tree_new_name(struct tree *t, uint32_t parent,
		  const struct tar_string *name, uint32_t inode,
		  struct error *e);
/* index of the inode of a directory's parent, which is its own for the root */
uint32_t tree_parent(const struct tree *t, uint32_t dir);
/* lead an existing name to another inode */
void tree_relink(struct tree *t, uint32_t name, uint32_t inode);

#endif /* TARFS_LIB_TREE_H */
