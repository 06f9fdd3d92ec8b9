// SPDX-License-Identifier: GPL-2.0
/*
 * The tar reader: parse headers and the extended headers of each member.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream/tar_number.h"
#include "tar_reader.h"

static const struct warning_kind lone_zero_block = {
	"lone-zero-block",
	"a single zero block, not two, marks the end of the archive",
};

static const struct warning_kind no_end_of_archive = {
	"no-end-of-archive",
	"no zero blocks mark the end of the archive",
};

static const struct warning_kind junk_after_end = {
	"junk-after-end",
	"there are bytes after the end of the archive that are not zero",
};

static const struct warning_kind cut_padding = {
	"cut-padding",
	"the archive ends in the padding behind the last member's data",
};

int tar_reader_open(struct tar_reader **reader, struct input *in,
		    struct warnings *w, struct error *e)
{
	*reader = calloc(1, sizeof(**reader));
	if (!*reader)
		return error_set(e, -ENOMEM, "out of memory");
	(*reader)->in = in;
	(*reader)->warnings = w;
	return 0;
}

void tar_reader_close(struct tar_reader *r)
{
	struct tar_payload *payload, *next;

	if (!r)
		return;
	for (payload = r->global_payloads; payload; payload = next) {
		next = payload->next;
		free(payload);
	}
	tar_pax_free(&r->global);
	tar_pax_free(&r->pax);
	tar_xattr_list_free(&r->xattrs);
	free(r->pax_buf.bytes);
	free(r->name_buf.bytes);
	free(r->target_buf.bytes);
	free(r);
}

bool tar_reader_saw_end(const struct tar_reader *r)
{
	return r->saw_end;
}

static int skip(struct tar_reader *r, uint64_t len, struct error *e)
{
	int64_t passed = len ? input_skip(r->in, len, e) : 0;

	if (passed < 0)
		return passed;
	if ((uint64_t)passed < len)
		return tar_reader_truncated(r, "a member's data", e);
	return 0;
}

/* skip a member's data and padding; the last member's padding may be cut off */
static int skip_member(struct tar_reader *r, struct error *e)
{
	uint64_t left = r->left;
	int64_t passed = left ? input_skip(r->in, left, e) : 0;

	r->left = 0;
	if (passed < 0)
		return passed;
	if ((uint64_t)passed == left)
		return 0;
	if (left - passed > r->padding)
		return tar_reader_truncated(r, "a member's data", e);
	return tar_reader_warn(r, &cut_padding, &r->member.path, e);
}

/* consume the input after the end; warn if it is not all zeros */
static int drain(struct tar_reader *r, struct error *e)
{
	static const char zero[4096];
	bool junk = false;
	char buf[4096];
	ssize_t len;

	do {
		len = input_read(r->in, buf, sizeof(buf), e);
		if (len < 0)
			return len;
		junk |= memcmp(buf, zero, len) != 0;
	} while (len == sizeof(buf));
	return junk ? tar_reader_warn(r, &junk_after_end, NULL, e) : 0;
}

/*
 * Called after a zero block: a second one, or the end of the input, ends the
 * archive.  Reject a header there: some readers stop, some fail, some continue.
 */
static int end_of_archive(struct tar_reader *r, struct error *e)
{
	char block[TAR_BLOCK_SIZE];
	int got = tar_reader_next_block(r, block, e);

	if (got < 0)
		return got;
	if (!got)
		return tar_reader_warn(r, &lone_zero_block, NULL, e);
	if (!tar_block_is_zero(block))
		return error_set(e, -EINVAL,
				 "a lone zero block at offset %llu: readers disagree whether the archive ends there",
				 (unsigned long long)r->header_offset);
	r->saw_end = true;
	return drain(r, e);
}

static int check_sum(const struct tar_header *h, struct error *e)
{
	if (!tar_header_sum_is_right(h))
		return error_set(e, -EINVAL,
				 "this is no tar header: the checksum is wrong");
	return 0;
}

/*
 * Report a bad header.  After a hard link with a size, the likely reason is
 * that the link has data.
 */
static void blame_header(const struct tar_reader *r, struct error *e)
{
	if (!r->link_size) {
		error_prefix(e, "offset %llu",
			     (unsigned long long)r->header_offset);
		return;
	}
	error_set(e, -EINVAL,
		  "it is a hard link with a size of %lld, and what follows is no header: readers disagree whether a hard link has data",
		  (long long)r->link_size);
	tar_member_blame(&r->member, e);
}

/* return 1 if a header was read, 0 at the end, with the input consumed */
static int next_header(struct tar_reader *r, struct error *e)
{
	int got;

	r->header_offset = input_offset(r->in);
	got = tar_reader_next_block(r, &r->header, e);
	if (got < 0)
		return got;
	if (!got)
		return tar_reader_warn(r, &no_end_of_archive, NULL, e);
	if (tar_block_is_zero(&r->header))
		return end_of_archive(r, e);
	got = check_sum(&r->header, e);
	if (got)
		blame_header(r, e);
	return got ? got : 1;
}

/* read the payload of an extended header and terminate it with a NUL */
static int read_payload(struct tar_reader *r, struct buffer *buf,
			struct error *e)
{
	const struct tar_header *h = &r->header;
	uint64_t size;
	ssize_t len;
	int err;

	err = tar_reader_field("size", h->size, sizeof(h->size),
			       TAR_EXTENDED_MAX, &size, e);
	if (!err)
		err = buffer_reserve(buf, size + 1, e);
	if (err)
		return err;
	len = input_read(r->in, buf->bytes, size, e);
	if (len < 0)
		return len;
	if ((uint64_t)len < size)
		return tar_reader_truncated(r, "an extended header",
				     e);
	buf->len = size;
	buf->bytes[size] = 0;
	return skip(r, tar_padding(size), e);
}

/* parse a GNU long name or target: text up to a NUL */
static int parse_long_string(struct tar_reader *r, struct buffer *buf,
			     unsigned int bit, struct error *e)
{
	int err;

	if (r->pending & bit)
		return error_set(e, -EINVAL,
				 "a second header of this kind for one member");
	r->pending |= bit;
	err = read_payload(r, buf, e);
	if (err)
		return err;
	buf->len = strlen(buf->bytes);
	if (buf->len > TAR_PATH_MAX)
		return error_set(e, -ENAMETOOLONG,
				 "a name of %zu bytes, more than %u", buf->len,
				 TAR_PATH_MAX);
	return 0;
}

static int parse_pax(struct tar_reader *r, struct error *e)
{
	int err;

	if (r->pending & TAR_PENDING_PAX)
		return error_set(e, -EINVAL,
				 "a second header of this kind for one member");
	r->pending |= TAR_PENDING_PAX;
	err = read_payload(r, &r->pax_buf, e);
	if (!err)
		err = tar_pax_inherit(&r->pax, &r->global, e);
	if (!err)
		err = tar_pax_parse(&r->pax, r->pax_buf.bytes, r->pax_buf.len,
				    false, e);
	return err;
}

/* keep payloads that add records: @r->global points into them */
static int parse_global(struct tar_reader *r, struct error *e)
{
	size_t xattrs = r->global.xattr_count;
	unsigned int set = r->global.set;
	struct tar_payload *payload;
	int err;

	if (r->pending)
		return error_set(e, -EINVAL,
				 "a global header between a member and its extended header");
	err = read_payload(r, &r->pax_buf, e);
	if (err)
		return err;
	payload = malloc(sizeof(*payload) + r->pax_buf.len);
	if (!payload)
		return error_set(e, -ENOMEM, "out of memory");
	memcpy(payload->bytes, r->pax_buf.bytes, r->pax_buf.len);
	payload->next = r->global_payloads;
	r->global_payloads = payload;
	err = tar_pax_parse(&r->global, payload->bytes, r->pax_buf.len, true,
			    e);
	if (err)
		return err;

	if (!set && !r->global.set && xattrs == r->global.xattr_count) {
		r->global_payloads = payload->next;
		free(payload);
		return 0;
	}
	r->global_bytes += r->pax_buf.len;
	if (r->global_bytes > TAR_GLOBAL_MAX ||
	    r->global.xattr_count > TAR_GLOBAL_XATTRS_MAX)
		return error_set(e, -EINVAL,
				 "global headers of more than %u bytes or %u attributes",
				 TAR_GLOBAL_MAX, TAR_GLOBAL_XATTRS_MAX);
	return 0;
}

/* skip a volume label: it names the archive and extracts to nothing */
static int parse_label(struct tar_reader *r, struct error *e)
{
	const struct tar_header *h = &r->header;
	uint64_t size;
	int err;

	err = tar_reader_field("size", h->size, sizeof(h->size), INT64_MAX,
			       &size, e);
	if (!err && r->pending)
		err = error_set(e, -EINVAL,
				"a volume label between a member and its extended header");
	return err ? err : skip(r, size + tar_padding(size), e);
}

/* return 0 if an extended header was consumed, 1 if it is a member's header */
static int parse_extended(struct tar_reader *r, struct error *e)
{
	int err;

	switch (r->header.type) {
	case TAR_PAX:
	case TAR_SOLARIS_PAX:
		err = parse_pax(r, e);
		break;
	case TAR_PAX_GLOBAL:
		err = parse_global(r, e);
		break;
	case TAR_GNU_NAME:
		err = parse_long_string(r, &r->name_buf, TAR_PENDING_NAME, e);
		break;
	case TAR_GNU_TARGET:
		err = parse_long_string(r, &r->target_buf, TAR_PENDING_TARGET,
					e);
		break;
	case TAR_GNU_LABEL:
		err = parse_label(r, e);
		break;
	default:
		return 1;
	}
	if (err)
		error_prefix(e, "extended header at offset %llu",
			     (unsigned long long)r->header_offset);
	return err;
}

int tar_reader_next(struct tar_reader *r, const struct tar_member **m,
		    struct error *e)
{
	int got;

	if (r->ended)
		return 0;
	r->pending = 0;
	got = skip_member(r, e);
	if (got) {
		tar_member_blame(&r->member, e);
		return got;
	}
	if (r->member.type != TAR_HARD_LINK ||
	    tar_number(r->header.size, sizeof(r->header.size), &r->link_size))
		r->link_size = 0;
	do {
		got = next_header(r, e);
		if (got <= 0)
			break;
		r->link_size = 0;
		got = parse_extended(r, e);
	} while (!got);
	if (got < 0)
		return got;
	if (!got) {
		r->ended = true;
		if (r->pending)
			return error_set(e, -EINVAL,
					 "the archive ends at offset %llu with an extended header but no member",
					 (unsigned long long)r->header_offset);
		return 0;
	}
	got = tar_member_fill(r, e);
	if (got) {
		tar_member_blame(&r->member, e);
		return got;
	}
	*m = &r->member;
	return 1;
}

int tar_reader_data(struct tar_reader *r, void *buf, size_t len,
		    struct error *e)
{
	const struct tar_member *m = &r->member;
	ssize_t n;

	if (len > m->data + m->stored - input_offset(r->in))
		return error_set(e, -EINVAL, "has less data than that");
	n = input_read(r->in, buf, len, e);
	if (n < 0)
		return n;
	r->left -= n;
	if (n < len)
		return tar_reader_truncated(r, "a member's data",
				     e);
	return 0;
}
