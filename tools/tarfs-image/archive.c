// SPDX-License-Identifier: GPL-2.0
/*
 * Find the files in the tar of an image without unpacking it.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive.h"
#include "tar/tar.h"

#define MEMBERS_MAX	65536
#define LINKS_MAX	8	/* followed in a row */

/*
 * struct member - a name in the archive
 * @link: name of the target of a hard or symbolic link; NULL for a file
 * @order: number of the member in the tar
 */
struct member {
	char *name;
	char *link;
	size_t order;
	char type;
	bool sparse;
	struct input_part part;
};

/* @members: sorted by name, then by their order in the tar */
struct archive {
	const char *path;
	struct member *members;
	size_t count;
	size_t room;
};

/*
 * Append @len bytes of a path to @to, a normalized path: resolve "." , ".." and
 * empty components; fail if ".." leads out of the archive.
 */
static int append_path(char *to, const char *path, size_t len)
{
	const char *end = path + len, *slash;
	char *last;

	for (; path < end; path = slash < end ? slash + 1 : end) {
		slash = memchr(path, '/', end - path);
		if (!slash)
			slash = end;
		len = slash - path;
		if (!len || (len == 1 && *path == '.'))
			continue;
		last = strrchr(to, '/');
		if (len == 2 && !memcmp(path, "..", 2)) {
			if (!*to)
				return -EINVAL;
			*(last ? last : to) = '\0';
			continue;
		}
		if (*to)
			strcat(to, "/");
		strncat(to, path, len);
	}
	return 0;
}

/*
 * Normalize a path; NULL with @err set if it has a NUL or leads out of the
 * archive.
 */
static char *tidy(const char *folder, size_t folder_len,
		  const struct tar_string *path, int *err)
{
	char *name = calloc(1, folder_len + path->len + 3);

	*err = name ? 0 : -ENOMEM;
	if (name && memchr(path->bytes, '\0', path->len))
		*err = -EINVAL;
	if (!*err)
		*err = append_path(name, folder, folder_len);
	if (!*err)
		*err = append_path(name, path->bytes, path->len);
	if (!*err)
		return name;
	free(name);
	return NULL;
}

/*
 * Resolve a target: of a symbolic link from its folder, of a hard link from the
 * top.
 */
static int take_link(struct member *to, const struct tar_member *m)
{
	const char *slash = strrchr(to->name, '/');
	size_t folder = slash && m->type == TAR_SYMLINK ? slash - to->name : 0;
	int err;

	if (m->type != TAR_SYMLINK && m->type != TAR_HARD_LINK)
		return 0;
	to->link = tidy(to->name, folder, &m->target, &err);
	return err;
}

static int add_member(struct archive *a, const struct tar_member *m,
		      struct error *e)
{
	size_t room = a->room ? 2 * a->room : 64;
	struct member new = {
		.order = a->count,
		.type = m->type,
		.sparse = m->sparse,
		.part = { .offset = m->data, .size = m->stored },
	};
	void *more;
	int err;

	if (a->count == MEMBERS_MAX)
		return error_set(e, -E2BIG, "has more than %d members",
				 MEMBERS_MAX);
	if (a->count == a->room) {
		more = realloc(a->members, room * sizeof(*a->members));
		if (!more)
			return error_set(e, -ENOMEM, "out of memory");
		a->members = more;
		a->room = room;
	}
	new.name = tidy("", 0, &m->path, &err);
	if (!err)
		err = take_link(&new, m);
	if (!err) {
		a->members[a->count++] = new;
		return 0;
	}
	free(new.name);
	/* skip links out of the archive: no lookup can reach them */
	return err == -EINVAL ? 0 : error_set(e, err, "out of memory");
}

static int by_name(const void *left, const void *right)
{
	const struct member *l = left, *r = right;
	int order = strcmp(l->name, r->name);

	return order ? order : (l->order > r->order) - (l->order < r->order);
}

static int read_members(struct archive *a, struct input *in, struct error *e)
{
	const struct tar_member *m;
	struct warnings warnings = { 0 };
	struct tar_reader *r;
	int ret;

	if (input_compression(in))
		return error_set(e, -EINVAL,
				 "is compressed by %s: uncompress it first",
				 input_compression(in));
	ret = tar_reader_open(&r, in, &warnings, e);
	if (ret)
		return ret;
	while ((ret = tar_reader_next(r, &m, e)) > 0) {
		ret = add_member(a, m, e);
		if (ret)
			break;
	}
	tar_reader_close(r);
	warnings_free(&warnings);
	return ret;
}

static int read_archive(struct archive *a, int fd, struct error *e)
{
	struct input *in;
	struct stat st;
	int err;

	if (fstat(fd, &st))
		return error_errno(e, "cannot stat");
	if (!S_ISREG(st.st_mode))
		return error_set(e, -EINVAL,
				 "is neither a directory nor a regular file");
	err = input_open(&in, fd, a->path, NULL, NULL, e);
	if (err)
		return err;
	err = read_members(a, in, e);
	input_close(in);
	if (a->count)
		qsort(a->members, a->count, sizeof(*a->members), by_name);
	return err;
}

int archive_open(struct archive **ap, const char *path, struct error *e)
{
	struct archive *a = calloc(1, sizeof(*a));
	int fd, err;

	if (!a)
		return error_set(e, -ENOMEM, "out of memory");
	a->path = path;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		err = error_errno(e, "cannot open %s", path);
		goto out_close;
	}
	err = read_archive(a, fd, e);
	close(fd);
	if (err) {
		error_prefix(e, "%s", path);
		goto out_close;
	}
	*ap = a;
	return 0;
out_close:
	archive_close(a);
	return err;
}

void archive_close(struct archive *a)
{
	size_t i;

	if (!a)
		return;
	for (i = 0; i < a->count; i++) {
		free(a->members[i].name);
		free(a->members[i].link);
	}
	free(a->members);
	free(a);
}

/* Find the last member of a name; NULL if there is none. */
static const struct member *find(const struct archive *a, const char *name)
{
	size_t low = 0, high = a->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (strcmp(a->members[middle].name, name) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || strcmp(a->members[low - 1].name, name))
		return NULL;
	return &a->members[low - 1];
}

int archive_find(const struct archive *a, const char *name,
		 struct input_part *part, struct error *e)
{
	const struct member *m = find(a, name);
	int links = 0;

	while (m && m->link && links++ < LINKS_MAX)
		m = find(a, m->link);
	if (!m)
		return error_set(e, -ENOENT, "%s: has no member %s", a->path,
				 name);
	if (m->link || m->type != TAR_REGULAR || m->sparse)
		return error_set(e, -EINVAL,
				 "%s: the member %s is not a regular file",
				 a->path, name);
	*part = m->part;
	return 0;
}
