/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ioctl by which the measuring program requests work of the kernel.
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
	WORK_READ_TREE,		/* the same, and read files */
	WORK_READ_LIST,		/* read files in the order of the list */
	WORK_STAT_LIST,		/* lstat of each path of the list */
	WORK_READ_FILE,		/* front to back */
	WORK_READ_RANDOM,	/* pages, in random order */
	WORK_MAP_FILE,		/* page faults, front to back */
	WORK_MAP_RANDOM,	/* page faults, in random order */
	WORK_LOOK_UP,		/* lstat of names in the directory path */
	WORK_NOTHING,		/* for the processor time alone */
};

/*
 * struct work - a request, and its result
 * @op: what to do
 * @present: for lookups: names that exist, or names that do not
 * @path: file or directory to work on, a string
 * @list: list of paths below @path, each ended by a zero byte
 * @list_size: size of @list in bytes
 * @names: number of names in the directory
 * @looks: number of names to look up
 * @count: result: number of entries, bytes or operations
 * @ns: result: elapsed time
 * @cpu_ns: result: processor time of the host that the kernel used
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

/* file.c: these return a number of bytes or pages, or an error */
s64 work_read_fd(struct file *file);
s64 work_read_at(const struct path *path);
s64 work_read_random(const struct path *path);
s64 work_map_file(const struct path *path, bool random);

/* tree.c: these return a number of entries or bytes, or an error */
s64 work_walk(const struct path *path, bool reading);
s64 work_read_list(const struct path *top, const char *list, size_t size);
s64 work_stat_list(const struct path *top, const char *list, size_t size);
s64 work_look_up(const struct path *dir, const struct work *work);
#endif

#endif /* TARFS_BENCH_WORK_H */
