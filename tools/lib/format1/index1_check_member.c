// SPDX-License-Identifier: GPL-2.0
/*
 * Check header and PAX records of a member for what format 1 cannot express.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "index1.h"

/* a PAX record as defined by POSIX, delimited by its length */
struct record {
	struct tar1_text key;
	struct tar1_text value;
};

static bool next_record(struct tar1_text *pax, struct record *r)
{
	const char *blank, *equals, *end;
	size_t len = 0;

	blank = memchr(pax->data, ' ', pax->len);
	for (end = pax->data; blank && end < blank; end++) {
		if (*end < '0' || *end > '9' || len > pax->len)
			return false;
		len = 10 * len + *end - '0';
	}
	if (!blank || len > pax->len || len < blank - pax->data + 2u ||
	    pax->data[len - 1] != '\n')
		return false;
	end = pax->data + len - 1;
	equals = memchr(blank + 1, '=', end - blank - 1);
	if (!equals)
		return false;
	r->key = (struct tar1_text){ blank + 1, equals - blank - 1 };
	r->value = (struct tar1_text){ equals + 1, end - equals - 1 };
	pax->data += len;
	pax->len -= len;
	return true;
}

static bool same(struct tar1_text a, struct tar1_text b)
{
	return a.len == b.len && (!a.len || !memcmp(a.data, b.data, a.len));
}

/* faults of a member: bit numbers, one for each kind of warning */
enum {
	BAD_NUMBER, DEVICE, DIRECTORY, NANOSECONDS, OWNER, SPECIAL_BITS, TIME,
	XATTR, PAX_MISREAD, SPARSE,
};

static const struct warning_kind * const losses[] = {
	[BAD_NUMBER]	= &index1_bad_number,
	[DEVICE]	= &index1_lost_device,
	[DIRECTORY]	= &index1_lost_directory,
	[NANOSECONDS]	= &index1_lost_nanoseconds,
	[OWNER]		= &index1_lost_owner,
	[SPECIAL_BITS]	= &index1_lost_special_bits,
	[TIME]		= &index1_lost_time,
	[XATTR]		= &index1_lost_xattr,
	[PAX_MISREAD]	= &index1_misread_pax,
	[SPARSE]	= &index1_stored_sparse,
};

/* parse a time to whole seconds, rounded down; detect a nonzero fraction */
static bool parse_time(struct tar1_text text, int64_t *seconds, bool *fraction)
{
	char number[32];
	char *end;

	if (text.len >= sizeof(number))
		text.len = sizeof(number) - 1;
	memcpy(number, text.data, text.len);
	number[text.len] = '\0';
	errno = 0;
	*seconds = strtoll(number, &end, 10);
	*fraction = *end == '.' && strpbrk(end, "123456789");
	if (*fraction && *number == '-' && *seconds > INT64_MIN)
		--*seconds;
	return !errno && end != number && (!*end || *end == '.');
}

static unsigned int check_time(struct tar1_text value, uint64_t header)
{
	unsigned int lost = 0;
	int64_t seconds;
	bool fraction;

	if (!parse_time(value, &seconds, &fraction))
		return 0;
	if (fraction)
		lost |= 1 << NANOSECONDS;
	if ((uint64_t)seconds != header)
		lost |= 1 << TIME;
	return lost;
}

static bool is_number(struct tar1_text value, uint64_t expected)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)expected);
	return tar1_is(value, text);
}

static uint64_t number(const char *field, size_t size)
{
	uint64_t value;

	return tar1_number(field, size, &value) ? value : 0;
}

#define NUMBER(field)	number(field, sizeof(field))

static unsigned int check_record(const struct tar1_member *m,
				 const struct record *r)
{
	const struct tar_header *h = m->header;

	if (tar1_begins_with(r->key, "SCHILY.xattr.") ||
	    tar1_begins_with(r->key, "LIBARCHIVE.xattr.") ||
	    tar1_begins_with(r->key, "SCHILY.acl.") ||
	    tar1_is(r->key, "RHT.security.selinux"))
		return 1 << XATTR;
	if (tar1_begins_with(r->key, "GNU.sparse."))
		return 1 << SPARSE;
	if (tar1_is(r->key, "mtime"))
		return check_time(r->value, NUMBER(h->mtime));
	if (tar1_is(r->key, "uid"))
		return !is_number(r->value, m->uid) << OWNER;
	if (tar1_is(r->key, "gid"))
		return !is_number(r->value, m->gid) << OWNER;
	if (tar1_is(r->key, "size"))
		return !is_number(r->value, m->size) << PAX_MISREAD;
	return 0;
}

/* does format 1 misread a key, whose value by POSIX is @proper? */
static unsigned int check_text(struct tar1_text pax, const char *key,
			       struct tar1_text proper)
{
	return !same(tar1_pax_find(pax, key), proper) << PAX_MISREAD;
}

static unsigned int check_pax(const struct tar1_member *m)
{
	struct tar1_text pax = m->pax, path = { NULL, 0 }, target = { NULL, 0 };
	unsigned int lost = 0;
	struct record r;

	while (pax.len && next_record(&pax, &r)) {
		lost |= check_record(m, &r);
		if (tar1_is(r.key, "path"))
			path = r.value;
		if (tar1_is(r.key, "linkpath"))
			target = r.value;
	}
	if (pax.len)
		lost |= 1 << PAX_MISREAD;
	return lost | check_text(m->pax, "path", path) |
	       check_text(m->pax, "linkpath", target);
}

static bool is_cut(const char *field, size_t size, unsigned int bits)
{
	return number(field, size) >> bits;
}

#define IS_CUT(field, bits)	is_cut(field, sizeof(field), bits)

static bool is_bad(const char *field, size_t size)
{
	uint64_t value;

	/* all readers take an empty field as 0 */
	return *field && !tar1_number(field, size, &value);
}

#define IS_BAD(field)	is_bad(field, sizeof(field))

static unsigned int check_device(const struct tar_header *h)
{
	if (h->type != TAR_CHAR && h->type != TAR_BLOCK)
		return 0;
	return (IS_CUT(h->major, 12) || IS_CUT(h->minor, 20)) << DEVICE;
}

static unsigned int check_header(const struct tar1_member *m)
{
	const struct tar_header *h = m->header;
	unsigned int lost = check_device(h);
	struct tar1_text name = m->name;

	if (IS_BAD(h->uid) || IS_BAD(h->gid) || IS_BAD(h->mtime))
		lost |= 1 << BAD_NUMBER;
	if (m->uid >> 32 || m->gid >> 32)
		lost |= 1 << OWNER;
	if (IS_CUT(h->mtime, 36))
		lost |= 1 << TIME;
	if (NUMBER(h->mode) & (S_ISUID | S_ISGID | S_ISVTX))
		lost |= 1 << SPECIAL_BITS;
	if ((h->type == TAR_OLD_REGULAR || h->type == TAR_REGULAR) &&
	    name.len && name.data[name.len - 1] == '/')
		lost |= 1 << DIRECTORY;
	return lost;
}

/* does a member of this type get an inode of its own? */
static bool has_metadata(const struct tar_header *h)
{
	switch (h->type) {
	case TAR_OLD_REGULAR:
	case TAR_REGULAR:
	case TAR_CHAR:
	case TAR_BLOCK:
	case TAR_DIRECTORY:
	case TAR_FIFO:
	case TAR_SYMLINK:
		return true;
	}
	return false;
}

int index1_check_member(struct warnings *w, const struct tar1_member *m)
{
	unsigned int lost = 0;
	size_t i;
	int err = 0;

	if (m->pax.data)
		lost = check_pax(m);
	if (has_metadata(m->header))
		lost |= check_header(m);
	else
		lost &= 1 << PAX_MISREAD;
	if (m->header->type == TAR_SYMLINK)
		lost &= ~(1 << SPECIAL_BITS);
	for (i = 0; i < sizeof(losses) / sizeof(*losses) && !err; i++)
		if (lost & 1 << i)
			err = warnings_add(w, losses[i], m->name.data,
					   m->name.len);
	return err;
}
