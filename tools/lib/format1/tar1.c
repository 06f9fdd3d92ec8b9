// SPDX-License-Identifier: GPL-2.0
/*
 * Read a tar by the rules of format 1: parse headers and skip data.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tar1.h"

/* kinds of payload, of L, K and x headers, which describe the next member */
enum { LONG_NAME, LONG_TARGET, PAX, PAYLOADS };

struct payload {
	char *data;
	size_t len, room;
	bool present;
};

struct tar1 {
	struct input *in;
	struct tar_header header;
	uint64_t header_pos;
	uint64_t size;		/* bytes of data after the header */
	bool in_member;		/* a member's data must still be skipped */
	bool saw_end;		/* a zero block marked the archive's end */
	bool pax_ids;		/* PAX records override uid and gid */
	struct payload payloads[PAYLOADS];
	char path[sizeof(struct tar_header)];	/* prefix '/' name */
};

int tar1_new(struct tar1 **t, struct input *in, struct error *e)
{
	*t = calloc(1, sizeof(**t));
	if (!*t)
		return error_set(e, -ENOMEM, "out of memory");
	(*t)->in = in;
	return 0;
}

void tar1_use_pax_ids(struct tar1 *t)
{
	t->pax_ids = true;
}

bool tar1_saw_end(const struct tar1 *t)
{
	return t->saw_end;
}

void tar1_free(struct tar1 *t)
{
	int i;

	if (!t)
		return;
	for (i = 0; i < PAYLOADS; i++)
		free(t->payloads[i].data);
	free(t);
}

static struct tar1_text payload(const struct tar1 *t, int which)
{
	const struct payload *p = &t->payloads[which];

	if (!p->present)
		return (struct tar1_text){ NULL, 0 };
	return (struct tar1_text){ p->data, p->len };
}

/* strip one trailing NUL of an L or K header's text; others are part of it */
static struct tar1_text long_text(const struct tar1 *t, int which)
{
	struct tar1_text text = payload(t, which);

	if (text.data && text.len && !text.data[text.len - 1])
		text.len--;
	return text;
}

static struct tar1_text header_name(struct tar1 *t)
{
	const struct tar_header *h = &t->header;
	struct tar1_text name = TAR1_FIELD(h->name);
	struct tar1_text prefix = TAR1_FIELD(h->ustar.prefix);

	if (!tar_header_is_ustar(h) || !prefix.len)
		return name;
	memcpy(t->path, prefix.data, prefix.len);
	t->path[prefix.len] = '/';
	memcpy(t->path + prefix.len + 1, name.data, name.len);
	return (struct tar1_text){ t->path, prefix.len + 1 + name.len };
}

static struct tar1_text member_name(struct tar1 *t)
{
	struct tar1_text name = long_text(t, LONG_NAME);

	if (!name.data)
		name = tar1_pax_find(payload(t, PAX), "path");
	return name.data ? name : header_name(t);
}

static struct tar1_text header_target(const struct tar1 *t)
{
	struct tar1_text target = TAR1_FIELD(t->header.linkname);

	return target.len ? target : (struct tar1_text){ NULL, 0 };
}

static struct tar1_text member_target(const struct tar1 *t)
{
	struct tar1_text target = long_text(t, LONG_TARGET);

	if (!target.data)
		target = tar1_pax_find(payload(t, PAX), "linkpath");
	return target.data ? target : header_target(t);
}

static int refuse(struct tar1 *t, struct error *e, const char *why)
{
	struct tar1_text name = member_name(t);

	return error_set(e, -EINVAL, "member \"%.*s\" at offset %" PRIu64
			 ": %s", tar1_shown(name), name.data, t->header_pos,
			 why);
}

/*
 * Read a block; return 1, or 0 if the tar ends before it.
 */
static int read_block(struct tar1 *t, void *block, struct error *e)
{
	ssize_t n = input_read(t->in, block, TAR_BLOCK_SIZE, e);

	if (n <= 0)
		return n;
	if (n < TAR_BLOCK_SIZE)
		return error_set(e, -EINVAL,
				 "the tar ends within the header at offset %"
				 PRIu64, input_offset(t->in) - n);
	return 1;
}

static int skip(struct tar1 *t, uint64_t len, struct error *e)
{
	int64_t n = input_skip(t->in, len, e);

	if (n < 0)
		return n;
	if ((uint64_t)n != len)
		return refuse(t, e, "the tar ends within its data");
	return 0;
}

/* PAX overrides a header's size only if that is 0 */
static int header_size(struct tar1 *t, struct error *e)
{
	uint64_t size;

	if (!TAR1_NUMBER(t->header.size, &size))
		return refuse(t, e, "its size is not a number");
	if (!size && !tar1_pax_number(payload(t, PAX), "size", &size))
		size = 0;
	if (size > INT64_MAX - TAR_BLOCK_SIZE)
		return refuse(t, e, "its size is beyond any file's");
	t->size = size;
	return 0;
}

/*
 * Read the next header; return 1, or 0 at the archive's end.
 */
static int read_header(struct tar1 *t, struct error *e)
{
	uint64_t pos = input_offset(t->in);
	uint64_t sum;
	int ret;

	ret = read_block(t, &t->header, e);
	if (ret <= 0)
		return ret;
	t->saw_end = tar_block_is_zero(&t->header);
	if (t->saw_end)
		return 0;
	t->header_pos = pos;
	if (!TAR1_OCTAL(t->header.checksum, &sum) ||
	    sum != tar_header_sum(&t->header))
		return refuse(t, e, "the checksum of its header is wrong");
	ret = header_size(t, e);
	return ret ? ret : 1;
}

/* get the kind of payload that follows; -1 if this is a member's own header */
static int payload_kind(const struct tar_header *h)
{
	if (!tar_header_is_ustar(h) && !tar_header_is_gnu(h))
		return -1;
	switch (h->type) {
	case TAR_GNU_NAME:
		return LONG_NAME;
	case TAR_GNU_TARGET:
		return LONG_TARGET;
	case TAR_PAX:
		return PAX;
	}
	return -1;
}

static int payload_room(struct payload *p, size_t size, struct error *e)
{
	char *data;

	/* at least a byte: NULL would mean that the payload is absent */
	if (p->data && size <= p->room)
		return 0;
	data = realloc(p->data, size + 1);
	if (!data)
		return error_set(e, -ENOMEM, "out of memory");
	p->data = data;
	p->room = size;
	return 0;
}

static int read_payload(struct tar1 *t, struct payload *p, struct error *e)
{
	ssize_t n;
	int err;

	if (p->present)
		return refuse(t, e, "two headers of its type for one member");
	if (t->size > TAR1_PAYLOAD_MAX)
		return refuse(t, e, "a name or PAX header over 16 MiB");
	err = payload_room(p, t->size, e);
	if (err)
		return err;
	n = input_read(t->in, p->data, t->size, e);
	if (n < 0)
		return n;
	if ((uint64_t)n != t->size)
		return refuse(t, e, "the tar ends within its data");
	err = skip(t, tar_padding(t->size), e);
	if (err)
		return err;
	p->len = t->size;
	p->present = true;
	return 0;
}

/* running totals of a sparse file's map */
struct sparse_sum {
	uint64_t end;		/* offset in the file */
	uint64_t stored;	/* bytes in the tar */
};

static const char *check_sparse(const struct tar_sparse *s, int count,
				uint64_t size, struct sparse_sum *sum)
{
	uint64_t offset, bytes;

	for (; count--; s++) {
		if (!s->offset[0] || !s->bytes[0])
			continue;
		if (!TAR1_OCTAL(s->offset, &offset) ||
		    !TAR1_OCTAL(s->bytes, &bytes))
			return "its sparse map holds no number";
		if (bytes && sum->stored % TAR_BLOCK_SIZE)
			return "its sparse map has a part that is not aligned";
		if (offset < sum->end)
			return "its sparse map goes backwards";
		if (bytes > size - sum->stored)
			return "its sparse map needs more data than there are";
		sum->end = offset + bytes;
		sum->stored += bytes;
	}
	return NULL;
}

/*
 * Old GNU sparse files are never indexed, but an invalid map of one makes the
 * whole tar invalid.
 */
static int read_sparse(struct tar1 *t, struct error *e)
{
	const struct tar_header *h = &t->header;
	bool more = h->gnu.is_extended == 1;
	struct sparse_sum sum = { 0 };
	struct tar_sparse_block block;
	uint64_t real_size;
	const char *why;
	int ret;

	if (!tar_header_is_gnu(h))
		return refuse(t, e, "a sparse file needs a GNU header");
	why = check_sparse(h->gnu.sparse, TAR_SPARSE_IN_HEADER, t->size, &sum);
	while (!why && more) {
		ret = read_block(t, &block, e);
		if (ret < 0)
			return ret;
		if (!ret)
			return refuse(t, e, "the tar ends in its sparse map");
		more = block.is_extended == 1;
		why = check_sparse(block.sparse, TAR_SPARSE_IN_BLOCK, t->size,
				   &sum);
	}
	if (!why && (!TAR1_OCTAL(h->gnu.real_size, &real_size) ||
		     sum.end != real_size || sum.stored != t->size))
		why = "its sparse map and its sizes do not agree";
	return why ? refuse(t, e, why) : 0;
}

static uint64_t member_id(const struct tar1 *t, const char *key,
			  const char *field, size_t size)
{
	uint64_t id;

	if (t->pax_ids && tar1_pax_number(payload(t, PAX), key, &id))
		return id;
	return tar1_number(field, size, &id) ? id : 0;
}

/*
 * Read headers up to a member's own; return 1, or 0 at the archive's end.
 */
static int read_headers(struct tar1 *t, struct error *e)
{
	bool described = false;
	int which, ret;

	for (;;) {
		ret = read_header(t, e);
		if (ret < 0)
			return ret;
		if (!ret)
			break;
		which = payload_kind(&t->header);
		if (which < 0)
			return 1;
		ret = read_payload(t, &t->payloads[which], e);
		if (ret)
			return ret;
		described = true;
	}
	if (described)
		return refuse(t, e, "the member that it describes is missing");
	return 0;
}

int tar1_next(struct tar1 *t, struct tar1_member *m, struct error *e)
{
	int i, ret;

	if (t->in_member) {
		ret = skip(t, t->size + tar_padding(t->size), e);
		if (ret)
			return ret;
	}
	t->in_member = false;
	for (i = 0; i < PAYLOADS; i++)
		t->payloads[i].present = false;
	ret = read_headers(t, e);
	if (ret <= 0)
		return ret;
	t->in_member = true;
	m->header = &t->header;
	m->header_pos = t->header_pos;
	m->data_pos = t->header_pos + TAR_BLOCK_SIZE;
	m->size = t->size;
	m->uid = member_id(t, "uid", t->header.uid, sizeof(t->header.uid));
	m->gid = member_id(t, "gid", t->header.gid, sizeof(t->header.gid));
	m->name = member_name(t);
	m->target = member_target(t);
	m->header_target = header_target(t);
	m->pax = payload(t, PAX);
	if (t->header.type == TAR_GNU_SPARSE) {
		ret = read_sparse(t, e);
		if (ret)
			return ret;
	}
	return 1;
}
