// SPDX-License-Identifier: GPL-2.0
/*
 * Every reader gets each buffer once, in order if it asks for that, with any
 * number of threads; an error of one stops all.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream/fanout.h"
#include "tap.h"

#define SIZE	(20 * FANOUT_BUFFER + 12345)
#define BUFFERS	21
#define READERS	3

static uint8_t data[SIZE];

/*
 * @in_order: buffers are required in order
 * @slow: microseconds to spend on a buffer
 * @fail_at: the buffer to fail at, -1 for none
 * @seen: bit n for buffer n
 * @inside: number of calls in progress
 */
struct reader {
	bool in_order;
	unsigned int slow;
	int fail_at;
	atomic_uint calls;
	atomic_uint seen;
	atomic_int inside;
	atomic_bool wrong;
};

#define READER(in_order_, slow_, fail_at_) {				\
	.in_order = (in_order_), .slow = (slow_), .fail_at = (fail_at_) }

#define ALL_SEEN	((1u << BUFFERS) - 1)

static int see(void *ctx, const void *buf, size_t len, uint64_t offset,
	       struct error *e)
{
	struct reader *r = ctx;
	unsigned int number = offset / FANOUT_BUFFER;
	size_t want = number == BUFFERS - 1 ? SIZE - offset : FANOUT_BUFFER;

	if (number == r->fail_at)
		return error_set(e, -EDOM, "buffer %u is not liked", number);
	if (r->inside++ && r->in_order)
		r->wrong = true;
	if (r->calls++ != number && r->in_order)
		r->wrong = true;
	if (offset % FANOUT_BUFFER || number >= BUFFERS || len != want ||
	    memcmp(data + offset, buf, len) || r->seen & 1u << number)
		r->wrong = true;
	r->seen |= 1u << number;
	usleep(r->slow);
	r->inside--;
	return 0;
}

static int make(struct fanout **s, struct reader *readers, size_t count,
		unsigned int threads)
{
	struct fanout_reader list[READERS];
	struct error e;
	size_t i;

	for (i = 0; i < count; i++)
		list[i] = (struct fanout_reader) {
			.consume = see,
			.ctx = &readers[i],
			.in_order = readers[i].in_order,
		};
	return fanout_new(s, list, count, threads, &e);
}

static int write_all(struct fanout *s, size_t step, struct error *e)
{
	size_t pos, n;
	int err = 0;

	for (pos = 0; pos < SIZE && !err; pos += n) {
		n = step < SIZE - pos ? step : SIZE - pos;
		err = fanout_write(s, data + pos, n, e);
	}
	return err;
}

static void test_all_see(unsigned int threads, size_t step)
{
	struct reader r[READERS] = {
		READER(true, 0, -1), READER(true, 2000, -1),
		READER(false, 500, -1),
	};
	struct fanout *s;
	struct error e;
	bool right = true;
	int err, i;

	if (make(&s, r, READERS, threads))
		abort();
	err = write_all(s, step, &e);
	if (!err)
		err = fanout_finish(s, &e);
	for (i = 0; i < READERS; i++)
		right &= !r[i].wrong && r[i].seen == ALL_SEEN;
	ok(!err && right, "%zu bytes at a time, %u threads", step, threads);
	fanout_free(s);
}

/* without order several threads call a reader at the same time */
static void test_together(void)
{
	struct reader r = READER(false, 100000, -1);
	struct fanout *s;
	struct error e;
	int most = 0, i;

	if (make(&s, &r, 1, 4) ||
	    fanout_write(s, data, 6 * FANOUT_BUFFER, &e))
		abort();
	for (i = 0; i < 2000 && most < 2; i++) {
		most = r.inside;
		usleep(1000);
	}
	ok(most >= 2, "several threads at the same time");
	fanout_free(s);
}

static void test_wait(unsigned int threads)
{
	struct reader r = READER(true, 1000, -1);
	const void *rest;
	struct fanout *s;
	struct error e;
	size_t len;
	int err;

	if (make(&s, &r, 1, threads))
		abort();
	err = fanout_write(s, data, 3 * FANOUT_BUFFER + 7, &e);
	if (!err)
		err = fanout_wait(s, &rest, &len, &e);
	ok(!err && r.calls == 3 && len == 7 &&
	   !memcmp(rest, data + 3 * FANOUT_BUFFER, 7),
	   "who waits knows that all is seen but what is left");
	err = fanout_write(s, data + 3 * FANOUT_BUFFER + 7,
			   SIZE - 3 * FANOUT_BUFFER - 7, &e);
	if (!err)
		err = fanout_finish(s, &e);
	ok(!err && !r.wrong && r.seen == ALL_SEEN, "... and can go on");
	fanout_free(s);
}

static void test_failure(unsigned int threads)
{
	struct reader r[2] = { READER(true, 0, -1), READER(true, 0, 5) };
	struct fanout *s;
	struct error e = { "" };
	int err;

	if (make(&s, r, 2, threads))
		abort();
	err = write_all(s, 4096, &e);
	if (!err)
		err = fanout_finish(s, &e);
	ok(err == -EDOM && strstr(e.text, "buffer 5") && r[1].calls == 5,
	   "a reader that fails is heard (%s)", e.text);
	ok(fanout_finish(s, &e) == -EDOM, "... again and again");
	fanout_free(s);
}

/* freeing does not wait for readers to get all buffers */
static void test_free(void)
{
	struct reader r = READER(true, 100000, -1);
	struct fanout *s;
	struct error e;

	if (make(&s, &r, 1, 2) ||
	    fanout_write(s, data, 6 * FANOUT_BUFFER, &e))
		abort();
	fanout_free(s);
	ok(r.calls < 6, "it can be given up half-way");
	fanout_free(NULL);
}

int main(void)
{
	static const size_t steps[] = { 1000, FANOUT_BUFFER, SIZE };
	size_t i;

	for (i = 0; i < SIZE; i++)
		data[i] = i * 2654435761u >> 24;
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		test_all_see(1, steps[i]);
		test_all_see(3, steps[i]);
	}
	test_wait(1);
	test_wait(3);
	test_failure(1);
	test_failure(3);
	test_together();
	test_free();
	return tap_done();
}
