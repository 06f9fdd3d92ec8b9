/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files and directories of an image of either format, as the kernel sees them.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * Records that the kernel would reject are never returned: a corrupt record is
 * -EUCLEAN, and the error names its fault and its inode.
 */
#ifndef TARFS_LIB_READER_H
#define TARFS_LIB_READER_H

#include "device.h"

#define READER_PATH_MAX		65536	/* bytes in a path, with NUL */
#define READER_XATTR_NAME_MAX	320	/* with prefix and NUL */

/**
 * struct reader_inode - an inode of either format
 * @flags: TARFS2_INODE_*
 * @stored: bytes of data in the tar
 * @start: byte offset of data, target, entries or chunks
 * @map: byte offset of a sparse file's map, else 0
 * @xattrs: byte offset of the xattr set, 0 if there is none
 * @parent: inode number of a directory's parent; format 2 only
 * @buckets: number of a directory's buckets; format 2 only
 * @seed: seed of a directory's name hash; format 2 only
 * @bucket_start: byte offset of a directory's buckets; format 2 only
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
 * struct reader_entry - a directory entry
 * @pos: byte offset of the entry, which no other has; names may share theirs
 * @name_pos: byte offset of the name
 * @type: DT_*
 */
struct reader_entry {
	uint64_t pos;
	uint64_t name_pos;
	uint32_t ino;
	uint32_t len;
	uint8_t type;
	uint8_t tag;
	char name[TARFS_NAME_MAX + 1];
};

/**
 * struct reader_dir - iterator over the entries of a directory
 * @next: index of the next entry, in format 2 within chunk @chunk
 * @last: format 2: inode number of the previous entry, or 0
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
 * struct reader_xattrs - iterator over the extended attributes of an inode
 * @pos: byte offset of the next record
 * @left: number of records from @pos on
 * @opaque: the opaque flag has yet to be returned as an attribute
 * @record_pos: byte offset of the current record
 * @rec: the current record
 * @name: name of the current attribute, with prefix
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
 * struct reader_map - location of a file's data
 * @first: byte offset of the first extent, 0 if the file has no map
 * @count: number of pieces
 */
struct reader_map {
	struct device *d;
	struct reader_inode inode;
	uint64_t first;
	uint64_t count;
};

/* bytes @from up to @to of a file, which are at byte @pos of the device */
struct reader_piece {
	uint64_t from;
	uint64_t to;
	uint64_t pos;
};

/* reader.c */

/* read and validate an inode; -ENOENT if absent, as some of format 1 are */
int reader_inode(struct device *d, uint32_t ino, struct reader_inode *inode,
		 struct error *e);
static inline void reader_dir_first(struct reader_dir *dir, struct device *d,
				    const struct reader_inode *inode)
{
	*dir = (struct reader_dir){ .d = d, .inode = *inode };
}

/*
 * Positions in a directory that remain valid: that of the first entry is 0, and of
 * the next one what reader_dir_tell() returns.  A position that no entry has is that
 * of the end, or of a later entry.
 */
int reader_dir_seek(struct reader_dir *dir, uint64_t pos, struct error *e);
uint64_t reader_dir_tell(const struct reader_dir *dir);
/* return 1, 0 at the end, or an error; format 1 skips invalid names */
int reader_dir_next(struct reader_dir *dir, struct reader_entry *entry,
		    struct error *e);
/* look a name up as the kernel does; -ENOENT does not set @e */
int reader_find(struct device *d, const struct reader_inode *dir,
		const char *name, uint32_t len, struct reader_entry *entry,
		struct error *e);
/* get the inode that an entry of @dir names; -ENOENT as for reader_inode() */
int reader_child(struct device *d, const struct reader_inode *dir,
		 const struct reader_entry *entry, struct reader_inode *inode,
		 struct error *e);
/*
 * Find the directory that a directory is in.  -ENOENT if there is none; of format 1,
 * which does not record it, all directories before are searched.
 */
int reader_parent(struct device *d, const struct reader_inode *dir,
		  uint32_t *parent, struct error *e);
/* resolve a path from the root, without following symbolic links */
int reader_path(struct device *d, const char *path, struct reader_inode *inode,
		struct error *e);
/* read a symbolic link's target: inode->size bytes and a NUL */
int reader_target(struct device *d, const struct reader_inode *inode,
		  char target[TARFS_TARGET_MAX + 1], struct error *e);

/**
 * struct reader_format - operations to read inodes and names of a format
 * @inode: as reader_inode(); @ino is in range
 * @next: as reader_dir_next()
 * @seek: as reader_dir_seek()
 * @tell: as reader_dir_tell()
 * @find: as reader_find()
 * @parent: as reader_parent()
 */
struct reader_format {
	int (*inode)(struct device *d, uint32_t ino, struct reader_inode *inode,
		     struct error *e);
	int (*next)(struct reader_dir *dir, struct reader_entry *entry,
		    struct error *e);
	int (*seek)(struct reader_dir *dir, uint64_t pos, struct error *e);
	uint64_t (*tell)(const struct reader_dir *dir);
	int (*find)(struct device *d, const struct reader_inode *dir,
		    const char *name, uint32_t len, struct reader_entry *entry,
		    struct error *e);
	int (*parent)(struct device *d, const struct reader_inode *dir,
		      uint32_t *parent, struct error *e);
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
/* size of each chunk in bytes: a block, or less for a single chunk */
uint32_t reader2_room(const struct reader_inode *dir);
uint64_t reader2_hash(const struct device *d, const struct reader_inode *dir,
		      const char *name, uint32_t len);
/* read and validate chunk @k; bytes of the block after it remain unchanged */
int reader2_chunk(struct device *d, const struct reader_inode *dir, uint32_t k,
		  void *chunk, struct error *e);
/* read and validate bucket @i */
int reader2_bucket(struct device *d, const struct reader_inode *dir, uint32_t i,
		   struct tarfs2_bucket *bucket, struct error *e);

/* reader_xattr.c */

int reader_xattr_first(struct reader_xattrs *x, struct device *d,
		       const struct reader_inode *inode, struct error *e);
/* return 1, 0 at the end, or an error */
int reader_xattr_next(struct reader_xattrs *x, struct error *e);
/* read the value of the current attribute: x->rec.value_len bytes */
int reader_xattr_value(struct reader_xattrs *x, void *value, struct error *e);

/* reader_data.c */

int reader_map_open(struct reader_map *map, struct device *d,
		    const struct reader_inode *inode, struct error *e);
int reader_map_piece(struct reader_map *map, uint64_t i,
		     struct reader_piece *piece, struct error *e);
/* find the first piece that ends after byte @pos; @map->count if there is none */
int reader_map_search(struct reader_map *map, uint64_t pos, uint64_t *found,
		      struct error *e);
/* read @len bytes at @pos, all of them in the file; holes are zeros */
int reader_read(struct device *d, const struct reader_inode *inode,
		uint64_t pos, void *buf, size_t len, struct error *e);
/*
 * Pass a file's content to @put in order, holes as NULL, until that returns a
 * negative value.
 */
int reader_content(struct device *d, const struct reader_inode *inode,
		   int (*put)(void *ctx, const void *buf, uint64_t len,
			      struct error *e),
		   void *ctx, struct error *e);

/* reader_walk.c */

/**
 * typedef reader_visit - callback for each name of a file
 * @path: relative to the root, whose own path is ""; no leading slash
 *
 * Return: 0 or a negative errno value, which ends the walk.
 */
typedef int (*reader_visit)(void *ctx, const char *path,
			    const struct reader_inode *inode, struct error *e);

/**
 * reader_walk() - visit the file at a path and all below it, depth first
 * A directory with several names is descended into once.  Entries of format 1
 * whose inode is absent are skipped.
 */
int reader_walk(struct device *d, const char *path, reader_visit visit,
		void *ctx, struct error *e);

#endif /* TARFS_LIB_READER_H */
