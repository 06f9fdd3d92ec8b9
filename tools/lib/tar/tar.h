/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading a tar, one member at a time, with the exact place of everything.
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
#define TAR_GLOBAL_MAX		65536	/* in all global ones kept */
#define TAR_GLOBAL_XATTRS_MAX	64
#define TAR_EXTENTS_MAX		1048576	/* in one sparse file */

/* bytes, which need not be text; not terminated */
struct tar_string {
	char *bytes;
	size_t len;
};

/**
 * struct tar_xattr - an extended attribute
 * @name: with its prefix: "user.mime_type"
 * @value: ACLs as in an extended attribute of Linux
 */
struct tar_xattr {
	struct tar_string name;
	struct tar_string value;
};

/* @bytes stored bytes that belong at @logical in the file */
struct tar_extent {
	uint64_t logical;
	uint64_t bytes;
};

/**
 * struct tar_member - a member, all its headers taken into account
 * @path: as it is in the tar, 0 to TAR_PATH_MAX bytes
 * @target: of a symbolic or hard link, 1 to TAR_PATH_MAX bytes without a NUL
 * @type: TAR_REGULAR, TAR_HARD_LINK, TAR_SYMLINK, TAR_CHAR, TAR_BLOCK,
 *	TAR_DIRECTORY or TAR_FIFO
 * @mode: 07777 only
 * @size: of the file, holes included; 0 if it is not a regular file
 * @stored: bytes of its data in the tar
 * @header: offset of its own header, extended headers come before that
 * @data: offset of the data
 * @extents: of a sparse file: in order, no two touch or overlap, none is empty
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
 * tar_reader_next() - the next member
 * @m: set to the member, which is valid until the next call
 *
 * What the reader refuses is told with the member's name and its offset.  At
 * the end of the archive the input is read to its end.
 *
 * Return: 1, 0 at the end, or a negative errno value.
 */
int tar_reader_next(struct tar_reader *r, const struct tar_member **m,
		    struct error *e);

/**
 * tar_reader_data() - read the next @len stored bytes of the last member
 *
 * What is not read is passed over by tar_reader_next().
 *
 * Return: 0 or a negative errno value, also if there are not so many bytes.
 */
int tar_reader_data(struct tar_reader *r, void *buf, size_t len,
		    struct error *e);

/* after the end: did two zero blocks mark it? */
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
 * struct tar_acl_summary - what an ACL comes to
 * @entries: how many; none is no ACL
 * @mode: the permissions that it gives its file
 * @is_mode: it says no more than that: it has neither names nor a mask
 */
struct tar_acl_summary {
	size_t entries;
	uint16_t mode;
	bool is_mode;
};

/**
 * tar_acl_check() - is this the value of a POSIX ACL that Linux would take?
 * Return: 0 or -EINVAL.
 */
int tar_acl_check(const struct tar_string *value, struct tar_acl_summary *acl,
		  struct error *e);

/* put "member NAME at offset N" in front of what is wrong with it */
void tar_member_blame(const struct tar_member *m, struct error *e);

#endif /* TARFS_LIB_TAR_H */
