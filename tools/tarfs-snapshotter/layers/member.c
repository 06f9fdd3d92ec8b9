// SPDX-License-Identifier: GPL-2.0
/*
 * Members of a layer's tar for the files of an overlay's upper directory.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * overlayfs marks what an upper directory hides in its own way, a layer by names
 * that begin with ".wh.".
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <search.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "member.h"

#define WHITEOUT	".wh."
#define OPAQUE		".wh..wh..opq"
#define OVERLAY		"trusted.overlay."
#define PAX_XATTR	"SCHILY.xattr."
#define PIECE		(128 * 1024)	/* bytes */

/* struct link - a file with several names, and the first of them */
struct link {
	dev_t dev;
	ino_t ino;
	char name[];
};

static int order(const void *a, const void *b)
{
	const struct link *one = a, *other = b;

	if (one->ino != other->ino)
		return one->ino < other->ino ? -1 : 1;
	return one->dev < other->dev ? -1 : one->dev > other->dev;
}

void members_free(struct members *m)
{
	tdestroy(m->links, free);
	free(m->out.records.bytes);
}

/* set @first to the name that the file had before, NULL if this is the first */
static int find_link(struct members *m, const struct walk_entry *entry,
		     const char **first)
{
	struct link *link, **node;

	*first = NULL;
	if (S_ISDIR(entry->st.st_mode) || entry->st.st_nlink < 2)
		return 0;
	link = malloc(sizeof(*link) + strlen(entry->name) + 1);
	if (!link)
		return -ENOMEM;
	link->dev = entry->st.st_dev;
	link->ino = entry->st.st_ino;
	strcpy(link->name, entry->name);
	node = tsearch(link, &m->links, order);
	if (node && *node == link)
		return 0;
	free(link);
	if (!node)
		return -ENOMEM;
	*first = (*node)->name;
	return 0;
}

static bool is_whiteout(const struct walk_entry *entry)
{
	return S_ISCHR(entry->st.st_mode) && !entry->st.st_rdev;
}

static const char *base_name(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

/* an empty file in the directory of the entry, or in the entry itself */
static int write_marker(struct members *m, const char *dir, int dir_len,
			const char *prefix, const char *name, struct error *e)
{
	struct tar_out_member marker = { .type = '0', .link = "" };
	char *path;
	int err;

	if (asprintf(&path, "%.*s%s%s%s", dir_len, dir,
		     dir_len && dir[dir_len - 1] != '/' ? "/" : "", prefix,
		     name) < 0)
		return error_set(e, -ENOMEM, "out of memory");
	marker.name = path;
	err = tar_out_member(&m->out, &marker, e);
	free(path);
	return err;
}

static int write_whiteout(struct members *m, const struct walk_entry *entry,
			  struct error *e)
{
	const char *base = base_name(entry->name);

	return write_marker(m, entry->name, base - entry->name, WHITEOUT, base,
			    e);
}

/* what overlayfs would have to resolve elsewhere cannot be in a layer */
static int check_overlay(const struct walk_entry *entry, const char *name,
			 bool *opaque, struct error *e)
{
	const char *what = name + strlen(OVERLAY);

	if (!strcmp(what, "redirect") || !strcmp(what, "metacopy"))
		return error_set(e, -EIO,
				 "'%s' has the attribute %s: mount overlays with redirect_dir=off,metacopy=off",
				 entry->name, name);
	if (!strcmp(what, "opaque"))
		*opaque = true;
	return 0;
}

static int add_xattr(struct members *m, const struct walk_entry *entry,
		     const char *name, struct error *e)
{
	char key[sizeof(PAX_XATTR) + XATTR_NAME_MAX], *value;
	ssize_t len;
	int err;

	value = malloc(XATTR_SIZE_MAX);
	if (!value)
		return error_set(e, -ENOMEM, "out of memory");
	len = getxattr(entry->path, name, value, XATTR_SIZE_MAX);
	if (len < 0) {
		err = error_errno(e, "cannot read the attribute %s of '%s'",
				  name, entry->name);
	} else {
		snprintf(key, sizeof(key), PAX_XATTR "%s", name);
		err = tar_out_record(&m->out, key, value, len, e);
	}
	free(value);
	return err;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* sort the names, which a file system lists in any order */
static size_t sort_names(char *list, size_t len, const char **names)
{
	size_t at, count = 0;

	for (at = 0; at < len; at += strlen(list + at) + 1)
		names[count++] = list + at;
	qsort(names, count, sizeof(*names), compare_names);
	return count;
}

static int add_xattrs_of(struct members *m, const struct walk_entry *entry,
			 char *list, size_t len, bool *opaque, struct error *e)
{
	const char **names = calloc(len + 1, sizeof(*names));
	size_t i, count;
	int err = 0;

	if (!names)
		return error_set(e, -ENOMEM, "out of memory");
	count = sort_names(list, len, names);
	for (i = 0; !err && i < count; i++)
		err = strncmp(names[i], OVERLAY, strlen(OVERLAY)) ?
		      add_xattr(m, entry, names[i], e) :
		      check_overlay(entry, names[i], opaque, e);
	free(names);
	return err;
}

static int add_xattrs(struct members *m, const struct walk_entry *entry,
		      bool *opaque, struct error *e)
{
	char *list = malloc(XATTR_LIST_MAX);
	ssize_t len;
	int err;

	if (!list)
		return error_set(e, -ENOMEM, "out of memory");
	len = listxattr(entry->path, list, XATTR_LIST_MAX);
	if (len < 0 && errno == ENOTSUP)
		len = 0;
	err = len < 0 ? error_errno(e, "cannot list the attributes of '%s'",
				    entry->name) :
	      add_xattrs_of(m, entry, list, len, opaque, e);
	free(list);
	return err;
}

/* exactly the size that the header says, or the tar is of no use */
static int copy_content(struct members *m, const struct walk_entry *entry,
			int fd, char *buf, struct error *e)
{
	uint64_t left = entry->st.st_size;
	ssize_t len;
	int err = 0;

	while (!err && left) {
		len = read(fd, buf, left < PIECE ? left : PIECE);
		if (len < 0)
			return error_errno(e, "cannot read '%s'", entry->name);
		if (!len)
			return error_set(e, -EIO, "'%s' is being written to",
					 entry->name);
		err = tar_out_write(&m->out, buf, len, e);
		left -= len;
	}
	return err ?: tar_out_pad(&m->out, entry->st.st_size, e);
}

static int write_content(struct members *m, const struct walk_entry *entry,
			 struct error *e)
{
	char *buf = malloc(PIECE);
	int fd, err;

	if (!buf)
		return error_set(e, -ENOMEM, "out of memory");
	fd = open(entry->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		err = error_errno(e, "cannot open '%s'", entry->name);
	} else {
		err = copy_content(m, entry, fd, buf, e);
		close(fd);
	}
	free(buf);
	return err;
}

static char type_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return '0';
	case S_IFLNK:
		return '2';
	case S_IFCHR:
		return '3';
	case S_IFBLK:
		return '4';
	case S_IFDIR:
		return '5';
	case S_IFIFO:
		return '6';
	default:
		return 0;
	}
}

static void fill(struct tar_out_member *m, const struct walk_entry *entry)
{
	const struct stat *st = &entry->st;

	*m = (struct tar_out_member){
		.type = type_of(st->st_mode),
		.link = "",
		.mode = st->st_mode,
		.uid = st->st_uid,
		.gid = st->st_gid,
		.mtime = st->st_mtim,
	};
	if (S_ISREG(st->st_mode))
		m->size = st->st_size;
	if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode)) {
		m->major = major(st->st_rdev);
		m->minor = minor(st->st_rdev);
	}
}

static int write_header(struct members *m, const struct walk_entry *entry,
			struct tar_out_member *member, struct error *e)
{
	char target[PATH_MAX] = "", *name;
	ssize_t len;
	int err;

	if (S_ISLNK(entry->st.st_mode)) {
		len = readlinkat(entry->fd, "", target, sizeof(target) - 1);
		if (len < 0)
			return error_errno(e, "cannot read the link '%s'",
					   entry->name);
		member->link = target;
	}
	if (asprintf(&name, "%s%s", *entry->name ? entry->name : ".",
		     S_ISDIR(entry->st.st_mode) ? "/" : "") < 0)
		return error_set(e, -ENOMEM, "out of memory");
	member->name = name;
	err = tar_out_member(&m->out, member, e);
	free(name);
	return err;
}

static int write_whole(struct members *m, const struct walk_entry *entry,
		       struct error *e)
{
	struct tar_out_member member;
	bool opaque = false;
	int err;

	fill(&member, entry);
	err = add_xattrs(m, entry, &opaque, e);
	if (!err)
		err = write_header(m, entry, &member, e);
	if (!err && S_ISREG(entry->st.st_mode))
		err = write_content(m, entry, e);
	if (!err && opaque)
		err = write_marker(m, entry->name, strlen(entry->name), "",
				   OPAQUE, e);
	return err;
}

static int write_link(struct members *m, const char *name, const char *first,
		      const struct walk_entry *entry, struct error *e)
{
	struct tar_out_member member;

	fill(&member, entry);
	member.type = '1';
	member.size = 0;
	member.name = name;
	member.link = first;
	return tar_out_member(&m->out, &member, e);
}

int member_write(void *members, const struct walk_entry *entry,
		 struct error *e)
{
	struct members *m = members;
	const char *first;

	if (!strncmp(base_name(entry->name), WHITEOUT, strlen(WHITEOUT)))
		return error_set(e, -EIO, "a layer cannot have the name '%s'",
				 entry->name);
	if (is_whiteout(entry))
		return write_whiteout(m, entry, e);
	/* a socket is of no use without the process that made it */
	if (!type_of(entry->st.st_mode))
		return 0;
	if (find_link(m, entry, &first))
		return error_set(e, -ENOMEM, "out of memory");
	return first ? write_link(m, entry->name, first, entry, e) :
	       write_whole(m, entry, e);
}
