// SPDX-License-Identifier: GPL-2.0
/*
 * Select the fault of a program: the number in the file "mutant" above the
 * folder of the program.  If a file "reached" is there, record in it the faults
 * whose code was executed, a byte each.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int tarfs_mutant;
static unsigned char unnoted[TARFS_MUTANTS + 1];
unsigned char *tarfs_reached = unnoted;

static int open_beside(const char *name, int flags)
{
	char path[4096];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 16);
	int i;

	if (len < 0)
		return -1;
	path[len] = '\0';
	for (i = 0; i < 2; i++)
		*strrchr(path, '/') = '\0';
	strcat(path, name);
	return open(path, flags | O_CLOEXEC);
}

__attribute__((constructor)) static void choose_mutant(void)
{
	char text[16] = "";
	struct stat st;
	void *map;
	int fd = open_beside("/mutant", O_RDONLY);

	if (fd >= 0) {
		if (read(fd, text, sizeof(text) - 1) > 0)
			tarfs_mutant = atoi(text);
		close(fd);
	}
	fd = open_beside("/reached", O_RDWR);
	if (fd < 0)
		return;
	if (!fstat(fd, &st) && st.st_size == sizeof(unnoted)) {
		map = mmap(NULL, sizeof(unnoted), PROT_READ | PROT_WRITE,
			   MAP_SHARED, fd, 0);
		if (map != MAP_FAILED)
			tarfs_reached = map;
	}
	close(fd);
}
