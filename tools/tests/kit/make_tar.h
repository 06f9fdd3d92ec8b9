/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Make small tars in memory, valid and invalid ones.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_TESTS_MAKE_TAR_H
#define TARFS_TESTS_MAKE_TAR_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "stream/input.h"
#include "stream/tar_header.h"

struct make_tar {
	char *bytes;
	size_t len;
};

/* the fields of a header; 0 is the usual value of each */
struct make_member {
	char type;
	const char *name;
	const char *target;
	unsigned int mode;
	unsigned int uid;
	unsigned int major;
	unsigned int minor;
	unsigned long size;
	const char *size_field;		/* raw, instead of @size */
	const char *uid_field;
	const char *mode_field;
	const char *magic;		/* 8 bytes */
};

static inline char *make_room(struct make_tar *t, size_t len)
{
	char *to;

	t->bytes = realloc(t->bytes, t->len + len);
	if (!t->bytes)
		abort();
	to = memset(t->bytes + t->len, 0, len);
	t->len += len;
	return to;
}

static inline void make_sum(struct tar_header *h)
{
	char text[9];

	snprintf(text, sizeof(text), "%06o", tar_header_sum(h));
	text[7] = ' ';
	memcpy(h->checksum, text, 8);
}

/* copy up to @size bytes; a text that fills the field has no NUL */
static inline void make_field(char *to, size_t size, const char *text)
{
	memcpy(to, text, strnlen(text, size));
}

static inline void make_octal(char *to, size_t size, unsigned long v)
{
	char text[24];

	snprintf(text, sizeof(text), "%0*lo", (int)size - 1, v);
	memcpy(to, text, size);
}

/* fill in a header of zeros, but for its checksum */
static inline void make_fields(struct tar_header *h,
			       const struct make_member *m)
{
	make_field(h->name, sizeof(h->name), m->name ? m->name : "");
	make_octal(h->mode, sizeof(h->mode), m->mode ? m->mode : 0644);
	if (m->mode_field)
		make_field(memset(h->mode, 0, sizeof(h->mode)),
			   sizeof(h->mode), m->mode_field);
	make_octal(h->uid, sizeof(h->uid), m->uid);
	if (m->uid_field)
		make_field(memset(h->uid, 0, sizeof(h->uid)), sizeof(h->uid),
			   m->uid_field);
	make_octal(h->gid, sizeof(h->gid), 0);
	make_octal(h->size, sizeof(h->size), m->size);
	if (m->size_field)
		make_field(memset(h->size, 0, sizeof(h->size)),
			   sizeof(h->size), m->size_field);
	make_octal(h->mtime, sizeof(h->mtime), 0);
	h->type = m->type;
	make_field(h->linkname, sizeof(h->linkname),
		   m->target ? m->target : "");
	memcpy(h->magic, m->magic ? m->magic : "ustar\00000", 8);
	make_octal(h->major, sizeof(h->major), m->major);
	make_octal(h->minor, sizeof(h->minor), m->minor);
}

static inline void make_header(struct make_tar *t, const struct make_member *m)
{
	struct tar_header *h = (void *)make_room(t, TAR_BLOCK_SIZE);

	make_fields(h, m);
	make_sum(h);
}

/* append data of a member, and padding */
static inline void make_data(struct make_tar *t, const void *bytes, size_t len)
{
	memcpy(make_room(t, len + tar_padding(len)), bytes, len);
}

/* append an extended header of type 'x', 'g', 'L' or 'K' */
static inline void make_extended(struct make_tar *t, char type,
				 const void *payload, size_t len)
{
	make_header(t, &(struct make_member){
		.type = type, .name = "extended", .size = len });
	make_data(t, payload, len);
}

/* write "LENGTH KEYWORD=VALUE\n" for "KEYWORD=VALUE"; return its length */
static inline size_t make_record(char *to, const char *text, size_t len)
{
	size_t total = len + 2, digits;

	do {
		digits = snprintf(NULL, 0, "%zu", total);
		if (total == len + 2 + digits)
			break;
		total = len + 2 + digits;
	} while (1);
	digits = sprintf(to, "%zu ", total);
	memcpy(to + digits, text, len);
	to[total - 1] = '\n';
	return total;
}

static inline void make_pax(struct make_tar *t, char type, const char *text)
{
	char record[8192];

	make_extended(t, type, record,
		      make_record(record, text, strlen(text)));
}

static inline void make_end(struct make_tar *t)
{
	make_room(t, 2 * TAR_BLOCK_SIZE);
}

static inline void make_free(struct make_tar *t)
{
	free(t->bytes);
	memset(t, 0, sizeof(*t));
}

/* the tar as an input, to be closed with make_input_close() */
struct make_input {
	struct input *in;
	int fd;
};

static inline int make_input_open(struct make_input *mi,
				  const struct make_tar *t, struct error *e)
{
	mi->fd = memfd_create("tar", MFD_CLOEXEC);
	if (mi->fd < 0 || write(mi->fd, t->bytes, t->len) != (ssize_t)t->len ||
	    lseek(mi->fd, 0, SEEK_SET))
		abort();
	return input_open(&mi->in, mi->fd, "tar", NULL, NULL, e);
}

static inline void make_input_close(struct make_input *mi)
{
	input_close(mi->in);
	close(mi->fd);
}

#endif /* TARFS_TESTS_MAKE_TAR_H */
