// SPDX-License-Identifier: GPL-2.0
/*
 * Let the kernel do the work that is measured, by ioctl(2).
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"

static void order(struct work *work, const char *path)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/dev/" WORK_DEVICE, O_RDWR | O_CLOEXEC);
	work->path = (uintptr_t)path;
	if (fd < 0 || ioctl(fd, WORK_DO, work))
		give_up("%s, %s: work %u in %s", context.fs, context.medium,
			work->op, path);
}

uint64_t cpu_clock(void)
{
	struct work work = { .op = WORK_NOTHING };

	order(&work, "/");
	return work.cpu_clock;
}

void work(enum work_op op, const char *path)
{
	struct work work = { .op = op };

	order(&work, path);
}

void measure(const char *row, enum work_op op, const char *path)
{
	struct work work = { .op = op };

	start();
	order(&work, path);
	stop_after(row, work.ns, work.cpu_ns, work.count);
}

void load_list(struct list *list, const char *file)
{
	struct stat st;
	char *bytes;
	FILE *f;

	if (list->bytes)
		return;
	f = fopen(file, "r");
	if (!f || fstat(fileno(f), &st))
		give_up("cannot open %s", file);
	bytes = malloc(st.st_size);
	if (!bytes || fread(bytes, 1, st.st_size, f) != (size_t)st.st_size)
		give_up("cannot read %s", file);
	fclose(f);
	list->bytes = bytes;
	list->size = st.st_size;
}

void measure_list(const char *row, enum work_op op, const char *path,
		  const struct list *list)
{
	struct work work = {
		.op = op,
		.list = (uintptr_t)list->bytes,
		.list_size = list->size,
	};

	start();
	order(&work, path);
	stop_after(row, work.ns, work.cpu_ns, work.count);
}

static void names_path(char path[256], const char *top,
		       const struct names *names, unsigned int number)
{
	char dir[64];

	snprintf(dir, sizeof(dir), names->dirs, number);
	snprintf(path, 256, "%s/%s", top, dir);
}

void measure_look_up(const char *row, const char *top,
		     const struct names *names, int present)
{
	uint64_t ns = 0, cpu_ns = 0, count = 0;
	unsigned int number;
	char path[256];

	start();
	for (number = 0; number < names->dir_count; number++) {
		struct work work = {
			.op = WORK_LOOK_UP,
			.present = present,
			.names = names->count,
			.looks = names->looks,
		};

		names_path(path, top, names, number);
		order(&work, path);
		ns += work.ns;
		cpu_ns += work.cpu_ns;
		count += work.count;
	}
	stop_after(row, ns, cpu_ns, count);
}

/* make such directories on a writable file system */
void make_names(const char *top, const struct names *names)
{
	char path[256], file[300];
	unsigned int number, i;

	for (number = 0; number < names->dir_count; number++) {
		names_path(path, top, names, number);
		if (mkdir(path, 0755))
			give_up("cannot make %s", path);
		for (i = 0; i < names->count; i++) {
			snprintf(file, sizeof(file), "%s/file-%07u.dat", path,
				 i);
			close(open(file, O_CREAT | O_WRONLY, 0644));
		}
	}
}
