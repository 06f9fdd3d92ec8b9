// SPDX-License-Identifier: GPL-2.0
/*
 * Plain, gzip and zstd input decode to the same bytes, or fail.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "input_stream.h"
#include "stream/tar_header.h"

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

static int refuse(void *ctx, const void *buf, size_t len, struct error *e)
{
	return error_set(e, -EDQUOT, "enough");
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

/* a header with @flags, @fields behind its ten bytes, and a CRC-16 if @crc */
static void put_gzip_header(uint8_t flags, const char *fields, size_t len,
			    bool crc)
{
	uint8_t head[10] = { 0x1f, 0x8b, 8, flags }, sum[2];
	size_t from = stored.len;
	uint32_t c;

	put(head, sizeof(head));
	put(fields, len);
	c = crc32(0, stored.data + from, stored.len - from);
	sum[0] = c;
	sum[1] = c >> 8;
	if (crc)
		put(sum, sizeof(sum));
}

/* a member whose header has @flags and @fields */
static void put_gzip_fields(uint8_t flags, const char *fields, size_t len,
			    bool crc)
{
	size_t at, header;

	put_gzip_header(flags, fields, len, crc);
	header = stored.len;
	put_gzip(plain, 5000);
	at = header + 10;	/* remove the other header */
	memmove(stored.data + header, stored.data + at, stored.len - at);
	stored.len -= 10;
}

static void test_gzip_headers(void)
{
	static char extra[2 + 65535] = { 0xff, 0xff };
	static char name[400000];
	int bit;

	put_gzip_fields(0x01, "", 0, false);
	decodes("gzip of a text", "gzip", 5000, false);
	put_gzip_fields(0x04, "\3\0abc", 5, false);
	decodes("gzip with an extra field", "gzip", 5000, false);
	put_gzip_fields(0x04, extra, sizeof(extra), false);
	decodes("gzip with the longest extra field", "gzip", 5000, false);
	memset(name, 'n', sizeof(name) - 1);
	put_gzip_fields(0x08, name, sizeof(name), false);
	decodes("gzip with a name longer than all buffers", "gzip", 5000,
		false);
	put_gzip_fields(0x1e, "\1\0xname\0comment", 16, true);
	decodes("gzip with all fields and a CRC", "gzip", 5000, false);
	put_gzip_fields(0x1e, "\1\0xname\0comment", 16, true);
	stored.data[5] ^= 1;
	fails("gzip with a wrong CRC of its header", "checksum of a header");
	for (bit = 5; bit < 8; bit++) {
		put_gzip_fields(1 << bit, "", 0, false);
		fails("gzip with a reserved flag", "reserved flags");
	}
	put_gzip(plain, 5000);
	put_gzip_fields(0x80, "", 0, false);
	fails("gzip with a reserved flag in its second member",
	      "reserved flags");
	put_gzip_header(0x08, "name", 4, false);
	fails("gzip cut in its name", "end too early");
	put_gzip_header(0x04, "\5\0abc", 5, false);
	fails("gzip cut in its extra field", "end too early");
}

/* a tar header whose name begins like compressed data */
static void put_header(const char *name, size_t len)
{
	struct tar_header h = { .checksum = "" };

	memcpy(h.name, name, len);
	sprintf(h.checksum, "%06o", tar_header_sum(&h));
	put(&h, sizeof(h));
	memcpy(plain, &h, sizeof(h));	/* until fill_plain() */
}

static void test_tar_header(void)
{
	put_header("BZh91AY&SY.txt", 14);
	decodes("a tar that begins like bzip2", NULL, 512, false);
	put_header("\x1f\x8b\x08", 3);
	decodes("a tar that begins like gzip", NULL, 512, false);
	put_header("\x28\xb5\x2f\xfd", 4);
	put(plain + 512, 100);
	decodes("a tar that begins like zstd", NULL, 612, false);
	put_header("\x1f\x8b\x08", 3);
	stored.len--;
	fails("all but the last byte of a header", "gzip");
	fill_plain();
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

/* @text: a part of the error, or "" if the part decodes */
static void part(const char *what, const struct input_part *part, size_t len,
		 const char *text)
{
	struct error e = { "" };
	struct input *in;
	int fd, err;

	fd = stored_fd();
	seen.len = 0;
	err = input_open_part(&in, fd, "a.tar", part, see, &seen, &e);
	if (!err) {
		err = read_all(in, &e);
		if (!err && input_taken(in) != part->size)
			err = -ERANGE;
		input_close(in);
	}
	close(fd);
	if (*text)
		ok(err == -EIO && strstr(e.text, text), "%s: \"%s\"", what,
		   e.text);
	else
		ok(!err && got.len == len && !memcmp(got.data, plain, len),
		   "%s: %zu bytes of %zu (%s)", what, got.len, len, e.text);
}

static void test_part(void)
{
	struct input_part p = { .offset = 1001 };

	put(plain, p.offset);
	put_gzip(plain, 50000);
	p.size = stored.len - p.offset;
	put(plain, 3);
	part("a part that is gzip", &p, 50000, "");
	stored.len = p.offset;
	put(plain, PLAIN_SIZE);
	p.size = 40000;
	part("a part that is plain", &p, 40000, "");
	p.size = 0;
	part("an empty part", &p, 0, "");
	p.size = PLAIN_SIZE + 7;
	part("a part that is not all there", &p, 0,
	     "ends 7 bytes before it should");
	stored.len = 0;
}

int main(void)
{
	fill_plain();
	test_plain();
	test_gzip();
	test_gzip_headers();
	test_tar_header();
	test_gzip_broken();
	test_zstd();
	test_zstd_broken();
	test_flips("gzip", put_gzip, 4);
	test_flips("zstd", put_zstd, 4);
	test_pipe();
	test_tee_error();
	test_part();
	return tap_done();
}
