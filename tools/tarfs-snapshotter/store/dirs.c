// SPDX-License-Identifier: GPL-2.0
/*
 * Paths in the state directory, and the directories of snapshots.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "store_private.h"

static char *path_below(const struct store *s, enum files_dir dir,
			const char *name, const char *rest)
{
	char *path;

	return asprintf(&path, "%s/%s/%s%s%s", s->files.path,
			files_dir_name(dir), name, *rest ? "/" : "", rest) < 0 ?
	       NULL : path;
}

char *store_dir(const struct store *s, uint64_t id, const char *name)
{
	char number[ID_SIZE];

	id_name(number, id);
	return path_below(s, FILES_ACTIVE, number, name);
}

char *store_image_path(const struct store *s, const struct record_image *image)
{
	char name[IMAGE_SIZE];

	image_name(name, image);
	return path_below(s, FILES_LAYERS, name, "");
}

char *store_staging(const struct store *s, const char *name)
{
	return path_below(s, FILES_STAGING, name, "");
}

/* the mode is exact, whatever the umask */
static int make_dir(int dir, const char *path, mode_t mode)
{
	if (mkdirat(dir, path, mode))
		return errno == EEXIST ? 0 : -1;
	return fchmodat(dir, path, mode, 0);
}

/* a directory without a record is removed at the next start, if not before */
int make_dirs(struct store *s, uint64_t id, struct error *e)
{
	static const char *const parts[] = { "", "/fs", "/work" };
	static const mode_t modes[] = { 0700, 0755, 0711 };
	char path[ID_SIZE + sizeof("/work")];
	size_t i;

	for (i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%" PRIu64 "%s", id, parts[i]);
		if (make_dir(s->files.dirs[FILES_ACTIVE], path, modes[i]))
			return io_error(error_errno(e,
					"cannot make directory %s/active/%s",
					s->files.path, path));
	}
	return 0;
}

void discard_dirs(struct store *s, uint64_t id)
{
	char name[ID_SIZE];
	struct error e;

	id_name(name, id);
	/* what remains is collected later */
	files_discard(&s->files, FILES_ACTIVE, name, &e);
}
