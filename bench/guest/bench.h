/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the measuring program share.
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
 * struct image - a file system on the disk, with its hash tree behind it
 * @name: of the tree that is in it
 * @fs: type, as in the results
 * @start: where it begins on the disk, in sectors
 * @sectors: how many there are, hash tree and all
 * @blocks: blocks of data, 4096 bytes each
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
 * attach() makes a block device for an image, and detach() removes it; there
 * is one at a time for each slot. Nothing of the device is cached then.
 */
void attach(const struct image *image, enum medium medium, unsigned int slot,
	    char path[32]);
void detach(enum medium medium, unsigned int slot);

/* measure.c: clock, disk and memory */

/* struct context - what the lines of results begin with */
struct context {
	unsigned int rep;
	const char *medium;
	const char *fs;
};

extern struct context context;

void measure_init(void);
/* forgets everything that is cached; memory is compared with this moment */
void forget_all(void);
/* forgets names and inodes, but not what the file system read from the disk */
void forget_names(void);
void start(void);
/*
 * These print what has happened since start(), for @count operations or bytes;
 * stop_after() with the time, and processor time, that the kernel has told.
 */
void stop(const char *row, uint64_t count);
void stop_after(const char *row, uint64_t ns, uint64_t cpu_ns, uint64_t count);

/* work.c: has the kernel do things, and prints how that went */

/*
 * struct names - directories to look names up in
 * @dirs: pattern for the path of the directories, below the top
 * @dir_count: how many of them there are
 * @count: names in each directory
 * @looks: how many of them are looked up
 * @row: of the results
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
 * @bytes: of all of them; NULL if it has not been loaded
 * @size: of them
 */
struct list {
	const char *bytes;
	uint64_t size;
};

/* fills @list from a file unless that has been done */
void load_list(struct list *list, const char *file);
/* nothing is printed */
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

/* turn.c: what is measured, mounted */

#define TOP		"/mnt"		/* where begin() mounts */
#define FILE_SYSTEMS	6

/*
 * struct fs - what is compared
 * @name: of the images
 * @type: for mount(2)
 * @fewer: divides the number of lookups, for who reads directories through
 */
struct fs {
	const char *name;
	const char *type;
	unsigned int fewer;
};

extern const struct fs file_systems[FILE_SYSTEMS];

/* struct turn - a file system on a medium, whose turn it is */
struct turn {
	const struct fs *fs;
	enum medium medium;
};

void mount_image(const struct turn *t, const struct image *image,
		 unsigned int slot, const char *where);
void unmount_image(const struct turn *t, unsigned int slot, const char *where);
/* mounts an image that nothing is cached of, and measures that; 0: no image */
int begin(const struct turn *t, const char *name, const char *row);
void end(const struct turn *t);
/* gives every page of the guest's memory to it: the host does it one by one */
void warm_up(void);

/* files.c: how cost grows */
void row_scales(const struct turn *t);

/* rows.c: the order of it all */
void run_all(unsigned int reps);

/* init.c */
void write_file(const char *path, const char *text);
__attribute__((format(printf, 1, 2), noreturn))
void give_up(const char *fmt, ...);

#endif /* TARFS_BENCH_H */
