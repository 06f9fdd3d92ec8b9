// SPDX-License-Identifier: GPL-2.0
/*
 * Parse names and link targets of members.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <string.h>
#include <tarfs_fs.h>

#include "tree.h"

bool tree_part_is(const struct tar_string *part, const char *text)
{
	return part->len == strlen(text) &&
	       !memcmp(part->bytes, text, part->len);
}

/* @what: "name" or "target" */
static int check_path(const struct tar_string *name, const char *what,
		      struct error *e)
{
	if (name->len > TAR_PATH_MAX)
		return error_set(e, -ENAMETOOLONG,
				 "its %s has %zu bytes, more than %u", what,
				 name->len, TAR_PATH_MAX);
	if (memchr(name->bytes, 0, name->len))
		return error_set(e, -EINVAL, "its %s has a NUL byte", what);
	return 0;
}

/* split @len bytes at slashes and append the parts to a path */
static int add_parts(struct tree_path *path, char *p, size_t len,
		     const char *what, struct error *e)
{
	char *end = p + len, *slash;
	struct tar_string part;

	for (; p < end; p = slash + 1) {
		slash = memchr(p, '/', end - p);
		if (!slash)
			slash = end;
		part.bytes = p;
		part.len = slash - p;
		if (!part.len || tree_part_is(&part, "."))
			continue;
		if (tree_part_is(&part, ".."))
			return error_set(e, -EINVAL,
					 "its %s contains \"..\"", what);
		if (part.len > TARFS_NAME_MAX)
			return error_set(e, -ENAMETOOLONG,
					 "a part of its %s has %zu bytes, more than %u",
					 what, part.len, TARFS_NAME_MAX);
		path->parts[path->count++] = part;
	}
	return 0;
}

/*
 * Members of a directory usually follow each other, so the parts of their
 * parent are cached and, once it is found, its inode.  No member can replace
 * the parent meanwhile: any other prefix refills the cache, and the name of the
 * directory itself with a final '/' invalidates it.
 */
int tree_take_path(struct tree *t, const struct tar_string *name,
		   struct error *e)
{
	struct tree_parent *up = &t->parent;
	const char *slash = memrchr(name->bytes, '/', name->len);
	size_t len = slash ? slash + 1 - name->bytes : 0;
	int err;

	err = check_path(name, "name", e);
	if (err)
		return err;
	if (len != up->len || memcmp(up->bytes, name->bytes, len)) {
		memcpy(up->bytes, name->bytes, len);
		up->len = len;
		up->known = false;
		t->path.count = 0;
		err = add_parts(&t->path, up->bytes, len, "name", e);
		up->parts = t->path.count;
	}
	t->path.count = up->parts;
	if (!err)
		err = add_parts(&t->path, name->bytes + len, name->len - len,
				"name", e);
	if (t->path.count == up->parts)
		up->known = false;
	return err;
}

int tree_take_target(struct tree *t, const struct tar_string *target,
		     struct error *e)
{
	int err = check_path(target, "target", e);

	t->target.count = 0;
	if (err)
		return err;
	return add_parts(&t->target, target->bytes, target->len, "target", e);
}

bool tree_same_path(const struct tree_path *a, const struct tree_path *b)
{
	size_t i;

	if (a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++) {
		if (a->parts[i].len != b->parts[i].len ||
		    memcmp(a->parts[i].bytes, b->parts[i].bytes,
			   a->parts[i].len))
			return false;
	}
	return true;
}
