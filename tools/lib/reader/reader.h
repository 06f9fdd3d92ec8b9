/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files and directories of an image, of both formats, as the kernel sees them.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * Nothing is handed out that the kernel would refuse; a record that is broken
 * is -EUCLEAN, with a text that says what is wrong, and in which inode.
 */
#ifndef TARFS_LIB_READER_H
#define TARFS_LIB_READER_H

#include "device.h"

/* of a path that is followed or handed out, bytes */
#define READER_PATH_MAX		65536
#define READER_XATTR_NAME_MAX	320	/* with prefix and NUL */

/**
 * struct reader_inode - an inode of either format
 * @flags: TARFS2_INODE_*
 * @stored: bytes of data in the tar
 * @start: byte offset of data, target, entries or chunks
 * @map: of a sparse file, byte offset
 * @xattrs: byte offset of the set, 0 if there is none
 * @parent, @buckets, @bucket_start, @seed: of a directory of format 2
 */
struct reader_inode {
	uint32_t ino;
	uint32_t nlink;
	uint32_t uid;
	uint32_t gid;
	uint64_t size;
	uint64_t stored;
	uint64_t start;
	uint64_t map;
	uint64_t xattrs;
	int64_t mtime;
	uint32_t mtime_nsec;
	uint32_t major;
	uint32_t minor;
	uint32_t parent;
	uint32_t buckets;
	uint32_t seed;
	uint64_t bucket_start;
	uint16_t mode;
	uint16_t flags;
};

/**
 * struct reader_entry - a name in a directory
 * @pos: byte offset of the name
 * @type: DT_*
 */
struct reader_entry {
	uint64_t pos;
	uint32_t ino;
	uint32_t len;
	uint8_t type;
	uint8_t tag;
	char name[TARFS_NAME_MAX + 1];
};

/**
 * struct reader_dir - a walk over the names of a directory
 * @next: entry, in format 2 of chunk @chunk
 * @last: format 2: inode number of the entry before that one, or 0
 */
struct reader_dir {
	struct device *d;
	struct reader_inode inode;
	uint64_t next;
	uint32_t chunk;
	uint32_t last;
	bool loaded;
	union {
		struct tarfs2_chunk head;
		uint8_t bytes[TARFS_BLOCK_SIZE];
	};
};

/**
 * struct reader_xattrs - a walk over the extended attributes of an inode
 * @pos: of the next record; @left: how many
 * @record_pos: of the current record; @rec: the record itself
 * @name: its name with its prefix
 */
struct reader_xattrs {
	struct device *d;
	uint32_t ino;
	uint16_t mode;
	uint16_t flags;
	uint64_t pos;
	uint32_t left;
	bool opaque;
	uint64_t record_pos;
	struct tarfs2_xattr rec;
	char name[READER_XATTR_NAME_MAX];
};

/**
 * struct reader_map - where the data of a file are
 * @count: pieces; @first: byte offset of the first extent of a map
 */
struct reader_map {
	struct device *d;
	struct reader_inode inode;
	uint64_t first;
	uint64_t count;
};

/* bytes @from up to @to of a file are at @pos */
struct reader_piece {
	uint64_t from;
	uint64_t to;
	uint64_t pos;
};

/* reader.c */

/* -ENOENT if the inode is absent, as some of format 1 are */
int reader_inode(struct device *d, uint32_t ino, struct reader_inode *inode,
		 struct error *e);
static inline void reader_dir_first(struct reader_dir *dir, struct device *d,
				    const struct reader_inode *inode)
{
	*dir = (struct reader_dir){ .d = d, .inode = *inode };
}

/* 1, 0 at the end, or an error; names that no path can have are left out */
int reader_dir_next(struct reader_dir *dir, struct reader_entry *entry,
		    struct error *e);
/* the entry of a name, found as the kernel finds it; -ENOENT without a text */
int reader_find(struct device *d, const struct reader_inode *dir,
		const char *name, uint32_t len, struct reader_entry *entry,
		struct error *e);
/* the inode that an entry of @dir names; -ENOENT as for reader_inode() */
int reader_child(struct device *d, const struct reader_inode *dir,
		 const struct reader_entry *entry, struct reader_inode *inode,
		 struct error *e);
/* follow a path from the root; links are not followed */
int reader_path(struct device *d, const char *path, struct reader_inode *inode,
		struct error *e);
/* @target gets inode->size bytes and a NUL */
int reader_target(struct device *d, const struct reader_inode *inode,
		  char target[TARFS_TARGET_MAX + 1], struct error *e);

/**
 * struct reader_format - how the inodes and names of a format are read
 * @inode: inode @ino, which is in range
 * @next: as reader_dir_next()
 * @find: as reader_find()
 */
struct reader_format {
	int (*inode)(struct device *d, uint32_t ino, struct reader_inode *inode,
		     struct error *e);
	int (*next)(struct reader_dir *dir, struct reader_entry *entry,
		    struct error *e);
	int (*find)(struct device *d, const struct reader_inode *dir,
		    const char *name, uint32_t len, struct reader_entry *entry,
		    struct error *e);
};

extern const struct reader_format reader1_format;
extern const struct reader_format reader2_format;

/* reader1.c */

static inline uint64_t reader1_inode_pos(const struct device *d, uint32_t ino)
{
	return d->layout.tar_size + (ino - 1ULL) * sizeof(struct tarfs1_inode);
}

/* reader2.c */

static inline uint64_t reader2_inode_pos(const struct device *d, uint32_t ino)
{
	return d->layout.section[TARFS2_INODES].start +
	       (ino - 1ULL) * sizeof(struct tarfs2_inode);
}

uint32_t reader2_chunks(const struct reader_inode *dir);
/* bytes of each chunk: a block, or less if there is one only */
uint32_t reader2_room(const struct reader_inode *dir);
uint64_t reader2_hash(const struct device *d, const struct reader_inode *dir,
		      const char *name, uint32_t len);
/* chunk @k, judged, into a block; what is behind it is left as it is */
int reader2_chunk(struct device *d, const struct reader_inode *dir, uint32_t k,
		  void *chunk, struct error *e);
/* bucket @i, judged */
int reader2_bucket(struct device *d, const struct reader_inode *dir, uint32_t i,
		   struct tarfs2_bucket *bucket, struct error *e);

/* reader_xattr.c */

int reader_xattr_first(struct reader_xattrs *x, struct device *d,
		       const struct reader_inode *inode, struct error *e);
/* 1, 0 at the end, or an error */
int reader_xattr_next(struct reader_xattrs *x, struct error *e);
/* the value of the current attribute, x->rec.value_len bytes */
int reader_xattr_value(struct reader_xattrs *x, void *value, struct error *e);

/* reader_data.c */

int reader_map_open(struct reader_map *map, struct device *d,
		    const struct reader_inode *inode, struct error *e);
int reader_map_piece(struct reader_map *map, uint64_t i,
		     struct reader_piece *piece, struct error *e);
/*
 * Hand out a file's content in order, holes as NULL; a negative return value of
 * @put ends it.
 */
int reader_content(struct device *d, const struct reader_inode *inode,
		   int (*put)(void *ctx, const void *buf, uint64_t len,
			      struct error *e),
		   void *ctx, struct error *e);

/* reader_walk.c */

/**
 * typedef reader_visit - sees a file by one of its names
 * @path: from the root, "" for that itself, without a slash in front
 *
 * Return: 0 or a negative errno value, which ends the walk.
 */
typedef int (*reader_visit)(void *ctx, const char *path,
			    const struct reader_inode *inode, struct error *e);

/**
 * reader_walk() - see all that is below a path, depth first, itself first
 * A directory that has several names is gone through once; one that format 1
 * has no inode for is left out.
 */
int reader_walk(struct device *d, const char *path, reader_visit visit,
		void *ctx, struct error *e);

#endif /* TARFS_LIB_READER_H */
