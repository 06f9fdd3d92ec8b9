/* SPDX-License-Identifier: GPL-2.0 */
/*
 * State of the tar reader, shared by the parsers of headers and of members.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_TAR_READER_H
#define TARFS_LIB_TAR_READER_H

#include "tar_private.h"

/* type letters that only this reader handles */
#define TAR_GNU_DUMPDIR	'D'	/* directory whose data is its former content */
#define TAR_GNU_VOLUME	'M'	/* continues a member of another volume */
#define TAR_GNU_LABEL	'V'
#define TAR_SOLARIS_PAX	'X'

#define TAR_FIELD_MAX	12	/* bytes in a numeric field */

/* extended headers parsed for the next member */
#define TAR_PENDING_PAX		0x1
#define TAR_PENDING_NAME	0x2
#define TAR_PENDING_TARGET	0x4

/* payload of a global header, which struct tar_pax points into */
struct tar_payload {
	struct tar_payload *next;
	char bytes[];
};

/**
 * struct tar_reader - a tar being read
 * @header: the last header block
 * @header_offset: offset of @header in the tar
 * @left: bytes of data and padding before the next header
 * @padding: how many bytes of @left are padding
 * @pending: TAR_PENDING_*
 * @link_size: size field of the previous member if that is a hard link, which
 *	should have no data
 * @pax: valid if TAR_PENDING_PAX
 * @global: records of all global headers so far
 * @short_name: prefix and name of @header, joined
 */
struct tar_reader {
	struct input *in;
	struct warnings *warnings;
	struct tar_header header;
	uint64_t header_offset;
	uint64_t left;
	uint32_t padding;
	unsigned int pending;
	int64_t link_size;
	bool ended;
	bool saw_end;
	struct tar_pax pax;
	struct tar_pax global;
	struct tar_payload *global_payloads;
	size_t global_bytes;
	struct buffer pax_buf;
	struct buffer name_buf;
	struct buffer target_buf;
	char short_name[256];
	struct tar_xattr_list xattrs;
	struct tar_member member;
};

/* tar_block.c */
int tar_reader_warn(struct tar_reader *r, const struct warning_kind *kind,
		    const struct tar_string *path, struct error *e);
/* report that the tar ends within @what; return -EINVAL */
int tar_reader_truncated(const struct tar_reader *r, const char *what,
			 struct error *e);
/* read the next block; return 1, or 0 at the end of the input */
int tar_reader_next_block(struct tar_reader *r, void *block, struct error *e);
/* read the next block of a sparse map; the end of the input is an error */
int tar_reader_block(struct tar_reader *r, void *block, struct error *e);
/* parse a numeric field of up to TAR_FIELD_MAX bytes; errors call it @name */
int tar_reader_number(const char *name, const char *field, size_t len,
		      int64_t *value, struct error *e);
/* tar_reader_number() limited to 0 .. @max */
int tar_reader_field(const char *name, const char *field, size_t len,
		     uint64_t max, uint64_t *value, struct error *e);

/* tar_member.c */

/* fill @r->member from all its headers; parse the map of a sparse file */
int tar_member_fill(struct tar_reader *r, struct error *e);

/* tar_member_sparse.c */

/*
 * If @r->member is sparse, set its size and extents and exclude a map in front
 * of the data from @stored.
 */
int tar_member_sparse(struct tar_reader *r, const struct tar_pax *pax,
		      struct error *e);

#endif /* TARFS_LIB_TAR_READER_H */
