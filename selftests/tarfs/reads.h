/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Generated files, read in every manner: what make_reads.py wrote, ways to get
 * bytes of a file, and the order in which a visit asks for them.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SELFTESTS_READS_H
#define TARFS_SELFTESTS_READS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define READS_PAGE	4096
#define READS_MAX	(2 << 20)	/* bytes of one step */

/* numbers that depend on nothing but where they begin */
struct chance {
	uint64_t state;
};

struct chance chance_of(uint64_t seed, uint64_t a, uint64_t b, uint64_t c);
uint64_t draw(struct chance *c);
uint64_t below(struct chance *c, uint64_t limit);	/* 0 if @limit is 0 */

/* @from: byte offset in the file; @stored: in its data */
struct reads_piece {
	uint64_t from;
	uint64_t len;
	uint64_t stored;
};

/*
 * A line of the list.
 * @kind: "plain", or how it is sparse
 * @at: byte offset of its data in the tar
 * @key: of its data
 * @pieces: in order, none empty, none touching
 */
struct reads_file {
	char path[64];
	char kind[16];
	uint64_t size;
	uint64_t at;
	uint64_t key;
	size_t count;
	struct reads_piece *pieces;
};

struct reads_list {
	struct reads_file *files;
	size_t count;
};

/* the bytes of the device that cannot be read; none if @to is 0 */
struct reads_damage {
	uint64_t from;
	uint64_t to;
};

/* reads_list.c; ends the test if there is no such list */
void load_reads(const char *file, struct reads_list *list);
uint64_t reads_stored(const struct reads_file *file);
size_t reads_due(const struct reads_file *file, uint64_t at, size_t len);
/* what is at @at of a file, up to its size */
void reads_expect(const struct reads_file *file, uint64_t at, size_t len,
		  unsigned char *buf);
bool reads_need(const struct reads_file *file, uint64_t page,
		const struct reads_damage *bad);
/* a place in the file where data begin or end, or anywhere */
uint64_t reads_edge(const struct reads_file *file, struct chance *c);

/*
 * An open file, with all that ways need.
 * @bad: some of it cannot be read
 * @direct: opened with O_DIRECT, or -1
 * @map: all of it, or NULL if it is empty
 */
struct reads_open {
	const struct reads_file *file;
	bool bad;
	int fd;
	int direct;
	unsigned char *map;
	struct chance chance;
};

/*
 * A way to get bytes: up to @len from @at on into @buf, which has room for
 * READS_MAX. Returns how many, or an errno below zero.
 * @exact: stops right in front of the page that cannot be read
 */
struct reads_way {
	ssize_t (*get)(struct reads_open *o, uint64_t at, size_t len,
		       unsigned char *buf);
	const char *name;
	bool exact;
};

#define READS_WAYS	12

extern const struct reads_way reads_ways[READS_WAYS];

/* reads_ways.c; these end the test if they fail */
void prepare_ways(void);		/* in every process */
void open_reads(struct reads_open *o, const struct reads_file *file, bool bad,
		struct chance *c);
void close_reads(struct reads_open *o);
/* is a mapping zero behind the end of the file? */
bool reads_tail_is_zero(struct reads_open *o);

/* how a file is read: indices of tables */
struct reads_manner {
	unsigned int way;
	unsigned int order;
	unsigned int state;		/* of the cache before */
	unsigned int hint;
	size_t step;			/* bytes */
};

#define READS_ORDERS	7
#define READS_STATES	4
#define READS_HINTS	6

/* what happened, in all processes */
struct reads_tally {
	unsigned long visits;
	unsigned long bytes;
	unsigned long errors;		/* that had to be */
	unsigned long faults;
	unsigned long maps;
	unsigned long ways[READS_WAYS];
	unsigned long orders[READS_ORDERS];
	unsigned long states[READS_STATES];
	unsigned long hints[READS_HINTS];
};

extern struct reads_tally *tally;	/* of the round; shared */

/*
 * Reads of one file.
 * @where: what a report says of the round
 * @number: of the file in the list
 */
struct reads_visit {
	const char *where;
	const struct reads_file *file;
	size_t number;
	struct reads_manner manner;
	struct reads_damage bad;
	struct chance chance;
};

/* reads_visit.c */
struct reads_manner any_manner(struct chance *c, bool exact);
/* one that reads whole files from front to back */
struct reads_manner forward_manner(struct chance *c);
void visit_file(struct reads_visit *v);
void report_fault(const struct reads_visit *v, uint64_t at, const char *fmt,
		  ...) __attribute__((format(printf, 3, 4)));

/* reads_maps.c: SEEK_DATA, SEEK_HOLE and FIEMAP say what the tar says */
void visit_maps(struct reads_visit *v);

#endif /* TARFS_SELFTESTS_READS_H */
