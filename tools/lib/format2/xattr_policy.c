// SPDX-License-Identifier: GPL-2.0
/*
 * Which extended attributes a layer may set.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <string.h>

#include "base/tarfs_host.h"
#include "xattr_policy.h"

static const struct warning_kind overlay_xattr = {
	"dropped-overlay-xattr",
	"attributes that would steer overlayfs are dropped",
};

static const struct warning_kind other_xattr = {
	"dropped-xattr",
	"attributes that are not user, trusted, security or a POSIX ACL are dropped",
};

static const struct warning_kind misplaced_acl = {
	"dropped-misplaced-acl",
	"ACLs of symbolic links and default ACLs of non-directories are dropped",
};

static const struct warning_kind misplaced_user = {
	"dropped-misplaced-xattr",
	"user attributes of anything but files and directories are dropped",
};

/* prefixes with a flag are those of ACLs and must match the whole name */
uint8_t xattr_prefix_of(const struct tar_string *name)
{
	const char *known;
	uint8_t prefix;
	size_t len;

	for (prefix = 1; (known = tarfs2_xattr_prefix(prefix)); prefix++) {
		len = strlen(known);
		if (name->len < len || memcmp(name->bytes, known, len))
			continue;
		if (tarfs2_xattr_flag(prefix) ? name->len == len :
						name->len > len)
			return prefix;
	}
	return 0;
}

/* get the reason to drop an attribute; NULL to keep it */
static const struct warning_kind *dropped(const struct tar_string *name,
					  const struct tar_member *m)
{
	uint8_t prefix = xattr_prefix_of(name);
	size_t skip;

	if (!prefix)
		return &other_xattr;
	skip = strlen(tarfs2_xattr_prefix(prefix));
	if (tarfs2_xattr_is_overlay(prefix, name->bytes + skip,
				    name->len - skip))
		return &overlay_xattr;
	if (tarfs2_xattr_fits(prefix, tar_file_type(m->type)))
		return NULL;
	return tarfs2_xattr_flag(prefix) ? &misplaced_acl : &misplaced_user;
}

int xattr_warn_dropped(const struct tar_member *m, struct warnings *w,
		       struct error *e)
{
	const struct warning_kind *kind;
	size_t i;

	for (i = 0; i < m->xattr_count; i++) {
		kind = dropped(&m->xattrs[i].name, m);
		if (kind && warnings_add(w, kind, m->path.bytes, m->path.len))
			return error_set(e, -ENOMEM, "out of memory");
	}
	return 0;
}

static int check_lengths(const struct tar_xattr *x, struct error *e)
{
	if (x->name.len > TARFS2_XATTR_NAME_MAX)
		return error_set(e, -EINVAL,
				 "an attribute's name has %zu bytes, more than %u",
				 x->name.len, TARFS2_XATTR_NAME_MAX);
	if (x->value.len > TARFS2_XATTR_VALUE_MAX)
		return error_set(e, -EINVAL,
				 "the attribute \"%.*s\" has %zu bytes, more than %u",
				 (int)x->name.len, x->name.bytes, x->value.len,
				 TARFS2_XATTR_VALUE_MAX);
	return 0;
}

/* drop an ACL that is equivalent to a mode and set that, as Linux does */
static int keep_acl(const struct tar_xattr *x, uint8_t prefix, uint32_t *mode,
		    struct error *e)
{
	struct tar_acl_summary acl;
	int err;

	err = tar_acl_check(&x->value, &acl, e);
	if (err || !acl.entries)
		return err;
	if (prefix != TARFS2_XATTR_ACL_ACCESS)
		return 1;
	*mode = (*mode & ~0777) | acl.mode;
	return !acl.is_mode;
}

int xattr_keep(const struct tar_xattr *x, const struct tar_member *m,
	       uint32_t *mode, struct error *e)
{
	uint8_t prefix = xattr_prefix_of(&x->name);
	int err;

	if (dropped(&x->name, m))
		return 0;
	err = check_lengths(x, e);
	if (err)
		return err;
	return tarfs2_xattr_flag(prefix) ? keep_acl(x, prefix, mode, e) : 1;
}
