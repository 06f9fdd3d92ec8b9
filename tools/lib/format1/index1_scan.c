// SPDX-License-Identifier: GPL-2.0
/*
 * Build the tree of format 1 from the members of a tar.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * The bytes of an index depend on each of these rules.  Many of them lose
 * information of the tar, but format 1 is frozen: all this code can do is warn.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "index1.h"

#define WHITEOUT	".wh."
#define OPAQUE		".wh..wh..opq"

struct scan {
	struct index_tree *tree;
	struct warnings *warnings;
	struct error *e;
	struct tar1_text *path;		/* names in a path, see clean() */
	size_t path_len, path_room;
};

static int out_of_memory(struct scan *s)
{
	return error_set(s->e, -ENOMEM, "out of memory");
}

static int warn(struct scan *s, const struct warning_kind *kind,
		const struct tar1_member *m)
{
	if (warnings_add(s->warnings, kind, m->name.data, m->name.len))
		return out_of_memory(s);
	return 0;
}

static int push_name(struct scan *s, struct tar1_text name)
{
	struct tar1_text *path;

	path = index1_grow(s->path, &s->path_room, s->path_len, sizeof(*path));
	if (!path)
		return out_of_memory(s);
	s->path = path;
	path[s->path_len++] = name;
	return 0;
}

/**
 * clean() - split a path into names, resolving "." and ".."
 * Return: 1 with s->path set, 0 if it leads out of the root, or a negative
 * errno value.
 */
static int clean(struct scan *s, struct tar1_text text)
{
	const char *end = text.data + text.len;
	const char *slash;
	struct tar1_text name;
	int err;

	s->path_len = 0;
	for (; text.data < end; text.data = slash + 1) {
		slash = memchr(text.data, '/', end - text.data);
		if (!slash)
			slash = end;
		name = (struct tar1_text){ text.data, slash - text.data };
		if (!name.len || tar1_is(name, "."))
			continue;
		if (tar1_is(name, "..")) {
			if (!s->path_len)
				return 0;
			s->path_len--;
			continue;
		}
		err = push_name(s, name);
		if (err)
			return err;
	}
	return 1;
}

/* resolve the first @count names of the cleaned path */
static int walk(struct scan *s, size_t count, uint32_t *node)
{
	return index1_walk(s->tree, s->path, count, node, s->e);
}

/* warn of what will be lost when a node is replaced */
static int warn_of_loss(struct scan *s, const struct node1 *n,
			const struct tar1_member *m)
{
	int err = 0;

	if (n->entries)
		err = warn(s, &index1_dropped_children, m);
	if (!err && n->names > 1)
		err = warn(s, &index1_overwritten_link, m);
	return err;
}

static int add_opaque(struct scan *s)
{
	uint32_t node;
	int err;

	err = walk(s, s->path_len - 1, &node);
	if (err)
		return err;
	s->tree->nodes[node].opaque = true;
	return 0;
}

/* an existing node keeps its owner, permissions, time and opaque flag */
static int add_whiteout(struct scan *s, const struct tar1_member *m)
{
	struct tar1_text *last = &s->path[s->path_len - 1];
	struct node1 *n;
	uint32_t node;
	int err;

	last->data += strlen(WHITEOUT);
	last->len -= strlen(WHITEOUT);
	err = walk(s, s->path_len, &node);
	if (err)
		return err;
	n = &s->tree->nodes[node];
	err = warn_of_loss(s, n, m);
	if (err)
		return err;
	index1_clear(s->tree, n);
	n->mode = (n->mode & ~S_IFMT) | S_IFCHR;
	n->size = 0;
	n->offset = 0;
	return 0;
}

/* replace a node's content and metadata; all its names now refer to @with */
static int replace(struct scan *s, const struct tar1_member *m,
		   const struct node1 *with)
{
	struct node1 *n, old;
	uint32_t node;
	int err;

	err = walk(s, s->path_len, &node);
	if (err)
		return err;
	n = &s->tree->nodes[node];
	err = warn_of_loss(s, n, m);
	if (!err && n->opaque)
		err = warn(s, &index1_lost_opaque, m);
	if (err)
		return err;
	index1_clear(s->tree, n);
	old = *n;
	*n = *with;
	n->children = old.children;
	n->names = old.names;
	return 0;
}

static int place(struct scan *s, const struct tar1_member *m,
		 const struct node1 *node)
{
	struct tar1_text last;
	int ret;

	ret = clean(s, m->name);
	if (ret < 0)
		return ret;
	if (!ret)
		return warn(s, &index1_skipped_name, m);
	if (!s->path_len)
		return replace(s, m, node);
	last = s->path[s->path_len - 1];
	if (tar1_is(last, OPAQUE))
		return add_opaque(s);
	if (tar1_begins_with(last, WHITEOUT))
		return add_whiteout(s, m);
	return replace(s, m, node);
}

static bool read_device(const struct tar_header *h, uint64_t *device)
{
	uint64_t major, minor;

	if (!tar_header_is_ustar(h) && !tar_header_is_gnu(h))
		return false;
	if (!TAR1_OCTAL(h->major, &major) || !TAR1_OCTAL(h->minor, &minor))
		return false;
	*device = major << 32 | minor;
	return true;
}

static int add_device(struct scan *s, const struct tar1_member *m,
		      struct node1 *node)
{
	if (!read_device(m->header, &node->offset))
		return warn(s, &index1_skipped_number, m);
	return place(s, m, node);
}

/*
 * A target that the header's field holds is referenced there.  All others are
 * stored after the directories, even those of members that are dropped.
 */
static int add_symlink(struct scan *s, const struct tar1_member *m,
		       struct node1 *node)
{
	struct tar1_text target = m->target;
	struct tar1_text field = m->header_target;
	int err;

	if (!target.data)
		return warn(s, &index1_skipped_target, m);
	node->size = target.len;
	if (target.len == field.len &&
	    (!target.len || !memcmp(target.data, field.data, target.len))) {
		node->offset = m->header_pos +
			       offsetof(struct tar_header, linkname);
		return place(s, m, node);
	}
	node->special = s->tree->specials.len;
	err = budget_take(&s->tree->budget, target.len, s->e);
	if (!err)
		err = index1_append(&s->tree->specials, target, s->e);
	return err ? err : place(s, m, node);
}

/* add a name to a file; an empty name makes the file the root */
static int link_file(struct scan *s, const struct tar1_member *m,
		     uint32_t file)
{
	struct index_tree *t = s->tree;
	struct tar1_text last = { NULL, 0 };
	uint32_t parent = INDEX1_NONE, old = t->root;
	int err = 0;

	if (s->path_len) {
		err = walk(s, s->path_len - 1, &parent);
		if (err)
			return err;
		last = s->path[s->path_len - 1];
		old = index1_find(t, parent, last);
	}
	if (old != INDEX1_NONE && old != file && t->nodes[old].entries)
		err = warn(s, &index1_dropped_children, m);
	if (err)
		return err;
	if (s->path_len)
		return index1_link(t, parent, last, file, m->header_pos, s->e);
	t->root = file;
	return 0;
}

/* the lookup creates nodes for a target that does not exist, and they stay */
static int add_hard_link(struct scan *s, const struct tar1_member *m)
{
	uint32_t file;
	int ret;

	if (!m->target.data)
		return warn(s, &index1_skipped_target, m);
	ret = clean(s, m->target);
	if (ret < 0)
		return ret;
	if (!ret)
		return warn(s, &index1_lost_hard_link, m);
	ret = walk(s, s->path_len, &file);
	if (ret)
		return ret;
	if (!node1_is(&s->tree->nodes[file], S_IFREG))
		return warn(s, &index1_lost_hard_link, m);
	ret = clean(s, m->name);
	if (ret < 0)
		return ret;
	if (!ret)
		return warn(s, &index1_skipped_name, m);
	return link_file(s, m, file);
}

static void read_metadata(const struct tar1_member *m, struct node1 *node)
{
	uint64_t value;

	node->uid = m->uid;
	node->gid = m->gid;
	node->mtime = TAR1_NUMBER(m->header->mtime, &value) ? value : 0;
}

static int add_member(struct scan *s, const struct tar1_member *m)
{
	struct node1 node = { 0 };
	uint64_t mode;

	if (!TAR1_OCTAL(m->header->mode, &mode))
		return warn(s, &index1_skipped_number, m);
	read_metadata(m, &node);
	node.mode = mode & 0777;
	switch (m->header->type) {
	case TAR_REGULAR:
	case TAR_OLD_REGULAR:
		node.mode |= S_IFREG;
		node.size = m->size;
		node.offset = m->data_pos;
		return place(s, m, &node);
	case TAR_DIRECTORY:
		node.mode |= S_IFDIR;
		return place(s, m, &node);
	case TAR_FIFO:
		node.mode |= S_IFIFO;
		return place(s, m, &node);
	case TAR_CHAR:
		node.mode |= S_IFCHR;
		return add_device(s, m, &node);
	case TAR_BLOCK:
		node.mode |= S_IFBLK;
		return add_device(s, m, &node);
	case TAR_SYMLINK:
		node.mode |= S_IFLNK;
		return add_symlink(s, m, &node);
	case TAR_HARD_LINK:
		return add_hard_link(s, m);
	case TAR_GNU_SPARSE:
		return warn(s, &index1_skipped_sparse, m);
	case TAR_PAX_GLOBAL:
		return warn(s, &index1_global_pax, m);
	}
	return warn(s, &index1_skipped_type, m);
}

/* name the member that exceeded a limit */
static void say_where(struct scan *s, const struct tar1_member *m)
{
	error_prefix(s->e, "member \"%.*s\" at offset %" PRIu64,
		     tar1_shown(m->name), m->name.data, m->header_pos);
}

static int read_members(struct scan *s, struct tar1 *tar)
{
	struct tar1_member m;
	int ret;

	while ((ret = tar1_next(tar, &m, s->e)) > 0) {
		budget_grow(&s->tree->budget, m.data_pos);
		ret = add_member(s, &m);
		if (!ret && index1_check_member(s->warnings, &m))
			ret = out_of_memory(s);
		if (ret) {
			say_where(s, &m);
			return ret;
		}
	}
	return ret;
}

/* consume what follows the archive's end: it is a part of the tar, too */
static int read_rest(struct scan *s, struct input *in)
{
	uint8_t block[TAR_BLOCK_SIZE];
	uint64_t end = input_offset(in);
	bool junk = false;
	ssize_t n;

	do {
		memset(block, 0, sizeof(block));
		n = input_read(in, block, sizeof(block), s->e);
		if (n < 0)
			return n;
		junk |= !tar_block_is_zero(block);
	} while (n == sizeof(block));
	if (junk && warnings_add_at(s->warnings, &index1_junk, 1, end))
		return out_of_memory(s);
	return 0;
}

static int finish(struct scan *s, struct input *in)
{
	int err;

	err = read_rest(s, in);
	if (err)
		return err;
	err = index1_order(s->tree, s->e);
	if (err)
		return err;
	return index1_check_tree(s->tree, s->warnings) ? out_of_memory(s) : 0;
}

static int scan(struct index_tree **tree, struct input *in, bool pax_ids,
		uint64_t max_index, struct warnings *w, struct error *e)
{
	struct scan s = { .warnings = w, .e = e };
	struct tar1 *tar;
	int err;

	err = tar1_new(&tar, in, e);
	if (err)
		return err;
	if (pax_ids)
		tar1_use_pax_ids(tar);
	err = index1_tree_new(&s.tree, max_index, e);
	if (err)
		goto free_tar;
	err = read_members(&s, tar);
	s.tree->saw_end = tar1_saw_end(tar);
	if (!err)
		err = finish(&s, in);
	if (err)
		index1_tree_free(s.tree);
	else
		*tree = s.tree;
	free(s.path);
free_tar:
	tar1_free(tar);
	return err;
}

int index1_scan(struct index_tree **tree, struct input *in,
		uint64_t max_index, struct warnings *w, struct error *e)
{
	return scan(tree, in, false, max_index, w, e);
}

int index1_scan_pax_ids(struct index_tree **tree, struct input *in,
			uint64_t max_index, struct warnings *w,
			struct error *e)
{
	return scan(tree, in, true, max_index, w, e);
}
