/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tar reader: one member at a time, with the offsets of its header and data.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_TAR_H
#define TARFS_LIB_TAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/warnings.h"
#include "stream/input.h"
#include "stream/tar_header.h"

#define TAR_PATH_MAX		4095	/* bytes in a name or target */
#define TAR_EXTENDED_MAX	1048576	/* bytes in an extended header */
#define TAR_GLOBAL_MAX		65536	/* bytes in all global headers kept */
#define TAR_GLOBAL_XATTRS_MAX	64
#define TAR_EXTENTS_MAX		1048576	/* in one sparse file */

/* arbitrary bytes, not NUL-terminated */
struct tar_string {
	char *bytes;
	size_t len;
};

/**
 * struct tar_xattr - an extended attribute
 * @name: including the prefix: "user.mime_type"
 * @value: ACLs are in the binary form of Linux's extended attributes
 */
struct tar_xattr {
	struct tar_string name;
	struct tar_string value;
};

/* @bytes stored bytes at file offset @logical */
struct tar_extent {
	uint64_t logical;
	uint64_t bytes;
};

/**
 * struct tar_member - a member, as described by all its headers
 * @path: unchanged from the tar, 0 to TAR_PATH_MAX bytes
 * @target: of a symbolic or hard link, 1 to TAR_PATH_MAX bytes without a NUL
 * @type: TAR_REGULAR, TAR_HARD_LINK, TAR_SYMLINK, TAR_CHAR, TAR_BLOCK,
 *	TAR_DIRECTORY or TAR_FIFO
 * @mode: 07777 only
 * @size: of the file, holes included; 0 if it is not a regular file
 * @stored: bytes of data in the tar
 * @header: offset of the member's own header, after its extended headers
 * @data: offset of the data
 * @extents: of a sparse file: sorted, none adjacent, overlapping or empty
 * @xattrs: sorted by name, each name once
 */
struct tar_member {
	struct tar_string path;
	struct tar_string target;
	char type;
	bool sparse;
	uint32_t mode;
	uint32_t uid;
	uint32_t gid;
	uint32_t major;
	uint32_t minor;
	uint32_t mtime_nsec;
	int64_t mtime;
	uint64_t size;
	uint64_t stored;
	uint64_t header;
	uint64_t data;
	const struct tar_extent *extents;
	size_t extent_count;
	const struct tar_xattr *xattrs;
	size_t xattr_count;
};

struct tar_reader;

int tar_reader_open(struct tar_reader **r, struct input *in,
		    struct warnings *w, struct error *e);
void tar_reader_close(struct tar_reader *r);

/**
 * tar_reader_next() - parse the headers of the next member
 * @m: set to the member, which is valid until the next call
 *
 * Errors name the member and its offset.  At the end of the archive the rest of
 * the input is consumed.
 *
 * Return: 1, 0 at the end, or a negative errno value.
 */
int tar_reader_next(struct tar_reader *r, const struct tar_member **m,
		    struct error *e);

/**
 * tar_reader_data() - read the next @len stored bytes of the current member
 *
 * tar_reader_next() skips data that was not read.
 *
 * Return: 0 or a negative errno value; fewer than @len bytes left is an error.
 */
int tar_reader_data(struct tar_reader *r, void *buf, size_t len,
		    struct error *e);

/* valid after the end: was it marked by two zero blocks? */
bool tar_reader_saw_end(const struct tar_reader *r);

/* the file type of a member that is not a hard link: S_IFMT */
static inline mode_t tar_file_type(char type)
{
	switch (type) {
	case TAR_SYMLINK:
		return S_IFLNK;
	case TAR_CHAR:
		return S_IFCHR;
	case TAR_BLOCK:
		return S_IFBLK;
	case TAR_DIRECTORY:
		return S_IFDIR;
	case TAR_FIFO:
		return S_IFIFO;
	default:
		return S_IFREG;
	}
}

/**
 * struct tar_acl_summary - effect of an ACL
 * @entries: number of entries; 0 means no ACL
 * @mode: permission bits that the ACL implies
 * @is_mode: equivalent to @mode: no named entries and no mask
 */
struct tar_acl_summary {
	size_t entries;
	uint16_t mode;
	bool is_mode;
};

/**
 * tar_acl_check() - validate a binary POSIX ACL by the rules of Linux
 * Return: 0, -EINVAL or -ENOMEM.
 */
int tar_acl_check(const struct tar_string *value, struct tar_acl_summary *acl,
		  struct error *e);

/* prefix an error with "member NAME at offset N" */
void tar_member_blame(const struct tar_member *m, struct error *e);

#endif /* TARFS_LIB_TAR_H */
