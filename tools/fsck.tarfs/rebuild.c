// SPDX-License-Identifier: GPL-2.0
/*
 * Rebuild the index from the tar in the image.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * The tar passes through a pipe, so that it ends where the superblock says.
 * The new index is kept in memory, up to the size of the old one.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/budget.h"
#include "base/file.h"
#include "base/sha256.h"
#include "fsck.h"
#include "image/embedded.h"
#include "index.h"

#define FEED_BUFFER	(64 * 1024)

/* thread that feeds the tar to the pipe; @embedded scans the same bytes */
struct feed {
	struct fsck *f;
	struct embedded *embedded;
	int fd;
	int err;
	struct error e;
	pthread_t thread;
};

/* the new index: @size bytes, of which @room more are kept in @fd */
struct sink {
	int fd;
	uint64_t size;
	uint64_t room;
};

static bool write_all(int fd, const uint8_t *buf, size_t len)
{
	ssize_t n;

	for (; len; buf += n, len -= n) {
		n = write(fd, buf, len);
		if (n < 0 && errno != EINTR)
			return false;
		if (n < 0)
			n = 0;
	}
	return true;
}

/* Scan @part bytes at @pos of the data device. */
static int scan_part(struct fsck *f, struct embedded *embedded,
		     const void *buf, size_t part, uint64_t pos,
		     struct error *e)
{
	int ret = embedded_scan(embedded, buf, part, e);

	return ret > 0 ? embedded_resolve(embedded, pos + part, e) : ret;
}

/* Feed the tar to the pipe until it ends or the reader closes the pipe. */
static void *feed_tar(void *ctx)
{
	struct feed *feed = ctx;
	uint64_t size = feed->f->d.layout.tar_size, pos;
	uint8_t buf[FEED_BUFFER];
	size_t part;

	for (pos = 0; pos < size; pos += part) {
		part = size - pos < sizeof(buf) ? size - pos : sizeof(buf);
		feed->err = file_read_at(feed->f->d.fd, feed->f->d.name, buf,
					 part, pos, &feed->e);
		if (!feed->err)
			feed->err = scan_part(feed->f, feed->embedded, buf,
					      part, pos, &feed->e);
		if (feed->err || !write_all(feed->fd, buf, part))
			break;
	}
	close(feed->fd);
	return NULL;
}

static int tee_digest(void *ctx, const void *buf, size_t len, struct error *e)
{
	return sha256_update(ctx, buf, len, e);
}

static int write_sink(void *ctx, const void *buf, size_t len, struct error *e)
{
	struct sink *sink = ctx;
	size_t part = len < sink->room ? len : sink->room;
	int err;

	err = file_write_at(sink->fd, "memory", buf, part, sink->size, e);
	sink->size += len;
	sink->room -= part;
	return err;
}

static void check_digest(struct fsck *f, const uint8_t digest[SHA256_SIZE])
{
	char found[SHA256_HEX_SIZE], said[SHA256_HEX_SIZE];

	if (f->d.format == 1 || !memcmp(digest, f->d.diff_id, SHA256_SIZE))
		return;
	sha256_to_hex(digest, found);
	sha256_to_hex(f->d.diff_id, said);
	problem(f, "this is not the tar that was indexed: its SHA-256 is %s, not %s",
		found, said);
}

/*
 * Derive the limit from the index, which may have been made with another than
 * the default.  The budget charges no record more than eight times its size.
 */
static uint64_t max_index(const struct fsck *f)
{
	uint64_t index = f->d.layout.data_size - f->d.layout.tar_size;

	return BUDGET_BASE + f->d.layout.tar_size + 8 * index;
}

static int scan(struct fsck *f, int fd, struct sha256 *sha,
		struct index_tree **tree, struct error *e)
{
	const struct index_format *format =
		f->d.format == 1 ? &index1_format : &index2_format;
	uint8_t digest[SHA256_SIZE];
	struct warnings w = { 0 };
	struct input *in;
	int err;

	err = input_open_plain(&in, fd, f->d.name, tee_digest, sha, e);
	if (err)
		return err;
	err = format->scan(tree, in, max_index(f), &w, e);
	if (err && err != -ENOMEM && !input_failure(in)) {
		error_prefix(e, "mktarfs would refuse this tar");
		err = -EUCLEAN;
	}
	if (!err)
		err = sha256_final(sha, digest, e);
	if (!err)
		check_digest(f, digest);
	warnings_free(&w);
	input_close(in);
	return err;
}

/*
 * If the reader fails early, a closed pipe must end the thread, not block it.
 */
static int scan_image(struct fsck *f, struct embedded *embedded,
		      struct index_tree **tree, struct error *e)
{
	struct feed feed = { .f = f, .embedded = embedded };
	struct sha256 *sha;
	int fds[2], err;

	if (pipe(fds))
		return error_errno(e, "cannot make a pipe");
	feed.fd = fds[1];
	err = sha256_new(&sha, e);
	if (err)
		goto close_pipe;
	signal(SIGPIPE, SIG_IGN);
	err = -pthread_create(&feed.thread, NULL, feed_tar, &feed);
	if (err) {
		error_set(e, err, "cannot start a thread");
		goto free_sha;
	}
	err = scan(f, fds[0], sha, tree, e);
	close(fds[0]);
	pthread_join(feed.thread, NULL);
	sha256_free(sha);
	if (feed.err)
		*e = feed.e;
	return feed.err ? feed.err : err;

free_sha:
	sha256_free(sha);
close_pipe:
	close(fds[0]);
	close(fds[1]);
	return err;
}

/*
 * Emit the index with the diff_id of the superblock, checked by check_digest().
 */
static int emit(struct fsck *f, struct index_tree *tree, struct sink *sink,
		struct error *e)
{
	const struct index_format *format =
		f->d.format == 1 ? &index1_format : &index2_format;
	const struct index_sink out = { .write = write_sink, .ctx = sink };
	uint64_t inodes;

	return format->emit(tree, f->d.layout.tar_size, f->d.diff_id, &out,
			    &inodes, e);
}

/* Scan the index, too: values of attributes may contain superblocks. */
static int warn_embedded(struct fsck *f, struct embedded *embedded,
			 struct error *e)
{
	uint64_t end = f->d.layout.data_size, pos = f->d.layout.tar_size;
	struct warnings w = { 0 };
	uint8_t buf[FEED_BUFFER];
	size_t part;
	char *text, *line;
	int err = 0;

	for (; pos < end && !err; pos += part) {
		part = end - pos < sizeof(buf) ? end - pos : sizeof(buf);
		err = file_read_at(f->d.fd, f->d.name, buf, part, pos, e);
		if (!err)
			err = scan_part(f, embedded, buf, part, pos, e);
	}
	if (!err)
		err = embedded_resolve(embedded, end, e);
	if (!err)
		err = embedded_warn(embedded, &w, e);
	if (w.count) {
		text = warning_text(&w.list[0]);
		if (asprintf(&line, "warning: %s",
			     text ? text : w.list[0].kind->text) >= 0) {
			say(f, line);
			free(line);
		}
		free(text);
	}
	warnings_free(&w);
	return err;
}

static int compare(struct fsck *f, struct index_tree *tree, struct error *e)
{
	struct sink sink = {
		.room = f->d.layout.data_size - f->d.layout.tar_size,
	};
	int err;

	sink.fd = memfd_create("index", MFD_CLOEXEC);
	if (sink.fd < 0)
		return error_errno(e, "no memory for an index");
	err = emit(f, tree, &sink, e);
	if (!err)
		err = compare_index(f, sink.fd, sink.size, e);
	close(sink.fd);
	return err;
}

int check_against_tar(struct fsck *f, struct error *e)
{
	struct embedded *embedded;
	struct index_tree *tree = NULL;
	int err;

	verbose(f, "making the index anew from the tar");
	err = embedded_new(&embedded, f->d.fd, f->d.name, e);
	if (err)
		return err;
	err = scan_image(f, embedded, &tree, e);
	if (!tree) {
		embedded_free(embedded);
		return blame_image(f, err, e);
	}
	if (!err)
		err = compare(f, tree, e);
	if (!err)
		err = warn_embedded(f, embedded, e);
	embedded_free(embedded);
	if (f->d.format == 1)
		index1_format.free(tree);
	else
		index2_format.free(tree);
	return err;
}
