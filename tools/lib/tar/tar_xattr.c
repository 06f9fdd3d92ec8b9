// SPDX-License-Identifier: GPL-2.0
/*
 * Extended attributes of a member: resolve PAX records to one value per name.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tar_private.h"

static int compare_names(const struct tar_string *a, const struct tar_string *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int diff = memcmp(a->bytes, b->bytes, len);

	if (diff)
		return diff;
	return a->len < b->len ? -1 : a->len > b->len;
}

/* sort by name, then by precedence: the last record of a name wins */
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

/*
 * Return 1 if the ACL cannot be expressed.  Dropping an access ACL must not
 * grant access.
 */
static int acl_value(struct tar_xattr_list *list, struct buffer *acl,
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
