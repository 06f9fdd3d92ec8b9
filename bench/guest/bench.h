/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Functions that the parts of the measuring program share.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_BENCH_H
#define TARFS_BENCH_H

#include <stdint.h>

#include "../module/work.h"

#define ARRAY_SIZE(x)	(sizeof(x) / sizeof((x)[0]))

/* device.c: images on the disk, and block devices for them */

/*
 * struct image - a file system on the disk, followed by its hash tree
 * @name: name of the tree that it holds
 * @fs: type, as in the results
 * @start: offset on the disk, in sectors
 * @sectors: number of sectors, hash tree included
 * @blocks: number of data blocks, 4096 bytes each
 * @root: root hash, hexadecimal
 */
struct image {
	char name[32];
	char fs[16];
	uint64_t start;
	uint64_t sectors;
	uint64_t blocks;
	char root[65];
};

enum medium { RAW, VERITY, MEDIA };

extern const char *const medium_names[MEDIA];

void read_images(const char *file);
const struct image *find_image(const char *name, const char *fs);

/*
 * attach() makes a block device for an image, one at a time for each slot;
 * detach() removes it. Nothing of a new device is cached.
 */
void attach(const struct image *image, enum medium medium, unsigned int slot,
	    char path[32]);
void detach(enum medium medium, unsigned int slot);

/* measure.c: clock, disk and memory */

/* struct context - first fields of the lines of results */
struct context {
	unsigned int rep;
	const char *medium;
	const char *fs;
};

extern struct context context;

void measure_init(void);
/* drop all caches; the results' memory is relative to this moment */
void forget_all(void);
/* drop dentries and inodes, but not the page cache */
void forget_names(void);
void start(void);
/*
 * Print the result since start(), for @count operations or bytes; stop_after()
 * prints the time and processor time that the kernel has measured.
 */
void stop(const char *row, uint64_t count);
void stop_after(const char *row, uint64_t ns, uint64_t cpu_ns, uint64_t count);

/* work.c: let the kernel do work, and print the results */

/*
 * struct names - directories to look names up in
 * @dirs: pattern for the paths of the directories, below the top
 * @dir_count: number of directories
 * @count: number of names in each directory
 * @looks: number of names to look up in each
 * @row: part of the results' row
 */
struct names {
	const char *dirs;
	unsigned int dir_count;
	unsigned int count;
	unsigned int looks;
	const char *row;
};

/*
 * struct list - paths, each ended by a zero byte
 * @bytes: all paths; NULL if the list is not loaded yet
 * @size: bytes in @bytes
 */
struct list {
	const char *bytes;
	uint64_t size;
};

/* load @list from a file, once */
void load_list(struct list *list, const char *file);
/* do work without printing a result */
void work(enum work_op op, const char *path);
void measure(const char *row, enum work_op op, const char *path);
/* paths of the list are below @path */
void measure_list(const char *row, enum work_op op, const char *path,
		  const struct list *list);
void measure_look_up(const char *row, const char *top,
		     const struct names *names, int present);
/* processor time of the kernel since the boot, ns */
uint64_t cpu_clock(void);
void make_names(const char *top, const struct names *names);

/* turn.c: mount what is measured */

#define TOP		"/mnt"		/* mount point of begin() */
#define FILE_SYSTEMS	6

/*
 * struct fs - a file system to compare
 * @name: type of its images
 * @type: type for mount(2)
 * @fewer: divides the number of lookups, if each one scans the directory
 */
struct fs {
	const char *name;
	const char *type;
	unsigned int fewer;
};

extern const struct fs file_systems[FILE_SYSTEMS];

/* struct turn - the file system that is measured, and its medium */
struct turn {
	const struct fs *fs;
	enum medium medium;
};

void mount_image(const struct turn *t, const struct image *image,
		 unsigned int slot, const char *where);
void unmount_image(const struct turn *t, unsigned int slot, const char *where);
/* mount an uncached image and measure that; return 0 if there is no image */
int begin(const struct turn *t, const char *name, const char *row);
void end(const struct turn *t);
/* touch all of the guest's memory, which the host allocates page by page */
void warm_up(void);

/* files.c: growth of cost */
void row_scales(const struct turn *t);

/* rows.c: all rows, in their order */
void run_all(unsigned int reps);

/* init.c */
void write_file(const char *path, const char *text);
__attribute__((format(printf, 1, 2), noreturn))
void give_up(const char *fmt, ...);

#endif /* TARFS_BENCH_H */
