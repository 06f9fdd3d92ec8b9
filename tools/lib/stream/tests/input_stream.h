/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Streams for tests of decompressors: assembled, decoded, compared.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_TESTS_INPUT_STREAM_H
#define TARFS_TESTS_INPUT_STREAM_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "stream/input.h"
#include "tap.h"

#define PLAIN_SIZE	(1000 * 1000 + 3)
#define ROOM		(4 * PLAIN_SIZE)

static uint8_t plain[PLAIN_SIZE];

/* bytes of a stream, or those that the tee got */
struct bytes {
	size_t len;
	uint8_t data[ROOM];
};

static struct bytes stored, seen, got;

static inline void put(const void *data, size_t len)
{
	memcpy(stored.data + stored.len, data, len);
	stored.len += len;
}

/* fill with a million bytes that compress moderately */
static inline void fill_plain(void)
{
	uint32_t x = 1;
	size_t i;

	for (i = 0; i < PLAIN_SIZE; i++) {
		x = x * 1664525 + 1013904223;
		plain[i] = i % 7 ? 't' : x >> 24;
	}
}

/* the last stored byte */
static inline uint8_t *last(void)
{
	return stored.data + stored.len - 1;
}

static inline int see(void *ctx, const void *buf, size_t len, struct error *e)
{
	struct bytes *to = ctx;

	memcpy(to->data + to->len, buf, len);
	to->len += len;
	return 0;
}

/* a file with the stored bytes, at its beginning */
static inline int stored_fd(void)
{
	int fd = memfd_create("input", 0);

	if (write(fd, stored.data, stored.len) != stored.len)
		abort();
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/* read all, alternating between reading and skipping; 0 or the error */
static inline int read_all(struct input *in, struct error *e)
{
	static const size_t steps[] = { 512, 1, 4096, 70000, 3 };
	size_t i, n, step;
	int64_t ret;

	got.len = 0;
	for (i = 0; ; i++) {
		step = steps[i % 5];
		n = got.len;
		if (i % 3 == 2) {
			ret = input_skip(in, step, e);
			if (ret > 0 && n + ret <= PLAIN_SIZE)
				memcpy(got.data + n, plain + n, ret);
		} else {
			ret = input_read(in, got.data + n, step, e);
		}
		if (ret < 0)
			return ret;
		got.len += ret;
		if (ret < step)
			return 0;
	}
}

/* decode the stored bytes; return the name of the compression in @name */
static inline int decode(const char **name, bool *ignored, struct error *e)
{
	int fd = stored_fd(), err;
	struct input *in;

	seen.len = 0;
	err = input_open(&in, fd, "a.tar", see, &seen, e);
	if (err)
		goto out;
	err = read_all(in, e);
	*name = input_compression(in);
	*ignored = input_ignored(in);
	if (!err && input_offset(in) != got.len)
		err = -ERANGE;
	input_close(in);
out:
	close(fd);
	stored.len = 0;
	return err;
}

/* the stored bytes must decode to the first @len plain bytes */
static inline void decodes(const char *what, const char *compression,
			   size_t len, bool junk)
{
	const char *name = "?";
	struct error e = { "" };
	bool ignored = !junk;
	int err = decode(&name, &ignored, &e);

	ok(!err && (name == compression ||
		    (name && compression && !strcmp(name, compression))) &&
	   ignored == junk && got.len == len && seen.len == len &&
	   !memcmp(got.data, plain, len) && !memcmp(seen.data, plain, len),
	   "%s: %zu bytes, all seen by the tee (%s)", what, len, e.text);
}

static inline void fails(const char *what, const char *text)
{
	const char *name;
	struct error e = { "" };
	bool ignored;
	int err = decode(&name, &ignored, &e);

	ok(err == -EIO && !strncmp(e.text, "a.tar: ", 7) &&
	   strstr(e.text, text), "%s is refused (%d, %s)", what, err, e.text);
}

/*
 * Flip bits of a small stream, behind the magic bytes: no crash, and no wrong
 * bytes without an error.
 */
static inline void test_flips(const char *what,
			      void (*put_stream)(const void *, size_t),
			      size_t from)
{
	size_t len, i, failed = 0;
	const char *name;
	struct error e;
	bool ignored;
	int silent = 0;

	put_stream(plain, 900);
	len = stored.len;
	stored.len = 0;
	for (i = from; i < len; i++) {
		put_stream(plain, 900);
		stored.data[i] ^= 1 << i % 8;
		if (decode(&name, &ignored, &e))
			failed++;
		else if (got.len != 900 || memcmp(got.data, plain, 900))
			silent++;
	}
	ok(!silent && failed > len / 2,
	   "%s: %zu of %zu flipped bits are noticed, none makes wrong bytes",
	   what, failed, len - from);
}

#endif /* TARFS_TESTS_INPUT_STREAM_H */
