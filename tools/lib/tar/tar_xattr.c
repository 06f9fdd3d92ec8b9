// SPDX-License-Identifier: GPL-2.0
/*
 * Extended attributes of a member: from PAX records to one value a name.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "tar_private.h"

ssize_t tar_url_decode(char *text, size_t len)
{
	size_t from, to = 0;

	for (from = 0; from < len; from++) {
		if (text[from] != '%') {
			text[to++] = text[from];
			continue;
		}
		if (len - from < 3 || hex_digit(text[from + 1]) < 0 ||
		    hex_digit(text[from + 2]) < 0)
			return -EINVAL;
		text[to++] = hex_digit(text[from + 1]) << 4 |
			     hex_digit(text[from + 2]);
		from += 2;
	}
	return to;
}

static int base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

/* with or without padding; unused bits must be zero */
ssize_t tar_base64_decode(char *text, size_t len)
{
	unsigned int bits = 0;
	uint32_t word = 0;
	size_t from, to = 0;
	int digit;

	while (len && text[len - 1] == '=')
		len--;
	if (len % 4 == 1)
		return -EINVAL;
	for (from = 0; from < len; from++) {
		digit = base64_digit(text[from]);
		if (digit < 0)
			return -EINVAL;
		word = word << 6 | digit;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			text[to++] = word >> bits;
			word &= (1U << bits) - 1;
		}
	}
	return word ? -EINVAL : (ssize_t)to;
}

static int compare_names(const struct tar_string *a, const struct tar_string *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int diff = memcmp(a->bytes, b->bytes, len);

	if (diff)
		return diff;
	return a->len < b->len ? -1 : a->len > b->len;
}

/* by name, the record that counts last */
static int compare_records(const void *a, const void *b)
{
	const struct tar_pax_xattr *x = a, *y = b;
	int diff = compare_names(&x->attr.name, &y->attr.name);

	if (diff)
		return diff;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

static int xattr_list_reserve(struct tar_xattr_list *list, size_t count,
			      struct error *e)
{
	struct tar_xattr *attrs;

	if (count <= list->size)
		return 0;
	attrs = reallocarray(list->attrs, count, sizeof(*attrs));
	if (!attrs)
		return error_set(e, -ENOMEM, "out of memory");
	list->attrs = attrs;
	list->size = count;
	return 0;
}

/* 1 if it cannot be expressed; who loses an access ACL must not gain by it */
static int acl_value(struct tar_xattr_list *list, struct tar_buffer *acl,
		     struct tar_xattr *attr, struct error *e)
{
	uint16_t narrow;
	int err;

	err = tar_acl_binary(&attr->value, acl, &narrow, e);
	if (err > 0) {
		list->dropped_acl = true;
		if (!strcmp(attr->name.bytes, "system.posix_acl_access"))
			list->mode_limit = 07000 | narrow;
	}
	attr->value.bytes = acl->bytes;
	attr->value.len = acl->len;
	return err;
}

static int xattr_add(struct tar_xattr_list *list, size_t *acls,
		     const struct tar_pax_xattr *x, struct error *e)
{
	struct tar_xattr *attr = &list->attrs[list->count];
	int err = 0;

	if (memchr(x->attr.name.bytes, 0, x->attr.name.len))
		return error_set(e, -EINVAL,
				 "the name of an attribute has a NUL byte");
	*attr = x->attr;
	if (x->is_acl)
		err = acl_value(list, &list->acl[(*acls)++], attr, e);
	if (!err)
		list->count++;
	return err < 0 ? err : 0;
}

int tar_xattr_resolve(struct tar_xattr_list *list, struct tar_pax *pax,
		      struct error *e)
{
	const struct tar_pax_xattr *x = pax->xattrs;
	size_t i, acls = 0;
	int err;

	list->count = 0;
	list->dropped_acl = false;
	list->mode_limit = 07777;
	if (!pax->xattr_count)
		return 0;
	err = xattr_list_reserve(list, pax->xattr_count, e);
	if (err)
		return err;
	qsort(pax->xattrs, pax->xattr_count, sizeof(*x), compare_records);
	for (i = 0; i < pax->xattr_count; i++) {
		if (i + 1 < pax->xattr_count &&
		    !compare_names(&x[i].attr.name, &x[i + 1].attr.name))
			continue;
		if (x[i].rank == TAR_XATTR_TEXT && !x[i].attr.value.len)
			continue;
		err = xattr_add(list, &acls, &x[i], e);
		if (err)
			return err;
	}
	return 0;
}

void tar_xattr_list_free(struct tar_xattr_list *list)
{
	free(list->attrs);
	free(list->acl[0].bytes);
	free(list->acl[1].bytes);
	memset(list, 0, sizeof(*list));
}
