/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Declarations shared by the files of fsck.tarfs.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * A check returns 0, or a negative errno value if it could not be done.  Faults
 * of the image are reported by problem().
 */
#ifndef FSCK_TARFS_FSCK_H
#define FSCK_TARFS_FSCK_H

#include <jansson.h>

#include "reader/reader.h"

/* exit status, as of fsck(8) */
#define EXIT_CLEAN	0
#define EXIT_ERRORS	4
#define EXIT_FAILED	8
#define EXIT_USAGE	16
#define EXIT_CANCELLED	32

/* limit for the records, and again for the comparison with the tar */
#define FSCK_PROBLEMS_SHOWN	20

/* whether a directory is reachable from the root */
enum reach {
	REACH_UNKNOWN,
	REACH_ASKING,
	REACH_ROOT,
	REACH_NOTHING,
};

/**
 * struct note - what directories say about an inode
 * @name, @name_len: the first name found, by its offset in the device
 * @dir: inode of the directory with that name; 0 if none
 * @names: number of names; @subdirs: of subdirectories in this directory
 * @mode: 0 if the record is corrupt
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

/* bytes of the index that a record of @ino uses */
struct claim {
	uint64_t start;
	uint64_t end;
	uint32_t ino;
};

/**
 * struct fsck - state of a check
 * @root: the expected root hash, or NULL
 * @findings: for JSON, an array that collects what would be lines of text; or
 *	NULL
 * @problems: number of problems; @shown: in this part of the check; @hidden:
 *	not shown
 * @notes: by inode number
 * @claims: ranges of the index of format 2 in use, and by which inode
 * @claimed: bytes claimed in each section
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

/* a field of the index, and its description */
struct place {
	uint64_t start;
	uint64_t end;
	char text[2048];
};

/*
 * check.c: check everything and print the verdict; @problems is 0 if it is
 * clean
 */
int check_image(struct fsck *f, const char *path, struct error *e);

/* problems.c */

/*
 * print a line about the image, or keep it for JSON; @text is escaped already
 */
void say(const struct fsck *f, const char *text);
/* report a fault of the image: where and what */
void problem(struct fsck *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* print progress and facts with --verbose */
void verbose(const struct fsck *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* report an error that blames the image as a problem, and return 0 */
int blame_image(struct fsck *f, int err, const struct error *e);
/* format as "inode 7 (/etc/passwd)"; valid until the next call */
const char *inode_name(struct fsck *f, uint32_t ino);

/* image.c: check trailer and hash tree */
int check_trailer(struct fsck *f, struct error *e);
int check_tree(struct fsck *f, struct error *e);

/* format1.c, format2.c: check every record of an index */
int check_format1(struct fsck *f, struct error *e);
int check_format2(struct fsck *f, struct error *e);

/* names.c: collect names, and check link counts and parents */
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
 * Claim bytes of a section for a record of an inode.
 * Return: 1; 0 if the section has less, so that records overlap and this one
 * need not be checked; or an error.
 */
int claim(struct fsck *f, int section, uint64_t start, uint64_t len,
	  uint32_t ino, struct error *e);
/* check that no bytes are claimed twice, and that unclaimed ones are zero */
int check_claims(struct fsck *f, struct error *e);

/* rebuild.c: make the index anew from the tar in the image, and compare */
int check_against_tar(struct fsck *f, struct error *e);

/* compare.c: compare with the expected index, @size bytes in @fd */
int compare_index(struct fsck *f, int fd, uint64_t size, struct error *e);

/* place.c: find the field at @pos of the device */
void find_place(struct fsck *f, uint64_t pos, struct place *place);

#endif /* FSCK_TARFS_FSCK_H */
