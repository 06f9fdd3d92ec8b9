/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Directories and images for tests of the store.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_STORE_KIT_H
#define TARFS_SNAPSHOTTER_STORE_KIT_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/store.h"
#include "tap.h"

static unsigned int notes;

static void note(const char *text)
{
	notes++;
	printf("# %s\n", text);
}

/* a new directory below /dev/shm or /tmp */
static inline const char *new_dir(void)
{
	static char dir[64];

	strcpy(dir, access("/dev/shm", W_OK) ? "/tmp/tarfs-store-XXXXXX" :
	       "/dev/shm/tarfs-store-XXXXXX");
	if (!mkdtemp(dir))
		abort();
	return dir;
}

__attribute__((format(printf, 1, 2)))
static inline int shell(const char *fmt, ...)
{
	char command[2048];
	va_list args;

	va_start(args, fmt);
	vsnprintf(command, sizeof(command), fmt, args);
	va_end(args);
	return system(command);
}

static inline struct store *open_store(const char *dir)
{
	struct store *s;
	struct error e;

	if (!store_open(&s, dir, note, &e))
		return s;
	printf("# %s\n", e.text);
	return NULL;
}

/* an image whose digests are a digit repeated, made of the blob of that digit */
static inline struct record_image make_image(char digit)
{
	struct record_image image = {
		.format = 2, .data_blocks = 2, .size = 3,
	};

	memset(image.diff_id, digit, sizeof(image.diff_id) - 1);
	memset(image.root_hash, digit, sizeof(image.root_hash) - 1);
	memset(image.blob, digit, sizeof(image.blob) - 1);
	return image;
}

/* put the file of an image into the staging area */
static inline void stage(struct store *s, const char *name)
{
	char *path = store_staging(s, name);
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	if (fd < 0 || write(fd, "tar", 3) != 3)
		abort();
	close(fd);
	free(path);
}

#endif /* TARFS_SNAPSHOTTER_STORE_KIT_H */
