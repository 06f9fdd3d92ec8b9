/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The state of the tar reader: its headers' half and its members' half.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_TAR_READER_H
#define TARFS_LIB_TAR_READER_H

#include "tar_private.h"

/* type letters only this reader knows */
#define TAR_GNU_DUMPDIR	'D'	/* a directory, its old content as data */
#define TAR_GNU_VOLUME	'M'	/* continues a member of another volume */
#define TAR_GNU_LABEL	'V'
#define TAR_SOLARIS_PAX	'X'

#define TAR_FIELD_MAX	12	/* bytes in a numeric field */

/* extended headers that wait for their member */
#define TAR_PENDING_PAX		0x1
#define TAR_PENDING_NAME	0x2
#define TAR_PENDING_TARGET	0x4

/* a global header that has been kept */
struct tar_payload {
	struct tar_payload *next;
	char bytes[];
};

/**
 * struct tar_reader - a tar being read
 * @header: the last header block; @header_offset: where it was
 * @pending: TAR_PENDING_*
 * @link_size: of the member before, if it is a hard link; it has no data
 * @left: bytes of data and padding before the next header
 * @padding: how many of them are padding
 * @pax: valid if TAR_PENDING_PAX
 * @global: what global headers said so far
 * @short_name: name and prefix of the header joined
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
/* the tar ends where it must not, in @what: -EINVAL */
int tar_reader_truncated(const struct tar_reader *r, const char *what,
			 struct error *e);
/* the next block: 1, or 0 at the end of the input */
int tar_reader_next_block(struct tar_reader *r, void *block, struct error *e);
/* the next block of a sparse map, which must be there */
int tar_reader_block(struct tar_reader *r, void *block, struct error *e);
/* a numeric field of up to TAR_FIELD_MAX bytes; @name is what errors call it */
int tar_reader_number(const char *name, const char *field, size_t len,
		      int64_t *value, struct error *e);
/* the same, from 0 to @max */
int tar_reader_field(const char *name, const char *field, size_t len,
		     uint64_t max, uint64_t *value, struct error *e);

/* tar_member.c */

/* fill @r->member from all its headers; read a sparse file's map */
int tar_member_fill(struct tar_reader *r, struct error *e);

/* tar_member_sparse.c */

/* if @r->member is a sparse file: its size and extents, @stored without a map */
int tar_member_sparse(struct tar_reader *r, const struct tar_pax *pax,
		      struct error *e);

#endif /* TARFS_LIB_TAR_READER_H */
