// SPDX-License-Identifier: GPL-2.0
/*
 * The same bytes come out of plain, gzip and zstd input, or an error does.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "input.h"
#include "tap.h"

#define PLAIN_SIZE	(1000 * 1000 + 3)
#define ROOM		(4 * PLAIN_SIZE)

static uint8_t plain[PLAIN_SIZE];

/* bytes being put together, or seen by the tee */
struct bytes {
	size_t len;
	uint8_t data[ROOM];
};

static struct bytes stored, seen, got;

static void put(const void *data, size_t len)
{
	memcpy(stored.data + stored.len, data, len);
	stored.len += len;
}

static void put_gzip(const void *data, size_t len)
{
	z_stream zs = { .next_in = (void *)data, .avail_in = len };

	deflateInit2(&zs, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	zs.next_out = stored.data + stored.len;
	zs.avail_out = sizeof(stored.data) - stored.len;
	deflate(&zs, Z_FINISH);
	stored.len += zs.total_out;
	deflateEnd(&zs);
}

static void put_zstd(const void *data, size_t len)
{
	ZSTD_CCtx *ctx = ZSTD_createCCtx();

	ZSTD_CCtx_setParameter(ctx, ZSTD_c_checksumFlag, 1);
	stored.len += ZSTD_compress2(ctx, stored.data + stored.len,
				     sizeof(stored.data) - stored.len, data,
				     len);
	ZSTD_freeCCtx(ctx);
}

static void put_skippable(uint32_t len)
{
	const uint8_t header[8] = { 0x53, 0x2a, 0x4d, 0x18, len, len >> 8 };

	put(header, sizeof(header));
	memset(stored.data + stored.len, 'x', len);
	stored.len += len;
}

/* the last byte of what is stored */
static uint8_t *last(void)
{
	return stored.data + stored.len - 1;
}

static int see(void *ctx, const void *buf, size_t len, struct error *e)
{
	struct bytes *to = ctx;

	memcpy(to->data + to->len, buf, len);
	to->len += len;
	return 0;
}

static int refuse(void *ctx, const void *buf, size_t len, struct error *e)
{
	return error_set(e, -EDQUOT, "enough");
}

/* what is stored, in a file that is read from its beginning */
static int stored_fd(void)
{
	int fd = memfd_create("input", 0);

	if (write(fd, stored.data, stored.len) != stored.len)
		abort();
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/* read all, by turns reading and skipping; 0 or the error */
static int read_all(struct input *in, struct error *e)
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
			memcpy(got.data + n, plain + n, ret < 0 ? 0 : ret);
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

/* decode what is stored; the compression's name goes to @name */
static int decode(const char **name, bool *ignored, struct error *e)
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

/* what is stored decodes to the first @len plain bytes */
static void decodes(const char *what, const char *compression, size_t len,
		    bool junk)
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

static void fails(const char *what, const char *text)
{
	const char *name;
	struct error e = { "" };
	bool ignored;
	int err = decode(&name, &ignored, &e);

	ok(err == -EIO && !strncmp(e.text, "a.tar: ", 7) &&
	   strstr(e.text, text), "%s is refused (%d, %s)", what, err, e.text);
}

static void test_plain(void)
{
	decodes("empty input", NULL, 0, false);
	put(plain, 1);
	decodes("one byte", NULL, 1, false);
	put(plain, PLAIN_SIZE);
	decodes("plain", NULL, PLAIN_SIZE, false);
}

static void test_gzip(void)
{
	put_gzip(plain, PLAIN_SIZE);
	decodes("gzip", "gzip", PLAIN_SIZE, false);
	put_gzip(plain, 0);
	decodes("gzip of nothing", "gzip", 0, false);

	put_gzip(plain, 5);
	put_gzip(plain, 0);
	put_gzip(plain + 5, 600000);
	put_gzip(plain + 600005, PLAIN_SIZE - 600005);
	decodes("gzip of four members", "gzip", PLAIN_SIZE, false);

	put_gzip(plain, 5000);
	memset(last() + 1, 0, 300000);
	stored.len += 300000;
	decodes("gzip padded with zeros", "gzip", 5000, false);

	put_gzip(plain, 5000);
	put("\0\0\0junk", 7);
	decodes("gzip with junk behind", "gzip", 5000, true);
	put_gzip(plain, 5000);
	put("\x1f", 1);
	decodes("gzip with one byte behind", "gzip", 5000, true);
}

static void test_gzip_broken(void)
{
	put_gzip(plain, PLAIN_SIZE);
	stored.len /= 2;
	fails("gzip cut in the middle", "end too early");
	put_gzip(plain, PLAIN_SIZE);
	stored.len--;
	fails("gzip without its last byte", "end too early");
	put_gzip(plain, 100);
	stored.len = 3;
	fails("gzip cut in its header", "end too early");
	put_gzip(plain, 100);
	put("\x1f\x8b", 2);
	fails("gzip with the next member cut", "end too early");
	put_gzip(plain, 100);
	put("\x1f\x8b\x07\0\0\0\0\0\0\0", 10);
	fails("gzip with a bad next member", "broken gzip");
	put_gzip(plain, PLAIN_SIZE);
	*(last() - 5) ^= 1;
	fails("gzip with a wrong CRC", "broken gzip");
	put_gzip(plain, PLAIN_SIZE);
	*last() ^= 1;
	fails("gzip with a wrong length", "broken gzip");
}

static void test_zstd(void)
{
	put_zstd(plain, PLAIN_SIZE);
	decodes("zstd", "zstd", PLAIN_SIZE, false);
	put_zstd(plain, 0);
	decodes("zstd of nothing", "zstd", 0, false);
	put_skippable(0);
	decodes("a skippable frame of nothing", "zstd", 0, false);

	put_skippable(7);
	put_zstd(plain, 5);
	put_zstd(plain, 0);
	put_zstd(plain + 5, 600000);
	put_skippable(30000);
	put_zstd(plain + 600005, PLAIN_SIZE - 600005);
	put_skippable(1);
	decodes("zstd of four frames, three skippable", "zstd", PLAIN_SIZE,
		false);
}

static void test_zstd_broken(void)
{
	put_zstd(plain, PLAIN_SIZE);
	stored.len /= 2;
	fails("zstd cut in the middle", "end too early");
	put_zstd(plain, PLAIN_SIZE);
	stored.len--;
	fails("zstd without its last byte", "end too early");
	put_skippable(100);
	stored.len--;
	fails("a skippable frame cut short", "end too early");
	put_zstd(plain, 100);
	put("\x28\xb5", 2);
	fails("zstd with the next frame cut", "end too early");
	put_zstd(plain, 100);
	put("junk", 4);
	fails("zstd with junk behind", "broken zstd");
	put_zstd(plain, PLAIN_SIZE);
	*last() ^= 1;
	fails("zstd with a wrong checksum", "broken zstd");
}

/* random bytes flipped in a small stream: no crash, no wrong bytes unseen */
static void test_flips(const char *what,
		       void (*put_stream)(const void *, size_t))
{
	size_t len, i, failed = 0;
	const char *name;
	struct error e;
	bool ignored;
	int silent = 0;

	put_stream(plain, 900);
	len = stored.len;
	stored.len = 0;
	for (i = 4; i < len; i++) {
		put_stream(plain, 900);
		stored.data[i] ^= 1 << i % 8;
		if (decode(&name, &ignored, &e))
			failed++;
		else if (got.len != 900 || memcmp(got.data, plain, 900))
			silent++;
	}
	ok(!silent && failed > len / 2,
	   "%s: %zu of %zu flipped bits are noticed, none makes wrong bytes",
	   what, failed, len - 4);
}

static void test_pipe(void)
{
	int fds[2], err, fd;
	struct error e = { "" };
	struct input *in;

	put_gzip(plain, 20000);
	if (pipe(fds) || write(fds[1], stored.data, stored.len) < 0)
		abort();
	close(fds[1]);
	stored.len = 0;
	seen.len = 0;
	err = input_open(&in, fds[0], "-", NULL, NULL, &e);
	ok(!err && !read_all(in, &e) && got.len == 20000 &&
	   !memcmp(got.data, plain, 20000), "a pipe is read as a file is");
	input_close(in);
	close(fds[0]);

	fd = stored_fd();
	close(fd);
	err = input_open(&in, fd, "a.tar", NULL, NULL, &e);
	ok(err == -EBADF && strstr(e.text, "a.tar: cannot read"),
	   "a failed read is an error (%s)", e.text);
}

static void test_tee_error(void)
{
	struct error e = { "" };
	struct input *in;
	char byte;
	int fd;

	put(plain, 10);
	fd = stored_fd();
	stored.len = 0;
	if (input_open(&in, fd, "a.tar", refuse, NULL, &e))
		abort();
	ok(!input_failure(in) &&
	   input_read(in, &byte, 1, &e) == -EDQUOT && !strcmp(e.text, "enough"),
	   "an error of the tee ends the reading");
	e.text[0] = '\0';
	ok(input_skip(in, 1, &e) == -EDQUOT && !strcmp(e.text, "enough") &&
	   input_offset(in) == 0,
	   "nothing can be read after that");
	error_prefix(&e, "member");
	ok(input_failure(in) && !strcmp(input_failure(in)->text, "enough"),
	   "the input keeps its own account of it");
	input_close(in);
	close(fd);
}

int main(void)
{
	uint32_t x = 1;
	size_t i;

	for (i = 0; i < PLAIN_SIZE; i++) {
		x = x * 1664525 + 1013904223;
		plain[i] = i % 7 ? 't' : x >> 24;
	}
	test_plain();
	test_gzip();
	test_gzip_broken();
	test_zstd();
	test_zstd_broken();
	test_flips("gzip", put_gzip);
	test_flips("zstd", put_zstd);
	test_pipe();
	test_tee_error();
	return tap_done();
}
