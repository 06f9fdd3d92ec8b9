// SPDX-License-Identifier: GPL-2.0
/*
 * Build the file tree of a tar, member by member.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * Members are applied in order, as if extracted into an empty directory.  The
 * result is that of GNU tar and containerd where they agree; where they do not,
 * or where extraction would leave the tree, the tar is refused.
 *
 * names
 *   "a//./b/", "/a/b"            a/b in the root; "" and "." are dropped
 *   "..", a NUL, > 255 bytes     refused
 *   "./", "/"                    the root: must be a directory
 *   parent without a member      a directory 0755 root:root of 1970 (warning)
 *   non-directory as a parent    refused, symbolic links too: extraction would
 *                                follow them
 * a name that exists already (warning)
 *   directory over directory     keeps the entries, takes the new metadata
 *   other over directory         replaces an empty one, else refused
 *   anything over other          replaces it: a new inode, ordered as the later
 *                                member; other names of the old inode keep it
 * hard links
 *   to an earlier non-directory  one more name; the link's metadata is ignored
 *   to itself, a directory, a whiteout, .wh.*, a later or a missing member
 *                                refused: no layer can express it
 * whiteouts: the last part is
 *   .wh..wh..opq                 the directory hides what lower layers have,
 *                                whether its own member comes before or after
 *   .wh..wh.*                    dropped (warning): metadata of AUFS
 *   .wh.NAME                     NAME becomes a character device 0:0 of mode 0
 *                                with the member's owner and time.  If this
 *                                layer has NAME too, before or after, that
 *                                wins; a directory is then opaque
 *   .wh., .wh.., .wh...          refused, and .wh.* as a parent
 * a character device 0:0         an ordinary member, which overlayfs treats as
 *                                a whiteout (warning)
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <tarfs_fs.h>

#include "tree.h"

#define WHITEOUT	".wh."
#define WHITEOUT_META	".wh..wh."
#define WHITEOUT_OPAQUE	".wh..wh..opq"

static const struct warning_kind implied_parent = {
	"implied-parent",
	"directories without a member of their own are made, 0755 root:root",
};

static const struct warning_kind replaced_member = {
	"replaced-member",
	"members are replaced by later ones of the same name",
};

static const struct warning_kind aufs_metadata = {
	"dropped-aufs-metadata",
	"metadata of AUFS are left out",
};

static const struct warning_kind device_as_whiteout = {
	"device-as-whiteout",
	"character devices 0:0 are whiteouts: they hide files of lower layers",
};

static int out_of_memory(struct error *e)
{
	return error_set(e, -ENOMEM, "out of memory");
}

static int tree_warn(struct tree *t, const struct warning_kind *kind,
		     const struct tar_member *m, struct error *e)
{
	if (warnings_add(t->warnings, kind, m->path.bytes, m->path.len))
		return out_of_memory(e);
	return 0;
}

static bool part_begins(const struct tar_string *part, const char *text)
{
	size_t len = strlen(text);

	return part->len >= len && !memcmp(part->bytes, text, len);
}

/* does overlayfs treat an inode as a whiteout? */
static bool is_whiteout(const struct tree_inode *inode)
{
	return S_ISCHR(inode->mode) && !inode->rdev;
}

/* make the name @last in @parent, a directory, refer to an inode */
static int place(struct tree *t, const struct tar_member *m, uint32_t parent,
		 const struct tar_string *last, uint32_t inode, struct error *e)
{
	uint32_t name = tree_find(t, parent, last);
	const struct tree_inode *old;

	if (name == TREE_NONE)
		return tree_new_name(t, parent, last, inode, e);
	if (t->names[name].inode == inode)
		return 0;
	old = &t->inodes[t->names[name].inode];
	if (S_ISDIR(old->mode) && old->dir.entries)
		return error_set(e, -EINVAL,
				 "it would replace a directory that is not empty");
	tree_relink(t, name, inode);
	if (S_ISDIR(t->inodes[inode].mode) && t->names[name].hidden)
		t->inodes[inode].flags |= TARFS2_INODE_OPAQUE;
	if (old->marker)
		return 0;
	return tree_warn(t, &replaced_member, m, e);
}

/* create a parent directory that has no member (yet) */
static int imply_directory(struct tree *t, const struct tar_member *m,
			   uint32_t parent, const struct tar_string *part,
			   uint32_t *dir, struct error *e)
{
	int err = tree_new_inode(t, dir, e);

	if (err)
		return err;
	t->inodes[*dir].mode = S_IFDIR | 0755;
	return place(t, m, parent, part, *dir, e);
}

/* resolve all parts of the path but the last; create missing directories */
static int walk(struct tree *t, const struct tar_member *m, uint32_t *dir,
		struct error *e)
{
	const struct tar_string *parts = t->path.parts;
	uint32_t at = TREE_ROOT, name, next;
	size_t i;
	int err;

	if (t->parent.known) {
		*dir = t->parent.dir;
		return 0;
	}
	for (i = 0; i + 1 < t->path.count; i++) {
		name = tree_find(t, at, &parts[i]);
		next = name == TREE_NONE ? TREE_NONE : t->names[name].inode;
		if (next == TREE_NONE || t->inodes[next].marker) {
			err = imply_directory(t, m, at, &parts[i], &next, e);
			if (err)
				return err;
		} else if (!S_ISDIR(t->inodes[next].mode)) {
			return error_set(e, -ENOTDIR,
					 "its parent \"%.*s\" is %s, not a directory",
					 (int)parts[i].len, parts[i].bytes,
					 S_ISLNK(t->inodes[next].mode) ?
					 "a symbolic link" : "a file");
		}
		at = next;
	}
	t->parent.known = t->path.count > t->parent.parts;
	t->parent.dir = at;
	*dir = at;
	return 0;
}

static int add_file(struct tree *t, const struct tar_member *m, uint32_t parent,
		    const struct tar_string *last, struct error *e)
{
	uint32_t inode;
	int err;

	err = tree_member_inode(t, m, &inode, e);
	return err ? err : place(t, m, parent, last, inode, e);
}

/* set the metadata of an existing directory */
static int update_directory(struct tree *t, const struct tar_member *m,
			    uint32_t dir, struct error *e)
{
	bool again = t->inodes[dir].mentioned;
	int err;

	err = tree_update_inode(t, dir, m, e);
	if (!err && again)
		err = tree_warn(t, &replaced_member, m, e);
	return err;
}

static int add_directory(struct tree *t, const struct tar_member *m,
			 uint32_t parent, const struct tar_string *last,
			 struct error *e)
{
	uint32_t name = tree_find(t, parent, last);

	if (name != TREE_NONE && S_ISDIR(t->inodes[t->names[name].inode].mode))
		return update_directory(t, m, t->names[name].inode, e);
	return add_file(t, m, parent, last, e);
}

/* hide @last in lower layers; this layer's own file of that name stays */
static int add_whiteout(struct tree *t, const struct tar_member *m,
			uint32_t parent, const struct tar_string *last,
			struct error *e)
{
	uint32_t name = tree_find(t, parent, last), inode;
	struct tree_inode *old;
	int err;

	if (name != TREE_NONE) {
		old = &t->inodes[t->names[name].inode];
		t->names[name].hidden = true;
		if (S_ISDIR(old->mode))
			old->flags |= TARFS2_INODE_OPAQUE;
		if (!old->marker)
			return 0;
	}
	err = tree_whiteout_inode(t, m, &inode, e);
	if (err)
		return err;
	err = place(t, m, parent, last, inode, e);
	if (err)
		return err;
	t->names[tree_find(t, parent, last)].hidden = true;
	return 0;
}

/* does a path contain a .wh.* name, which no file of a layer has? */
static bool names_marker(const struct tree_path *path)
{
	size_t i;

	for (i = 0; i < path->count; i++) {
		if (part_begins(&path->parts[i], WHITEOUT))
			return true;
	}
	return false;
}

/* find the inode of a hard link's target */
static int find_target(struct tree *t, const struct tar_member *m,
		       uint32_t *inode, struct error *e)
{
	const struct tree_path *path = &t->target;
	uint32_t at = TREE_ROOT, name;
	size_t i;
	int err;

	err = tree_take_target(t, &m->target, e);
	if (err)
		return err;
	for (i = 0; i < path->count; i++) {
		name = S_ISDIR(t->inodes[at].mode) ?
		       tree_find(t, at, &path->parts[i]) : TREE_NONE;
		if (name == TREE_NONE)
			goto missing;
		at = t->names[name].inode;
	}
	if (S_ISDIR(t->inodes[at].mode))
		return error_set(e, -EINVAL, "it is a hard link to a directory");
	if (is_whiteout(&t->inodes[at]))
		return error_set(e, -EINVAL, "it is a hard link to a whiteout");
	*inode = at;
	return 0;

missing:
	return error_set(e, -ENOENT, "it is a hard link to \"%.*s%s\", %s",
			 (int)(m->target.len > 256 ? 256 : m->target.len),
			 m->target.bytes, m->target.len > 256 ? "..." : "",
			 names_marker(path) ?
			 "a whiteout or metadata of AUFS, which is no file of the layer" :
			 "which no member before it has made");
}

static int add_hard_link(struct tree *t, const struct tar_member *m,
			 uint32_t parent, const struct tar_string *last,
			 struct error *e)
{
	uint32_t inode = TREE_NONE;
	int err;

	err = find_target(t, m, &inode, e);
	if (err)
		return err;
	if (tree_same_path(&t->path, &t->target))
		return error_set(e, -EINVAL, "it is a hard link to itself");
	return place(t, m, parent, last, inode, e);
}

static int add_root(struct tree *t, const struct tar_member *m, struct error *e)
{
	if (m->type != TAR_DIRECTORY)
		return error_set(e, -EINVAL,
				 "it would replace the root, but is no directory");
	return update_directory(t, m, TREE_ROOT, e);
}

/* add a whiteout: @last begins with ".wh.", but not with ".wh..wh." */
static int add_whiteout_marker(struct tree *t, const struct tar_member *m,
			       struct tar_string last, struct error *e)
{
	uint32_t parent;
	int err;

	last.bytes += strlen(WHITEOUT);
	last.len -= strlen(WHITEOUT);
	if (!last.len || tree_part_is(&last, ".") || tree_part_is(&last, ".."))
		return error_set(e, -EINVAL, "it is a whiteout of no name");
	err = walk(t, m, &parent, e);
	return err ? err : add_whiteout(t, m, parent, &last, e);
}

static int add_opaque_marker(struct tree *t, const struct tar_member *m,
			     struct error *e)
{
	uint32_t dir;
	int err;

	err = walk(t, m, &dir, e);
	if (!err)
		t->inodes[dir].flags |= TARFS2_INODE_OPAQUE;
	return err;
}

static int add_real(struct tree *t, const struct tar_member *m,
		    const struct tar_string *last, struct error *e)
{
	uint32_t parent;
	int err;

	err = walk(t, m, &parent, e);
	if (err)
		return err;
	if (m->type == TAR_DIRECTORY)
		return add_directory(t, m, parent, last, e);
	if (m->type == TAR_HARD_LINK)
		return add_hard_link(t, m, parent, last, e);
	err = add_file(t, m, parent, last, e);
	if (!err && m->type == TAR_CHAR && !m->major && !m->minor)
		err = tree_warn(t, &device_as_whiteout, m, e);
	return err;
}

/* return 1 if a parent is metadata of AUFS, and so is the member */
static int check_parents(const struct tree_path *path, struct error *e)
{
	size_t i;

	for (i = 0; i + 1 < path->count; i++) {
		if (part_begins(&path->parts[i], WHITEOUT_META))
			return 1;
		if (part_begins(&path->parts[i], WHITEOUT))
			return error_set(e, -EINVAL,
					 "its parent \"%.*s\" is a whiteout",
					 (int)path->parts[i].len,
					 path->parts[i].bytes);
	}
	return 0;
}

int tree_add(struct tree *t, const struct tar_member *m, struct error *e)
{
	const struct tar_string *last;
	int err;

	if (t->inode_count > t->limit || t->name_count > t->limit)
		return error_set(e, -EFBIG,
				 "the tar makes more than %u files and directories",
				 t->limit);
	err = tree_take_path(t, &m->path, e);
	if (err)
		return err;
	if (!t->path.count)
		return add_root(t, m, e);
	if (m->type == TAR_SYMLINK && memchr(m->target.bytes, 0, m->target.len))
		return error_set(e, -EINVAL, "its target has a NUL byte");
	if (m->type == TAR_SYMLINK && m->target.len > TARFS_TARGET_MAX)
		return error_set(e, -ENAMETOOLONG,
				 "its target has more than %u bytes",
				 TARFS_TARGET_MAX);

	last = &t->path.parts[t->path.count - 1];
	err = check_parents(&t->path, e);
	if (err < 0)
		return err;
	if (!err && tree_part_is(last, WHITEOUT_OPAQUE))
		return add_opaque_marker(t, m, e);
	if (err || part_begins(last, WHITEOUT_META))
		return tree_warn(t, &aufs_metadata, m, e);
	if (part_begins(last, WHITEOUT))
		return add_whiteout_marker(t, m, *last, e);
	return add_real(t, m, last, e);
}

int tree_new(struct tree **tree, uint64_t max_index, struct warnings *w,
	     struct error *e)
{
	struct tree *t = calloc(1, sizeof(*t));
	uint32_t root;
	int err;

	*tree = NULL;
	if (!t)
		return out_of_memory(e);
	t->warnings = w;
	t->limit = TREE_LIMIT;
	budget_begin(&t->budget, max_index);
	if (getrandom(&t->key, sizeof(t->key), 0) != sizeof(t->key)) {
		free(t);
		return error_errno(e, "cannot get a random key");
	}
	t->xattrs.key = t->key;
	err = tree_new_inode(t, &root, e);	/* TREE_ROOT, being the first */
	if (err) {
		tree_free(t);
		return err;
	}
	t->inodes[TREE_ROOT].mode = S_IFDIR | 0755;
	t->inodes[TREE_ROOT].names = 1;
	t->inodes[TREE_ROOT].dir.name = TREE_NONE;
	*tree = t;
	return 0;
}

/* build a directory's path from its end, and return its length */
static size_t directory_path(const struct tree *t, uint32_t dir,
			     char buf[TAR_PATH_MAX + 1], char **path)
{
	char *end = buf + TAR_PATH_MAX, *p = end;

	for (; dir != TREE_ROOT; dir = tree_parent(t, dir)) {
		const struct tree_name *n = &t->names[t->inodes[dir].dir.name];

		if (p - buf < n->len + 1)
			break;
		if (p != end)
			*--p = '/';
		p -= n->len;
		memcpy(p, n->bytes, n->len);
	}
	*path = p;
	return end - p;
}

int tree_finish(struct tree *t, struct error *e)
{
	char buf[TAR_PATH_MAX + 1], *path = "";
	size_t len = 0;
	uint32_t i;

	free(t->table);
	t->table = NULL;
	t->table_size = 0;
	for (i = TREE_ROOT + 1; i < t->inode_count; i++) {
		const struct tree_inode *inode = &t->inodes[i];

		if (!inode->names || inode->mentioned)
			continue;
		/* warnings report only the first path */
		if (!len)
			len = directory_path(t, i, buf, &path);
		if (warnings_add(t->warnings, &implied_parent, path, len))
			return out_of_memory(e);
	}
	return 0;
}

void tree_free(struct tree *t)
{
	if (!t)
		return;
	free(t->inodes);
	free(t->names);
	free(t->table);
	arena_free(&t->arena);
	xattr_sets_free(&t->xattrs);
	free(t);
}
