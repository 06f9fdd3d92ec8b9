// SPDX-License-Identifier: GPL-2.0
/*
 * Read a file in some manner, and compare each byte.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "guest.h"
#include "reads.h"

#define WINDOW		(2 << 20)	/* bytes of a file to read at most */
#define STEPS		1500		/* and steps */
#define REPORTS		8		/* faults of a round to report */
#define PIECES		6		/* of a layout to report */

struct reads_tally *tally;

static unsigned char want[READS_MAX], found[READS_MAX];

/* a range of a file, and how to read it */
struct walk {
	struct reads_visit *v;
	struct reads_open open;
	const struct reads_way *way;
	size_t step;
	uint64_t from, to;
};

static void count(unsigned long *number, unsigned long more)
{
	__atomic_fetch_add(number, more, __ATOMIC_RELAXED);
}

/*
 * Reports of faults.
 */

static const char *const order_names[READS_ORDERS];
static const char *const state_names[READS_STATES];
static const char *const hint_names[READS_HINTS];

static void tell_pieces(const struct reads_file *file, uint64_t at)
{
	size_t first = 0, i;

	while (first + 1 < file->count &&
	       file->pieces[first].from + file->pieces[first].len <= at)
		first++;
	first = first < PIECES / 2 ? 0 : first - PIECES / 2;
	printf("#   %s, %" PRIu64 " bytes, %zu pieces, data at %" PRIu64 " of the tar;",
	       file->kind, file->size, file->count, file->at);
	for (i = first; i < file->count && i < first + PIECES; i++)
		printf(" [%zu] %" PRIu64 "+%" PRIu64, i, file->pieces[i].from,
		       file->pieces[i].len);
	printf("\n");
}

void report_fault(const struct reads_visit *v, uint64_t at, const char *fmt, ...)
{
	const struct reads_manner *m = &v->manner;
	va_list args;

	count(&tally->faults, 1);
	if (tally->faults > REPORTS)
		return;
	printf("# %s: file %zu, %s, offset %" PRIu64 ": ", v->where, v->number,
	       v->file->path, at);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	tell_pieces(v->file, at);
	printf("#   by %s, %s in steps of %zu, %s, %s\n",
	       reads_ways[m->way].name, order_names[m->order], m->step,
	       state_names[m->state], hint_names[m->hint]);
}

/* report the range of wrong bytes among @len, and what they are */
static void report_bytes(const struct reads_visit *v, uint64_t at, size_t len)
{
	size_t first = 0, last = len - 1, zeros = 0, i;

	while (want[first] == found[first])
		first++;
	while (want[last] == found[last])
		last--;
	for (i = first; i <= last; i++)
		zeros += !found[i];
	report_fault(v, at + first,
		     "%02x, not %02x; the last wrong byte is at %" PRIu64 ", %zu of them are zero",
		     found[first], want[first], at + last, zeros);
}

/*
 * Read a step and compare it.  Return: the offset of the next step.
 */
static uint64_t take(struct walk *w, uint64_t at, size_t len)
{
	const struct reads_visit *v = w->v;
	size_t due = reads_due(v->file, at, len);
	ssize_t got = w->way->get(&w->open, at, len, found);
	uint64_t stop = at + (got > 0 ? got : 0);

	if (got > 0 && (size_t)got <= due) {
		reads_expect(v->file, at, got, want);
		if (memcmp(want, found, got))
			report_bytes(v, at, got);
		count(&tally->bytes, got);
	}
	if (got == (ssize_t)due)
		return at + len;
	if (stop < v->file->size && (got >= 0 || got == -EIO) &&
	    reads_need(v->file, stop / PAGE, &v->bad)) {
		count(&tally->errors, 1);
		return (stop / PAGE + 1) * PAGE;
	}
	if (got < 0)
		report_fault(v, at, "%s, %zu bytes asked for", strerror(-got),
			     len);
	else
		report_fault(v, at, "%zd bytes of %zu", got, due);
	return at + len;
}

static size_t any_step(struct chance *c)
{
	static const size_t steps[] = {
		1, 7, 511, 512, 513, 1000, 4095, 4096, 4097, 8192, 16384, 65535,
		65536, 131071, 131072, 131073, 262144, 524288, 1 << 20,
	};

	return steps[below(c, sizeof(steps) / sizeof(*steps))];
}

/*
 * Orders.
 */

static void go_forward(struct walk *w)
{
	uint64_t at = w->from;

	while (at < w->to)
		at = take(w, at, w->step);
}

static void go_unevenly(struct walk *w)
{
	uint64_t at = w->from;

	while (at < w->to)
		at = take(w, at, 1 + below(&w->v->chance, 2 * w->step));
}

static void go_backward(struct walk *w)
{
	uint64_t at = w->to;
	size_t len;

	while (at > w->from) {
		len = at - w->from < w->step ? at - w->from : w->step;
		at -= len;
		take(w, at, len);
	}
}

static void go_anywhere(struct walk *w)
{
	struct chance *c = &w->v->chance;
	uint64_t at;
	int i;

	for (i = 0; i < 60; i++) {
		at = reads_edge(w->v->file, c) + below(c, 10000);
		take(w, at < 5000 ? 0 : at - 5000, 1 + below(c, w->step));
	}
}

/* every other step, then the ones in between */
static void go_interleaved(struct walk *w)
{
	uint64_t at;
	int turn;

	for (turn = 0; turn < 2; turn++)
		for (at = w->from + turn * w->step; at < w->to; at += 2 * w->step)
			take(w, at, w->step);
}

/* steps with equal gaps between them */
static void go_in_strides(struct walk *w)
{
	uint64_t gap = below(&w->v->chance, 64) * PAGE + 1;
	uint64_t at;

	for (at = w->from; at < w->to; at += w->step + gap)
		take(w, at, w->step);
}

/* alternate between the beginning and the middle */
static void go_in_two_places(struct walk *w)
{
	uint64_t middle = w->from + (w->to - w->from) / 2;
	uint64_t at = w->from, there = middle;

	while (at < middle || there < w->to) {
		if (at < middle)
			at = take(w, at, w->step);
		if (there < w->to)
			there = take(w, there, w->step);
	}
}

static void (*const orders[READS_ORDERS])(struct walk *w) = {
	go_forward, go_backward, go_unevenly, go_anywhere, go_interleaved,
	go_in_strides, go_in_two_places,
};

static const char *const order_names[READS_ORDERS] = {
	"forward", "backward", "forward unevenly", "anywhere", "interleaved",
	"in strides", "in two places in turns",
};

/*
 * States of the page cache before a visit.
 */

static void leave_it(struct walk *w)
{
	(void)w;
}

static void drop_all(struct walk *w)
{
	drop_pages(w->open.fd);
}

static void read_some(struct walk *w)
{
	struct chance *c = &w->v->chance;
	int i;

	drop_all(w);
	for (i = below(c, 5); i >= 0; i--)
		take(w, reads_edge(w->v->file, c), 1 + below(c, 20000));
}

/* read all, then drop a few random pages */
static void drop_some(struct walk *w)
{
	struct chance *c = &w->v->chance;
	uint64_t at;
	int i;

	for (at = w->from; at < w->to; )
		at = take(w, at, 128 << 10);
	for (i = below(c, 8); i >= 0; i--) {
		at = reads_edge(w->v->file, c) / PAGE * PAGE;
		posix_fadvise(w->open.fd, at, PAGE << below(c, 6),
			      POSIX_FADV_DONTNEED);
	}
}

static void (*const states[READS_STATES])(struct walk *w) = {
	leave_it, drop_all, read_some, drop_some,
};

static const char *const state_names[READS_STATES] = {
	"as it is in the cache", "cold", "a few bytes in the cache",
	"a few pages not in the cache",
};

static void give_hint(struct walk *w, unsigned int hint)
{
	static const int advice[READS_HINTS] = {
		POSIX_FADV_NORMAL, POSIX_FADV_SEQUENTIAL, POSIX_FADV_RANDOM,
		POSIX_FADV_NOREUSE, POSIX_FADV_WILLNEED,
	};
	uint64_t at = reads_edge(w->v->file, &w->v->chance);
	size_t len = PAGE << below(&w->v->chance, 9);

	if (hint == READS_HINTS - 1)
		readahead(w->open.fd, at, len);
	else
		posix_fadvise(w->open.fd, at, len, advice[hint]);
}

static const char *const hint_names[READS_HINTS] = {
	"no advice", "FADV_SEQUENTIAL", "FADV_RANDOM", "FADV_NOREUSE",
	"FADV_WILLNEED", "readahead",
};

/*
 * A visit.
 */

struct reads_manner any_manner(struct chance *c, bool exact)
{
	struct reads_manner m;

	do
		m.way = below(c, READS_WAYS);
	while (exact && !reads_ways[m.way].exact);
	/* sequential more often than any other */
	m.order = below(c, 3) ? below(c, READS_ORDERS) : 0;
	m.state = below(c, READS_STATES);
	m.hint = below(c, 3) ? below(c, READS_HINTS) : 0;
	m.step = any_step(c);
	return m;
}

struct reads_manner forward_manner(struct chance *c)
{
	struct reads_manner m = any_manner(c, true);

	m.order = 0;
	m.state = 0;
	m.hint = 0;
	m.step = 4096 << below(c, 9);
	return m;
}

/* choose the part of a file to read: all of it, or a range at a random edge */
static void choose_part(struct walk *w)
{
	const struct reads_file *file = w->v->file;
	uint64_t most = (uint64_t)w->step * STEPS, edge;

	if (most > WINDOW)
		most = WINDOW;
	w->from = 0;
	w->to = file->size;
	if (file->size <= most)
		return;
	edge = reads_edge(file, &w->v->chance);
	w->from = edge - below(&w->v->chance, edge < most ? edge : most);
	w->to = w->from + most < file->size ? w->from + most : file->size;
}

void visit_file(struct reads_visit *v)
{
	const struct reads_manner *m = &v->manner;
	struct walk w = { .v = v, .way = &reads_ways[m->way], .step = m->step };
	int parts = v->file->size > WINDOW ? 2 : 1;

	open_reads(&w.open, v->file, v->bad.to, &v->chance);
	while (parts--) {
		choose_part(&w);
		states[m->state](&w);
		give_hint(&w, m->hint);
		orders[m->order](&w);
	}
	take(&w, v->file->size, w.step);
	if (!reads_tail_is_zero(&w.open))
		report_fault(v, v->file->size, "a mapping is not zero behind the end");
	close_reads(&w.open);
	count(&tally->visits, 1);
	count(&tally->ways[m->way], 1);
	count(&tally->orders[m->order], 1);
	count(&tally->states[m->state], 1);
	count(&tally->hints[m->hint], 1);
}
