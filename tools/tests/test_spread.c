// SPDX-License-Identifier: GPL-2.0
/*
 * Every reader sees the buffers that are for it, once and in order, with threads
 * and without; one that fails stops everything.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "spread.h"
#include "tap.h"

#define SIZE	(20 * SPREAD_BUFFER + 12345)
#define READERS	4

static uint8_t data[SIZE];

/*
 * @slow: microseconds that it takes over a buffer
 * @fail_at: the buffer that it fails at, -1 for none
 */
struct reader {
	unsigned int first;
	unsigned int step;
	unsigned int slow;
	int fail_at;
	unsigned int seen;
	uint64_t bytes;
	bool wrong;
};

#define READER(first_, step_, slow_, fail_at_) {				\
	.first = (first_), .step = (step_), .slow = (slow_),		\
	.fail_at = (fail_at_) }

static int see(void *ctx, const void *buf, size_t len, uint64_t offset,
	       struct error *e)
{
	struct reader *r = ctx;
	unsigned int number = r->first + r->seen * r->step;

	if (number == r->fail_at)
		return error_set(e, -EDOM, "buffer %u is not liked", number);
	if (offset != (uint64_t)number * SPREAD_BUFFER || offset + len > SIZE ||
	    memcmp(data + offset, buf, len))
		r->wrong = true;
	r->seen++;
	r->bytes += len;
	usleep(r->slow);
	return 0;
}

static int make(struct spread **s, struct reader *readers, size_t count,
		bool threads)
{
	struct spread_reader list[READERS];
	struct error e;
	size_t i;

	for (i = 0; i < count; i++)
		list[i] = (struct spread_reader) {
			.see = see,
			.ctx = &readers[i],
			.first = readers[i].first,
			.step = readers[i].step,
		};
	return spread_new(s, list, count, threads, &e);
}

static int write_all(struct spread *s, size_t step, struct error *e)
{
	size_t pos, n;
	int err = 0;

	for (pos = 0; pos < SIZE && !err; pos += n) {
		n = step < SIZE - pos ? step : SIZE - pos;
		err = spread_write(s, data + pos, n, e);
	}
	return err;
}

static void test_all_see(bool threads, size_t step)
{
	struct reader r[READERS] = {
		READER(0, 1, 0, -1), READER(0, 1, 2000, -1),
		READER(0, 2, 0, -1), READER(1, 2, 500, -1),
	};
	struct spread *s;
	struct error e;
	bool wrong = false;
	int err, i;

	if (make(&s, r, READERS, threads))
		abort();
	err = write_all(s, step, &e);
	if (!err)
		err = spread_finish(s, &e);
	for (i = 0; i < READERS; i++)
		wrong |= r[i].wrong;
	ok(!err && !wrong && r[0].bytes == SIZE && r[1].bytes == SIZE &&
	   r[2].bytes + r[3].bytes == SIZE && r[2].seen == 11 &&
	   r[3].seen == 10, "%zu bytes at a time, %s threads", step,
	   threads ? "with" : "without");
	spread_free(s);
}

static void test_wait(bool threads)
{
	struct reader r = READER(0, 1, 1000, -1);
	const void *rest;
	struct spread *s;
	struct error e;
	size_t len;
	int err;

	if (make(&s, &r, 1, threads))
		abort();
	err = spread_write(s, data, 3 * SPREAD_BUFFER + 7, &e);
	if (!err)
		err = spread_wait(s, &rest, &len, &e);
	ok(!err && r.seen == 3 && len == 7 &&
	   !memcmp(rest, data + 3 * SPREAD_BUFFER, 7),
	   "who waits knows that all is seen but what is left");
	err = spread_write(s, data + 3 * SPREAD_BUFFER + 7,
			   SIZE - 3 * SPREAD_BUFFER - 7, &e);
	if (!err)
		err = spread_finish(s, &e);
	ok(!err && !r.wrong && r.bytes == SIZE, "... and can go on");
	spread_free(s);
}

static void test_failure(bool threads)
{
	struct reader r[2] = { READER(0, 1, 0, -1), READER(0, 1, 0, 5) };
	struct spread *s;
	struct error e = { "" };
	int err;

	if (make(&s, r, 2, threads))
		abort();
	err = write_all(s, 4096, &e);
	if (!err)
		err = spread_finish(s, &e);
	ok(err == -EDOM && strstr(e.text, "buffer 5") && r[1].seen == 5,
	   "a reader that fails is heard (%s)", e.text);
	ok(spread_finish(s, &e) == -EDOM, "... again and again");
	spread_free(s);
}

/* nobody waits for those who have not seen everything */
static void test_free(void)
{
	struct reader r = READER(0, 1, 100000, -1);
	struct spread *s;
	struct error e;

	if (make(&s, &r, 1, true) ||
	    spread_write(s, data, 6 * SPREAD_BUFFER, &e))
		abort();
	spread_free(s);
	ok(r.seen < 6, "it can be given up half-way");
	spread_free(NULL);
}

int main(void)
{
	static const size_t steps[] = { 1000, SPREAD_BUFFER, SIZE };
	size_t i;

	for (i = 0; i < SIZE; i++)
		data[i] = i * 2654435761u >> 24;
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		test_all_see(false, steps[i]);
		test_all_see(true, steps[i]);
	}
	test_wait(false);
	test_wait(true);
	test_failure(false);
	test_failure(true);
	test_free();
	return tap_done();
}
