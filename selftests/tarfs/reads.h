/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Generated files, read in every manner: the list of make_reads.py, ways to
 * read bytes of a file, and the orders in which a visit reads them.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SELFTESTS_READS_H
#define TARFS_SELFTESTS_READS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "layout.h"

#define READS_MAX	(2 << 20)	/* bytes of one step */

/* pseudorandom numbers that depend on the initial state alone */
struct chance {
	uint64_t state;
};

struct chance chance_of(uint64_t seed, uint64_t a, uint64_t b, uint64_t c);
uint64_t draw(struct chance *c);
uint64_t below(struct chance *c, uint64_t limit);	/* 0 if @limit is 0 */

/*
 * A line of the list.
 * @kind: "plain", "cut", or the dialect of a sparse file
 * @at: byte offset of its data in the tar
 * @key: of the sequence of its data
 * @pieces: in order, not empty, and not touching
 */
struct reads_file {
	char path[64];
	char kind[16];
	uint64_t size;
	uint64_t at;
	uint64_t key;
	size_t count;
	struct piece *pieces;
};

struct reads_list {
	struct reads_file *files;
	size_t count;
};

/* reads_list.c; ends the test if there is no list */
void load_reads(const char *file, struct reads_list *list);
uint64_t reads_stored(const struct reads_file *file);
size_t reads_due(const struct reads_file *file, uint64_t at, size_t len);
/* fill @buf with the file's content from @at on, within its size */
void reads_expect(const struct reads_file *file, uint64_t at, size_t len,
		  unsigned char *buf);
bool reads_need(const struct reads_file *file, uint64_t page,
		const struct damage *bad);
/* a random offset, preferably where data begin or end */
uint64_t reads_edge(const struct reads_file *file, struct chance *c);

/*
 * An open file, with the state that ways need.
 * @bad: a part of the file cannot be read
 * @direct: opened with O_DIRECT, or -1
 * @map: a mapping of all of it, or NULL if it is empty
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
 * A way to read: up to @len bytes from @at on into @buf, which has room for
 * READS_MAX.  Return: how many, or a negative errno.
 * @exact: stops right before the page that cannot be read
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
/* is a mapping zero beyond the end of the file? */
bool reads_tail_is_zero(struct reads_open *o);

/* how a file is read: indices into tables */
struct reads_manner {
	unsigned int way;
	unsigned int order;
	unsigned int state;		/* of the page cache before */
	unsigned int hint;
	size_t step;			/* bytes */
};

#define READS_ORDERS	7
#define READS_STATES	4
#define READS_HINTS	6

/* counters of all processes */
struct reads_tally {
	unsigned long visits;
	unsigned long bytes;
	unsigned long errors;		/* expected ones */
	unsigned long faults;
	unsigned long maps;
	unsigned long ways[READS_WAYS];
	unsigned long orders[READS_ORDERS];
	unsigned long states[READS_STATES];
	unsigned long hints[READS_HINTS];
};

extern struct reads_tally *tally;	/* of the round; in shared memory */

/*
 * Reads of one file.
 * @where: the round, for reports
 * @number: of the file in the list
 */
struct reads_visit {
	const char *where;
	const struct reads_file *file;
	size_t number;
	struct reads_manner manner;
	struct damage bad;
	struct chance chance;
};

/* reads_visit.c */
struct reads_manner any_manner(struct chance *c, bool exact);
/* a manner that reads whole files sequentially */
struct reads_manner forward_manner(struct chance *c);
void visit_file(struct reads_visit *v);
void report_fault(const struct reads_visit *v, uint64_t at, const char *fmt,
		  ...) __attribute__((format(printf, 3, 4)));

/* reads_maps.c: compare SEEK_DATA, SEEK_HOLE and FIEMAP with the tar */
void visit_maps(struct reads_visit *v);

#endif /* TARFS_SELFTESTS_READS_H */
