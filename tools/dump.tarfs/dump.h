/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of dump.tarfs share.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef DUMP_TARFS_DUMP_H
#define DUMP_TARFS_DUMP_H

#include "reader/reader.h"

/* a path of which every byte is escaped, and a NUL */
#define DUMP_NAME_MAX	(4 * READER_PATH_MAX + 1)

/*
 * What can be asked for: @path is NULL if there was none.  Output goes to
 * standard output through stdio; who calls finds out whether it arrived.
 */
int dump_summary(struct device *d, const char *path, struct error *e);
int dump_list(struct device *d, const char *path, struct error *e);
int dump_cat(struct device *d, const char *path, struct error *e);
int dump_xattrs(struct device *d, const char *path, struct error *e);
int dump_mtree(struct device *d, const char *path, struct error *e);
int dump_json(struct device *d, const char *path, struct error *e);

/* counts.c */

/**
 * struct counts - what is in an image
 * @inodes: by type, S_IFMT >> 12; @nothing: those of format 1 that stand for
 *	nothing; @bytes: of regular files
 */
struct counts {
	uint64_t inodes[16];
	uint64_t nothing;
	uint64_t bytes;
};

int count_inodes(struct device *d, struct counts *c, struct error *e);
extern const char *const section_names[TARFS2_SECTIONS];
/*
 * the root hash that the tree claims; false if there is no tree, or if it is over
 * another number of data blocks than the trailer says, and then @e says so
 */
bool claimed_root(struct device *d, char *hex, struct error *e);

/* names.c */

/* of mtree(5), by S_IFMT >> 12; all types that an image can have */
extern const char *const type_names[16];

/*
 * Bytes as mtree(5) has them: all but printable ASCII as \ooo, and also a
 * backslash, '#', '=' and the blank.  The text is good until the next call.
 */
const char *mtree_name(const char *bytes, size_t len);
/* the same with blanks, '#' and '=' as they are */
const char *plain_name(const char *bytes, size_t len);

/* content.c */

/* the SHA-256 of a file, in hex */
int content_digest(struct device *d, const struct reader_inode *inode,
		   char *hex, struct error *e);

#endif /* DUMP_TARFS_DUMP_H */
