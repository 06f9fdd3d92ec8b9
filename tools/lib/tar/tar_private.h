/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the tar reader know of each other.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_TAR_PRIVATE_H
#define TARFS_LIB_TAR_PRIVATE_H

#include <sys/types.h>

#include "base/buffer.h"
#include "tar.h"

/* tar_sparse.c */

/**
 * struct tar_map - where the data of a sparse file belong, as it is collected
 * @entries: as the tar has them, empty ones and those that touch included
 * @end: where the last entry ends in the file
 * @stored: bytes in all extents
 * @half: PAX 0.0: an offset has come, its length not yet
 * @whole: PAX 0.1: the map came in one record
 */
struct tar_map {
	struct tar_extent *extents;
	size_t count;
	size_t size;
	size_t entries;
	uint64_t end;
	uint64_t stored;
	bool half;
	bool whole;
	uint64_t half_offset;
};

void tar_map_reset(struct tar_map *map);
void tar_map_free(struct tar_map *map);
int tar_map_add(struct tar_map *map, uint64_t offset, uint64_t bytes,
		struct error *e);
/* "offset,bytes,offset,bytes..." of PAX 0.1 */
int tar_map_text(struct tar_map *map, const char *text, size_t len,
		 struct error *e);
/* old GNU: @count fields; @more: false once the list has ended */
int tar_map_fields(struct tar_map *map, const struct tar_sparse *fields,
		   size_t count, bool *more, struct error *e);
/* does it fit a file of @size bytes with @stored bytes in the tar? */
int tar_map_check(const struct tar_map *map, uint64_t size, uint64_t stored,
		  struct error *e);

/**
 * struct tar_map_lines - the parser of PAX 1.0's map, fed block by block
 * @numbers: seen so far; @wanted: 0 until the count has been seen
 */
struct tar_map_lines {
	uint64_t wanted;
	uint64_t numbers;
	uint64_t offset;
	char digits[19];	/* GNU tar takes no more */
	size_t len;
	bool done;
};

int tar_map_block(struct tar_map *map, struct tar_map_lines *lines,
		  const char block[TAR_BLOCK_SIZE], struct error *e);

/* tar_pax.c */

#define TAR_PAX_PATH		0x0001
#define TAR_PAX_LINKPATH	0x0002
#define TAR_PAX_SIZE		0x0004
#define TAR_PAX_UID		0x0008
#define TAR_PAX_GID		0x0010
#define TAR_PAX_MTIME		0x0020
#define TAR_PAX_SPARSE_NAME	0x0040
#define TAR_PAX_SPARSE_SIZE	0x0080	/* of the file, holes included */
#define TAR_PAX_SPARSE_REALSIZE	0x0800	/* the same, a newer keyword */
#define TAR_PAX_SPARSE_BLOCKS	0x1000	/* entries in the map of 0.0 or 0.1 */
#define TAR_PAX_DEVMAJOR	0x2000
#define TAR_PAX_DEVMINOR	0x4000
#define TAR_PAX_SPARSE_MAJOR	0x0100
#define TAR_PAX_SPARSE_MINOR	0x0200
#define TAR_PAX_SPARSE_MAP	0x0400	/* 0.0 or 0.1: @map is filled */

/* the higher one wins where several records give one attribute */
enum tar_xattr_rank {
	TAR_XATTR_TEXT,		/* an ACL or a context as text */
	TAR_XATTR_LIBARCHIVE,
	TAR_XATTR_SCHILY,
};

/*
 * POSIX says that an empty value deletes.  But GNU tar and bsdtar write
 * attributes with an empty value like that: only empty text means nothing.
 */
struct tar_pax_xattr {
	struct tar_xattr attr;
	enum tar_xattr_rank rank;
	bool is_acl;		/* the value is an ACL's text */
	size_t number;		/* its place among the records */
};

/**
 * struct tar_pax - what PAX records say
 * @set: TAR_PAX_*, which of the fields below are there
 */
struct tar_pax {
	unsigned int set;
	struct tar_string path;
	struct tar_string linkpath;
	struct tar_string sparse_name;
	uint64_t size;
	uint32_t uid;
	uint32_t gid;
	int64_t mtime;
	uint32_t mtime_nsec;
	uint64_t major;
	uint64_t minor;
	uint64_t sparse_size;
	uint64_t sparse_realsize;
	uint64_t sparse_blocks;
	uint64_t sparse_major;
	uint64_t sparse_minor;
	struct tar_map map;
	struct tar_pax_xattr *xattrs;
	size_t xattr_count;
	size_t xattr_size;
};

/**
 * tar_pax_parse() - take the records of one extended header
 * @buf: strings in @pax point into it, and it is changed
 * @global: refuse what cannot be meant for many members
 */
int tar_pax_parse(struct tar_pax *pax, char *buf, size_t len, bool global,
		  struct error *e);

/* begin a member with what the global headers say */
int tar_pax_inherit(struct tar_pax *pax, const struct tar_pax *global,
		    struct error *e);
void tar_pax_free(struct tar_pax *pax);

/* tar_decode.c */

/* LIBARCHIVE.xattr: decode in place; the new length, or -EINVAL */
ssize_t tar_url_decode(char *text, size_t len);
ssize_t tar_base64_decode(char *text, size_t len);

/* tar_xattr.c */

/**
 * struct tar_xattr_list - the attributes of one member
 * @acl: the binary form of ACLs that came as text
 * @dropped_acl: an ACL that lacks numbers has been left out
 * @mode_limit: permissions the member may have, because of that
 */
struct tar_xattr_list {
	struct tar_xattr *attrs;
	size_t count;
	size_t size;
	struct buffer acl[2];
	bool dropped_acl;
	uint16_t mode_limit;
};

/* decide between the records, which are sorted */
int tar_xattr_resolve(struct tar_xattr_list *list, struct tar_pax *pax,
		      struct error *e);
void tar_xattr_list_free(struct tar_xattr_list *list);

/* tar_acl.c */

/**
 * tar_acl_binary() - an ACL's text as the value of an extended attribute
 * @narrow: set to the permissions that give nobody more than the ACL if it
 *	cannot be expressed: a name is not numeric and has no fourth field with
 *	its number
 * Return: 0, 1 if it cannot be expressed, or a negative errno value.
 */
int tar_acl_binary(const struct tar_string *text, struct buffer *out,
		   uint16_t *narrow, struct error *e);

#endif /* TARFS_LIB_TAR_PRIVATE_H */
