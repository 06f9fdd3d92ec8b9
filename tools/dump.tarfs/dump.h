/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Declarations shared by the files of dump.tarfs.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef DUMP_TARFS_DUMP_H
#define DUMP_TARFS_DUMP_H

#include "reader/reader.h"

/* a path with every byte escaped, and a NUL */
#define DUMP_NAME_MAX	(4 * READER_PATH_MAX + 1)

/*
 * Views of an image.  @path is NULL if none was given.  They print through
 * stdio; the caller checks for write errors.
 */
int dump_summary(struct device *d, const char *path, struct error *e);
int dump_list(struct device *d, const char *path, struct error *e);
int dump_cat(struct device *d, const char *path, struct error *e);
int dump_xattrs(struct device *d, const char *path, struct error *e);
int dump_mtree(struct device *d, const char *path, struct error *e);
int dump_json(struct device *d, const char *path, struct error *e);

/* counts.c */

/**
 * struct counts - contents of an image
 * @inodes: by type, S_IFMT >> 12
 * @nothing: absent inodes of format 1
 * @bytes: sum of the sizes of regular files
 */
struct counts {
	uint64_t inodes[16];
	uint64_t nothing;
	uint64_t bytes;
};

int count_inodes(struct device *d, struct counts *c, struct error *e);
extern const char *const section_names[TARFS2_SECTIONS];
/*
 * Read the root hash from the tree, which is not verified.  Return false
 * without a tree, or with @e set if the tree is over another number of data
 * blocks than the trailer says.
 */
bool claimed_root(struct device *d, char *hex, struct error *e);

/* names.c */

/* type keywords of mtree(5), by S_IFMT >> 12 */
extern const char *const type_names[16];

/*
 * Escape bytes as mtree(5) does: all but printable ASCII, and backslash, '#',
 * '=' and space, as \ooo.  The text is valid until the next call.
 */
const char *mtree_name(const char *bytes, size_t len);
/* the same, but keep space, '#' and '=' */
const char *plain_name(const char *bytes, size_t len);

/* content.c */

/* compute the SHA-256 of a file, in hexadecimal */
int content_digest(struct device *d, const struct reader_inode *inode,
		   char *hex, struct error *e);

#endif /* DUMP_TARFS_DUMP_H */
