/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Private interface of the tar reader.
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
 * struct tar_map - map of a sparse file, while it is parsed
 * @entries: number of entries in the tar, including empty and adjacent ones
 * @end: file offset at which the last entry ends
 * @stored: bytes in all extents
 * @half: PAX 0.0: @half_offset still lacks its length
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
/* parse "offset,bytes,offset,bytes..." of PAX 0.1 */
int tar_map_text(struct tar_map *map, const char *text, size_t len,
		 struct error *e);
/* parse @count fields of an old GNU header; clear @more at the list's end */
int tar_map_fields(struct tar_map *map, const struct tar_sparse *fields,
		   size_t count, bool *more, struct error *e);
/* validate a complete map against the file's size and its bytes in the tar */
int tar_map_check(const struct tar_map *map, uint64_t size, uint64_t stored,
		  struct error *e);

/**
 * struct tar_map_lines - parser state of a PAX 1.0 map, which is fed by blocks
 * @wanted: numbers in the map; 0 until its first one, the count, is parsed
 * @numbers: parsed so far
 */
struct tar_map_lines {
	uint64_t wanted;
	uint64_t numbers;
	uint64_t offset;
	char digits[19];	/* the limit of GNU tar */
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
#define TAR_PAX_SPARSE_REALSIZE	0x0800	/* newer keyword for the same size */
#define TAR_PAX_SPARSE_BLOCKS	0x1000	/* entries in the map of 0.0 or 0.1 */
#define TAR_PAX_DEVMAJOR	0x2000
#define TAR_PAX_DEVMINOR	0x4000
#define TAR_PAX_SPARSE_MAJOR	0x0100
#define TAR_PAX_SPARSE_MINOR	0x0200
#define TAR_PAX_SPARSE_MAP	0x0400	/* 0.0 or 0.1: @map is filled */

/* precedence of records for one attribute: the highest rank wins */
enum tar_xattr_rank {
	TAR_XATTR_TEXT,		/* an ACL or a context as text */
	TAR_XATTR_LIBARCHIVE,
	TAR_XATTR_SCHILY,
};

/*
 * An empty value deletes an attribute in POSIX, but GNU tar and bsdtar write
 * attributes with empty values that way: only empty text deletes.
 */
struct tar_pax_xattr {
	struct tar_xattr attr;
	enum tar_xattr_rank rank;
	bool is_acl;		/* the value is an ACL's text */
	size_t number;		/* position among the records */
};

/**
 * struct tar_pax - parsed PAX records
 * @set: TAR_PAX_*: which of the fields below are valid
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
 * tar_pax_parse() - parse the records of one extended header
 * @buf: decoded in place; strings in @pax point into it
 * @global: reject keywords that make sense for a single member only
 */
int tar_pax_parse(struct tar_pax *pax, char *buf, size_t len, bool global,
		  struct error *e);

/* initialize a member's records from the global headers */
int tar_pax_inherit(struct tar_pax *pax, const struct tar_pax *global,
		    struct error *e);
void tar_pax_free(struct tar_pax *pax);

/* tar_decode.c */

/* decode a name of LIBARCHIVE.xattr in place; return the new length or -EINVAL */
ssize_t tar_url_decode(char *text, size_t len);

/* tar_xattr.c */

/**
 * struct tar_xattr_list - the attributes of one member
 * @acl: binary form of ACLs that were text: access and default
 * @dropped_acl: an ACL without numeric ids has been dropped
 * @mode_limit: mask for the member's mode if its access ACL has been dropped
 */
struct tar_xattr_list {
	struct tar_xattr *attrs;
	size_t count;
	size_t size;
	struct buffer acl[2];
	bool dropped_acl;
	uint16_t mode_limit;
};

/* sort the records and keep the one with the highest rank of each attribute */
int tar_xattr_resolve(struct tar_xattr_list *list, struct tar_pax *pax,
		      struct error *e);
void tar_xattr_list_free(struct tar_xattr_list *list);

/* tar_acl.c */

/**
 * tar_acl_binary() - convert a textual ACL to the value of an xattr
 * @narrow: if the ACL cannot be expressed, set to permissions that grant no
 *	more than it does
 * Return: 0; 1 if the ACL cannot be expressed: an entry has a name, but neither
 *	is that numeric nor does a fourth field have the id; or a negative errno
 *	value.
 */
int tar_acl_binary(const struct tar_string *text, struct buffer *out,
		   uint16_t *narrow, struct error *e);

#endif /* TARFS_LIB_TAR_PRIVATE_H */
