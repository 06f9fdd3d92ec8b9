// SPDX-License-Identifier: GPL-2.0
/*
 * Write a tar: ustar headers, and PAX records for all that these cannot hold.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tar_out.h"

#define OCTAL7_MAX	07777777ULL	/* of a field of 8 bytes */
#define OCTAL11_MAX	077777777777ULL	/* of a field of 12 bytes */

struct header {
	char name[100];
	char mode[8];
	char uid[8];
	char gid[8];
	char size[12];
	char mtime[12];
	char sum[8];
	char type;
	char link[100];
	char magic[6];
	char version[2];
	char user[32];
	char group[32];
	char major[8];
	char minor[8];
	char prefix[155];
	char pad[12];
};

_Static_assert(sizeof(struct header) == TAR_OUT_BLOCK, "a block");

int tar_out_write(struct tar_out *t, const void *buf, size_t len,
		  struct error *e)
{
	const char *at = buf;
	ssize_t written;

	while (len) {
		written = write(t->fd, at, len);
		if (written < 0 && errno == EINTR)
			continue;
		/* EPIPE: the reader has failed, and knows why */
		if (written < 0)
			return error_errno(e, "cannot write a tar");
		at += written;
		len -= written;
	}
	return 0;
}

int tar_out_pad(struct tar_out *t, uint64_t size, struct error *e)
{
	static const char zeros[TAR_OUT_BLOCK];

	return tar_out_write(t, zeros, -size % TAR_OUT_BLOCK, e);
}

int tar_out_end(struct tar_out *t, struct error *e)
{
	static const char zeros[2 * TAR_OUT_BLOCK];

	return tar_out_write(t, zeros, sizeof(zeros), e);
}

/* a record says its own length, whose digits count, too */
static size_t record_size(size_t rest)
{
	size_t size = rest, last;

	do {
		last = size;
		size = rest + snprintf(NULL, 0, "%zu", last);
	} while (size != last);
	return size;
}

int tar_out_record(struct tar_out *t, const char *key, const void *value,
		   size_t len, struct error *e)
{
	size_t size = record_size(strlen(key) + len + strlen(" =\n"));
	struct buffer *b = &t->records;
	int err;

	err = buffer_reserve(b, b->len + size + 1, e);
	if (err)
		return err;
	b->len += sprintf(b->bytes + b->len, "%zu %s=", size, key);
	memcpy(b->bytes + b->len, value, len);
	b->len += len;
	b->bytes[b->len++] = '\n';
	return 0;
}

static int number_record(struct tar_out *t, const char *key, uint64_t number,
			 struct error *e)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%" PRIu64, number);

	return tar_out_record(t, key, text, len, e);
}

/* seconds before 1970 count down, nanoseconds always up */
static int time_record(struct tar_out *t, const struct timespec *time,
		       struct error *e)
{
	int64_t seconds = time->tv_sec;
	long nanos = time->tv_nsec;
	char text[48];
	int len;

	if (seconds < 0 && nanos) {
		seconds++;
		nanos = 1000000000 - nanos;
	}
	len = snprintf(text, sizeof(text), "%s%" PRId64 ".%09ld",
		       time->tv_sec < 0 && !seconds ? "-" : "", seconds, nanos);
	return tar_out_record(t, "mtime", text, len, e);
}

/* records for what the header cannot hold */
static int add_records(struct tar_out *t, const struct tar_out_member *m,
		       struct error *e)
{
	int err = 0;

	if (strlen(m->name) > sizeof(((struct header *)0)->name))
		err = tar_out_record(t, "path", m->name, strlen(m->name), e);
	if (!err && strlen(m->link) > sizeof(((struct header *)0)->link))
		err = tar_out_record(t, "linkpath", m->link, strlen(m->link),
				     e);
	if (!err && m->uid > OCTAL7_MAX)
		err = number_record(t, "uid", m->uid, e);
	if (!err && m->gid > OCTAL7_MAX)
		err = number_record(t, "gid", m->gid, e);
	if (!err && m->size > OCTAL11_MAX)
		err = number_record(t, "size", m->size, e);
	if (!err && (m->mtime.tv_nsec || m->mtime.tv_sec < 0 ||
		     m->mtime.tv_sec > OCTAL11_MAX))
		err = time_record(t, &m->mtime, e);
	return err;
}

/* zero if it does not fit: then a record has the number */
static void put_octal(char *field, size_t size, uint64_t number, uint64_t max)
{
	snprintf(field, size, "%0*" PRIo64, (int)size - 1,
		 number > max ? 0 : number);
}

static void fill(struct header *h, const struct tar_out_member *m)
{
	size_t i, sum = 8 * ' ';

	memset(h, 0, sizeof(*h));
	memcpy(h->name, m->name, strnlen(m->name, sizeof(h->name)));
	memcpy(h->link, m->link, strnlen(m->link, sizeof(h->link)));
	put_octal(h->mode, sizeof(h->mode), m->mode & 07777, OCTAL7_MAX);
	put_octal(h->uid, sizeof(h->uid), m->uid, OCTAL7_MAX);
	put_octal(h->gid, sizeof(h->gid), m->gid, OCTAL7_MAX);
	put_octal(h->size, sizeof(h->size), m->size, OCTAL11_MAX);
	put_octal(h->mtime, sizeof(h->mtime), m->mtime.tv_sec < 0 ? 0 :
		  m->mtime.tv_sec, OCTAL11_MAX);
	put_octal(h->major, sizeof(h->major), m->major, OCTAL7_MAX);
	put_octal(h->minor, sizeof(h->minor), m->minor, OCTAL7_MAX);
	h->type = m->type;
	memcpy(h->magic, "ustar", sizeof(h->magic));
	memcpy(h->version, "00", sizeof(h->version));
	for (i = 0; i < sizeof(*h); i++)
		sum += ((const unsigned char *)h)[i];
	snprintf(h->sum, sizeof(h->sum), "%06zo", sum & 0777777);
	h->sum[7] = ' ';
}

static int write_header(struct tar_out *t, const struct tar_out_member *m,
			struct error *e)
{
	struct header h;

	fill(&h, m);
	return tar_out_write(t, &h, sizeof(h), e);
}

static int write_records(struct tar_out *t, struct error *e)
{
	const struct tar_out_member extension = {
		.type = 'x',
		.name = "pax",
		.link = "",
		.mode = 0644,
		.size = t->records.len,
	};
	int err = write_header(t, &extension, e);

	if (!err)
		err = tar_out_write(t, t->records.bytes, t->records.len, e);
	return err ?: tar_out_pad(t, t->records.len, e);
}

int tar_out_member(struct tar_out *t, const struct tar_out_member *m,
		   struct error *e)
{
	int err = add_records(t, m, e);

	if (!err && t->records.len)
		err = write_records(t, e);
	t->records.len = 0;
	return err ?: write_header(t, m, e);
}
