/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the measuring program asks the kernel to do.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_BENCH_WORK_H
#define TARFS_BENCH_WORK_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define WORK_DEVICE	"tarfs-bench"

#define WORK_RANDOM_READS	4096
#define WORK_LIST_MAX		(16 << 20)	/* bytes */

enum work_op {
	WORK_WALK,		/* readdir and lstat of everything below path */
	WORK_READ_TREE,		/* the same, and files are read */
	WORK_READ_LIST,		/* files are read in the order of the list */
	WORK_STAT_LIST,		/* lstat of each path of the list */
	WORK_READ_FILE,		/* front to back */
	WORK_READ_RANDOM,	/* pages, in any order */
	WORK_MAP_FILE,		/* page faults, front to back */
	WORK_MAP_RANDOM,	/* page faults, in any order */
	WORK_LOOK_UP,		/* lstat of names in the directory path */
	WORK_NOTHING,		/* for the processor time alone */
};

/*
 * struct work - an order, and what came of it
 * @op: what to do
 * @present: for lookups: names that are there, or names that are not
 * @path: where, a string
 * @list: of paths below @path, each ended by a zero byte
 * @list_size: of @list, bytes
 * @names: how many names the directory has
 * @looks: how many of them to look up
 * @count: result: entries or bytes, or how many times it was done
 * @ns: result: how long it took
 * @cpu_ns: result: processor time of the host that the kernel took for it
 * @cpu_clock: result: the same since the boot
 */
struct work {
	__u32 op;
	__u32 present;
	__u64 path;
	__u64 list;
	__u64 list_size;
	__u32 names;
	__u32 looks;
	__u64 count;
	__u64 ns;
	__u64 cpu_ns;
	__u64 cpu_clock;
};

#define WORK_DO		_IOWR('t', 1, struct work)

#ifdef __KERNEL__
struct file;
struct path;

/* file.c: how many bytes or pages, or an error */
s64 work_read_fd(struct file *file);
s64 work_read_at(const struct path *path);
s64 work_read_random(const struct path *path);
s64 work_map_file(const struct path *path, bool random);

/* tree.c: how many entries or bytes, or an error */
s64 work_walk(const struct path *path, bool reading);
s64 work_read_list(const struct path *top, const char *list, size_t size);
s64 work_stat_list(const struct path *top, const char *list, size_t size);
s64 work_look_up(const struct path *dir, const struct work *work);
#endif

#endif /* TARFS_BENCH_WORK_H */
