/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of fsck.tarfs know of an image, and of each other.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * A check returns 0 or a negative errno value; that is for what keeps the
 * program from checking.  What is wrong with the image is told by problem().
 */
#ifndef FSCK_TARFS_FSCK_H
#define FSCK_TARFS_FSCK_H

#include <jansson.h>

#include "reader/reader.h"

/* those of fsck(8) */
#define EXIT_CLEAN	0
#define EXIT_ERRORS	4
#define EXIT_FAILED	8
#define EXIT_USAGE	16
#define EXIT_CANCELLED	32

/* of the records, and of what the comparison with the tar finds */
#define FSCK_PROBLEMS_SHOWN	20

/* how a directory is connected to the root, as far as it is known */
enum reach {
	REACH_UNKNOWN,
	REACH_ASKING,
	REACH_ROOT,
	REACH_NOTHING,
};

/**
 * struct note - what the directories say of an inode
 * @name, @name_len: the first name that was found, bytes at an offset
 * @dir: the directory it is in; 0 if there is none
 * @names: how many there are; @subdirs: names of directories in this one
 * @mode: 0 if the record is broken
 */
struct note {
	uint64_t name;
	uint32_t dir;
	uint32_t names;
	uint32_t subdirs;
	uint16_t mode;
	uint8_t name_len;
	uint8_t reach;
};

/* bytes of the index that a record of @ino takes */
struct claim {
	uint64_t start;
	uint64_t end;
	uint32_t ino;
};

/**
 * struct fsck - a check
 * @root: the root hash to check against, or NULL
 * @findings: an array of what would be lines of text, for JSON; or NULL
 * @problems: all; @shown: of this part of the check; @hidden: not shown
 * @notes: by inode number
 * @claims: every byte of the index of format 2 that is used, and by whom
 * @claimed: how much of each section, bytes
 */
struct fsck {
	struct device d;
	const uint8_t *root;
	json_t *findings;
	bool quiet;
	bool verbose;
	uint64_t problems;
	uint64_t shown;
	uint64_t hidden;
	struct note *notes;
	struct claim *claims;
	size_t claim_count;
	size_t claim_room;
	uint64_t claimed[TARFS2_SECTIONS];
};

/* bytes that are compared as one, and what they are */
struct place {
	uint64_t start;
	uint64_t end;
	char text[2048];
};

/* check.c: check everything and print the verdict; @problems is 0 if it is clean */
int check_image(struct fsck *f, const char *path, struct error *e);

/* problems.c */

/* print a line about the image, or keep it for JSON; @text is escaped already */
void say(const struct fsck *f, const char *text);
/* something is wrong with the image: what and where */
void problem(struct fsck *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* tell what is done or found, if that is wanted */
void verbose(const struct fsck *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* an error that blames the image becomes a problem, and 0 */
int blame_image(struct fsck *f, int err, const struct error *e);
/* "inode 7 (/etc/passwd)", good until the next call */
const char *inode_name(struct fsck *f, uint32_t ino);

/* image.c: trailer, hash tree */
int check_trailer(struct fsck *f, struct error *e);
int check_tree(struct fsck *f, struct error *e);

/* format1.c, format2.c: every record of an index */
int check_format1(struct fsck *f, struct error *e);
int check_format2(struct fsck *f, struct error *e);

/* names.c: what the directories say together */
void note_name(struct fsck *f, const struct reader_inode *dir,
	       const struct reader_entry *entry);
void check_names(struct fsck *f);

/* format2_dirs.c, format2_other.c */
int check_dir(struct fsck *f, const struct reader_inode *dir, struct error *e);
int check_map(struct fsck *f, const struct reader_inode *inode,
	      struct error *e);
int check_xattrs(struct fsck *f, struct error *e);

/* claims.c */

/*
 * Take bytes of a section for a record of an inode.
 * Return: 1; 0 if there is not that much in the section, so that records
 * overlap: what is in them need not be looked at; or an error.
 */
int claim(struct fsck *f, int section, uint64_t start, uint64_t len,
	  uint32_t ino, struct error *e);
/* nothing is used twice, and what nothing uses is zero */
int check_claims(struct fsck *f, struct error *e);

/* rebuild.c: make the index anew from the tar in the image, and compare */
int check_against_tar(struct fsck *f, struct error *e);

/* compare.c: @fd has the index as it should be, @size bytes */
int compare_index(struct fsck *f, int fd, uint64_t size, struct error *e);

/* place.c: what is at @pos in the index */
void find_place(struct fsck *f, uint64_t pos, struct place *place);

#endif /* FSCK_TARFS_FSCK_H */
