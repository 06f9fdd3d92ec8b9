// SPDX-License-Identifier: GPL-2.0
/*
 * Visit a directory tree that somebody may be changing.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "walk.h"

/**
 * struct walk - names that are still to be visited, the next one last
 */
struct walk {
	int root;
	char **names;
	size_t count;
	size_t size;
};

static int push(struct walk *w, char *name)
{
	size_t size = w->size ? 2 * w->size : 64;
	char **names;

	if (w->count == w->size) {
		names = reallocarray(w->names, size, sizeof(*names));
		if (!names)
			return -ENOMEM;
		w->names = names;
		w->size = size;
	}
	w->names[w->count++] = name;
	return 0;
}

static int push_child(struct walk *w, const char *dir, const char *name)
{
	char *path;

	if (asprintf(&path, "%s%s%s", dir, *dir ? "/" : "", name) < 0)
		return -ENOMEM;
	if (strlen(path) < PATH_MAX && !push(w, path))
		return 0;
	free(path);
	return strlen(dir) + strlen(name) + 1 < PATH_MAX ? -ENOMEM :
	       -ENAMETOOLONG;
}

static int last_first(const void *a, const void *b)
{
	return -strcmp(*(char *const *)a, *(char *const *)b);
}

/* what is in a directory is to be visited next, in order */
static int push_children(struct walk *w, const struct walk_entry *dir)
{
	const struct dirent *entry;
	size_t first = w->count;
	DIR *list;
	int err = 0;

	list = opendir(dir->path);
	if (!list)
		return -errno;
	for (errno = 0; !err && (entry = readdir(list)); errno = 0)
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			err = push_child(w, dir->name, entry->d_name);
	if (!err)
		err = -errno;
	closedir(list);
	qsort(w->names + first, w->count - first, sizeof(*w->names),
	      last_first);
	return err;
}

static int open_entry(const struct walk *w, struct walk_entry *entry)
{
	const struct open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
			   RESOLVE_NO_XDEV,
	};

	entry->fd = syscall(SYS_openat2, w->root, *entry->name ? entry->name :
			    ".", &how, sizeof(how));
	if (entry->fd < 0)
		return -errno;
	if (fstat(entry->fd, &entry->st)) {
		close(entry->fd);
		return -errno;
	}
	snprintf(entry->path, sizeof(entry->path), "/proc/self/fd/%d",
		 entry->fd);
	return 0;
}

static int visit_one(struct walk *w, const char *name,
		     int (*visit)(void *ctx, const struct walk_entry *entry,
				  struct error *e),
		     void *ctx, struct error *e)
{
	struct walk_entry entry = { .name = name };
	int err = open_entry(w, &entry);

	if (err)
		return error_set(e, err, "cannot open '%s': %s", name,
				 strerror(-err));
	err = visit(ctx, &entry, e);
	if (!err && S_ISDIR(entry.st.st_mode)) {
		err = push_children(w, &entry);
		if (err)
			error_set(e, err, "cannot list '%s': %s", name,
				  strerror(-err));
	}
	close(entry.fd);
	return err;
}

static int visit_all(struct walk *w,
		     int (*visit)(void *ctx, const struct walk_entry *entry,
				  struct error *e),
		     void *ctx, struct error *e)
{
	char *name;
	int err = 0;

	while (w->count) {
		name = w->names[--w->count];
		if (!err)
			err = visit_one(w, name, visit, ctx, e);
		free(name);
	}
	return err;
}

int walk_tree(const char *root,
	      int (*visit)(void *ctx, const struct walk_entry *entry,
			   struct error *e),
	      void *ctx, struct error *e)
{
	struct walk w = { .root = -1 };
	int err;

	w.root = open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (w.root < 0)
		return error_errno(e, "cannot open %s", root);
	err = push_child(&w, "", "") ? error_set(e, -ENOMEM, "out of memory") :
	      visit_all(&w, visit, ctx, e);
	free(w.names);
	close(w.root);
	return err;
}
