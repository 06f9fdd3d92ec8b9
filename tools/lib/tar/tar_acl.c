// SPDX-License-Identifier: GPL-2.0
/*
 * Convert ACLs of PAX records from text to the xattr format of Linux.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <endian.h>
#include <errno.h>
#include <linux/posix_acl_xattr.h>
#include <linux/posix_acl.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "tar_private.h"

#define ACL_FIELDS_MAX	4
#define ACL_ENTRIES_OF_MODE	3	/* owner, group, others: mandatory */

struct acl_entry {
	uint16_t tag;
	uint16_t perm;
	uint32_t id;
};

static const struct acl_word {
	const char *name;
	char letter;
	uint16_t tag;		/* without a qualifier */
	uint16_t named_tag;	/* with a qualifier; 0: must not have one */
} acl_words[] = {
	{ "user", 'u', ACL_USER_OBJ, ACL_USER },
	{ "group", 'g', ACL_GROUP_OBJ, ACL_GROUP },
	{ "mask", 'm', ACL_MASK, 0 },
	{ "other", 'o', ACL_OTHER, 0 },
	{ }
};

static int acl_malformed(const struct tar_string *entry, struct error *e)
{
	return error_set(e, -EINVAL, "\"%.*s\" is no entry of an ACL",
			 (int)(entry->len < 64 ? entry->len : 64),
			 entry->bytes);
}

static const struct acl_word *acl_word(const struct tar_string *text)
{
	const struct acl_word *w;

	for (w = acl_words; w->name; w++) {
		if (text->len == 1 && text->bytes[0] == w->letter)
			return w;
		if (text->len == strlen(w->name) &&
		    !memcmp(text->bytes, w->name, text->len))
			return w;
	}
	return NULL;
}

static int acl_perm(const struct tar_string *text, uint16_t *perm)
{
	size_t i;

	*perm = 0;
	for (i = 0; i < text->len; i++) {
		switch (text->bytes[i]) {
		case 'r':
			*perm |= ACL_READ;
			break;
		case 'w':
			*perm |= ACL_WRITE;
			break;
		case 'x':
			*perm |= ACL_EXECUTE;
			break;
		case '-':
			break;
		default:
			return -EINVAL;
		}
	}
	return text->len ? 0 : -EINVAL;
}

static size_t acl_split(const struct tar_string *entry,
			struct tar_string fields[ACL_FIELDS_MAX])
{
	char *p = entry->bytes, *end = p + entry->len, *colon;
	size_t n = 0;

	for (;;) {
		if (n == ACL_FIELDS_MAX)
			return 0;
		colon = memchr(p, ':', end - p);
		fields[n].bytes = p;
		fields[n++].len = (colon ? colon : end) - p;
		if (!colon)
			return n;
		p = colon + 1;
	}
}

/*
 * Parse tag:[name or number]:permissions[:number].  A name without a number
 * yields ACL_UNDEFINED_ID.
 */
static int acl_parse_entry(const struct tar_string *text, struct acl_entry *acl,
			   struct error *e)
{
	struct tar_string fields[ACL_FIELDS_MAX], *id;
	const struct acl_word *word;
	uint64_t v;
	size_t n;

	n = acl_split(text, fields);
	if (n < 2)
		return acl_malformed(text, e);
	word = acl_word(&fields[0]);
	if (!word)
		return acl_malformed(text, e);
	if (n == 2 && !word->named_tag) {	/* "mask:rwx" */
		fields[2] = fields[1];
		fields[1].len = 0;
	} else if (n == 2) {
		return acl_malformed(text, e);
	}
	if (acl_perm(&fields[2], &acl->perm))
		return acl_malformed(text, e);

	acl->tag = word->tag;
	acl->id = ACL_UNDEFINED_ID;
	if (!fields[1].len)
		return n == 4 ? acl_malformed(text, e) : 0;
	if (!word->named_tag)
		return acl_malformed(text, e);
	id = n == 4 ? &fields[3] : &fields[1];
	acl->tag = word->named_tag;
	if (!number_decimal(id->bytes, id->len, UINT32_MAX - 1, &v))
		acl->id = v;
	return 0;
}

/*
 * Get the next entry, without comment and blanks; return false at the end.
 * Readers disagree whether a comma ends a comment, so a comment before a comma
 * is kept and makes its entry malformed.
 */
static bool acl_next(struct tar_string *rest, struct tar_string *entry)
{
	char *end = rest->bytes + rest->len, *stop = rest->bytes, *hash;

	while (stop < end && *stop != ',' && *stop != '\n')
		stop++;
	entry->bytes = rest->bytes;
	entry->len = stop - rest->bytes;
	rest->bytes = stop < end ? stop + 1 : end;
	rest->len = end - rest->bytes;

	hash = memchr(entry->bytes, '#', entry->len);
	if (hash && (stop == end || *stop == '\n'))
		entry->len = hash - entry->bytes;
	while (entry->len && strchr(" \t", entry->bytes[entry->len - 1]))
		entry->len--;
	while (entry->len && strchr(" \t", entry->bytes[0])) {
		entry->bytes++;
		entry->len--;
	}
	return entry->len || rest->len;
}

static int acl_compare(const void *a, const void *b)
{
	const struct acl_entry *x = a, *y = b;

	if (x->tag != y->tag)
		return x->tag < y->tag ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

/* validate as the kernel does: sorted by tag, no duplicates, none missing */
static int acl_check(const struct acl_entry *acl, size_t count,
		     struct error *e)
{
	const unsigned int named = ACL_USER | ACL_GROUP;
	unsigned int seen = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		if (i && acl[i].tag < acl[i - 1].tag)
			return error_set(e, -EINVAL, "an ACL is not in order");
		if (seen & acl[i].tag & ~named)
			return error_set(e, -EINVAL,
					 "an ACL has an entry twice");
		seen |= acl[i].tag;
	}
	if (~seen & (ACL_USER_OBJ | ACL_GROUP_OBJ | ACL_OTHER))
		return error_set(e, -EINVAL,
				 "an ACL lacks its owner, group or others");
	if (seen & (ACL_USER | ACL_GROUP) && !(seen & ACL_MASK))
		return error_set(e, -EINVAL, "an ACL lacks its mask");
	return 0;
}

static int acl_emit(const struct acl_entry *acl, size_t count,
		    struct buffer *out, struct error *e)
{
	struct posix_acl_xattr_header header = {
		.a_version = htole32(POSIX_ACL_XATTR_VERSION),
	};
	struct posix_acl_xattr_entry entry;
	size_t i;
	int err;

	out->len = sizeof(header) + count * sizeof(entry);
	err = buffer_reserve(out, out->len, e);
	if (err)
		return err;
	memcpy(out->bytes, &header, sizeof(header));
	for (i = 0; i < count; i++) {
		entry.e_tag = htole16(acl[i].tag);
		entry.e_perm = htole16(acl[i].perm);
		entry.e_id = htole32(acl[i].id);
		memcpy(out->bytes + sizeof(header) + i * sizeof(entry), &entry,
		       sizeof(entry));
	}
	return 0;
}

static bool acl_entry_valid(const struct acl_entry *acl)
{
	if (acl->perm & ~(ACL_READ | ACL_WRITE | ACL_EXECUTE))
		return false;
	switch (acl->tag) {
	case ACL_USER:
	case ACL_GROUP:
		return acl->id != ACL_UNDEFINED_ID;
	case ACL_USER_OBJ:
	case ACL_GROUP_OBJ:
	case ACL_MASK:
	case ACL_OTHER:
		return true;
	default:
		return false;
	}
}

/* a mask replaces the group's permissions, as it sorts behind them */
static uint16_t acl_mode(const struct acl_entry *acl, size_t count)
{
	uint16_t owner = 0, group = 0, other = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		if (acl[i].tag == ACL_USER_OBJ)
			owner = acl[i].perm;
		else if (acl[i].tag == ACL_GROUP_OBJ || acl[i].tag == ACL_MASK)
			group = acl[i].perm;
		else if (acl[i].tag == ACL_OTHER)
			other = acl[i].perm;
	}
	return owner << 6 | group << 3 | other;
}

int tar_acl_check(const struct tar_string *value,
		  struct tar_acl_summary *summary, struct error *e)
{
	struct posix_acl_xattr_header header;
	struct posix_acl_xattr_entry entry;
	struct acl_entry *acl;
	size_t i, count;
	int err;

	if (value->len < sizeof(header) ||
	    (value->len - sizeof(header)) % sizeof(entry))
		goto malformed;
	memcpy(&header, value->bytes, sizeof(header));
	if (header.a_version != htole32(POSIX_ACL_XATTR_VERSION))
		goto malformed;
	count = (value->len - sizeof(header)) / sizeof(entry);
	acl = calloc(count + 1, sizeof(*acl));
	if (!acl)
		return error_set(e, -ENOMEM, "out of memory");
	for (i = 0; i < count; i++) {
		memcpy(&entry, value->bytes + sizeof(header) +
		       i * sizeof(entry), sizeof(entry));
		acl[i].tag = le16toh(entry.e_tag);
		acl[i].perm = le16toh(entry.e_perm);
		acl[i].id = le32toh(entry.e_id);
		if (!acl_entry_valid(&acl[i])) {
			free(acl);
			goto malformed;
		}
	}
	err = count ? acl_check(acl, count, e) : 0;
	summary->entries = count;
	summary->mode = acl_mode(acl, count);
	summary->is_mode = count == ACL_ENTRIES_OF_MODE;
	free(acl);
	return err;

malformed:
	return error_set(e, -EINVAL, "a POSIX ACL is malformed");
}

static bool acl_is_named(const struct acl_entry *acl)
{
	return acl->tag == ACL_USER || acl->tag == ACL_GROUP;
}

static bool acl_lacks_number(const struct acl_entry *acl, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (acl_is_named(&acl[i]) && acl[i].id == ACL_UNDEFINED_ID)
			return true;
	}
	return false;
}

/*
 * Compute permissions that grant no more than the ACL to anyone.  Without it a
 * named user falls under the group or others, and a member of a named group
 * under others; the group is limited by the mask.
 */
static uint16_t acl_narrow_mode(const struct acl_entry *acl, size_t count)
{
	uint16_t mode = acl_mode(acl, count), group = mode >> 3 & 7;
	uint16_t mask = group, other = mode & 7;
	size_t i;

	for (i = 0; i < count; i++) {
		if (acl[i].tag == ACL_GROUP_OBJ || acl[i].tag == ACL_USER)
			group &= acl[i].perm;
		if (acl_is_named(&acl[i]))
			other &= acl[i].perm & mask;
	}
	return (mode & 0700) | group << 3 | other;
}

int tar_acl_binary(const struct tar_string *text, struct buffer *out,
		   uint16_t *narrow, struct error *e)
{
	struct tar_string rest = *text, entry;
	struct acl_entry *acl;
	size_t count = 0;
	int err = 0;

	/* an entry takes at least four characters and a separator */
	acl = calloc(text->len / 4 + 1, sizeof(*acl));
	if (!acl)
		return error_set(e, -ENOMEM, "out of memory");
	while (acl_next(&rest, &entry)) {
		if (!entry.len)
			continue;
		err = acl_parse_entry(&entry, &acl[count++], e);
		if (err)
			goto free_acl;
	}
	if (count)
		qsort(acl, count, sizeof(*acl), acl_compare);
	err = acl_check(acl, count, e);
	if (err)
		goto free_acl;
	if (acl_lacks_number(acl, count)) {
		*narrow = acl_narrow_mode(acl, count);
		err = 1;
	} else {
		err = acl_emit(acl, count, out, e);
	}
free_acl:
	free(acl);
	return err;
}
