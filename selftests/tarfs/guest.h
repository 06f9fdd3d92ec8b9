/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests in the guest share: devices, mounts, and the kernel's log.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * Functions that return an int return 0 or an errno, so that a test can say
 * ok(try_mount(...) == EINVAL, ...).
 */
#ifndef TARFS_SELFTESTS_GUEST_H
#define TARFS_SELFTESTS_GUEST_H

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "tap.h"

#define PAGE		4096		/* bytes */

#define KERN_WARNING	4
#define KERN_INFO	6

#define TARFS_MODULE	"/modules/tarfs.ko"

/*
 * Arguments of set_up_verity().  find_image() reads them from the file "roots",
 * for an image with blocks of 4096 bytes and the tree behind the data.
 */
struct verity_image {
	char	root[65];		/* hex */
	uint64_t data_size;		/* bytes */
	unsigned int data_block;	/* bytes */
	const char *tree;		/* a separate device, or NULL */
};

int try_mount(const char *device, const char *where, const char *options);
int unmount(const char *where);
void leave(const char *where);	/* lazily: it may still be in use */
bool mounted_type_is(const char *where, const char *type);

/* these end the test if they fail */
void must_mount(const char *device, const char *where);
char *disk(const char *name);
/* @block_size: 512 or more, or 0 for the default */
char *attach_loop(const char *file, unsigned int block_size, char path[32]);
void detach_loop(const char *path);
void find_image(const char *name, struct verity_image *image);
int set_up_verity(const char *device, const struct verity_image *image,
		  char path[32]);
void remove_verity(void);
/* set read_ahead_kb */
void set_read_ahead(const char *device, unsigned int kib);
/*
 * Read the superblock of format 2 that ends at byte @end of the file or device,
 * or where it ends if @end is 0.
 */
struct tarfs2_super;
void read_super(const char *file, off_t end, struct tarfs2_super *super);

void drop_caches(void);
void drop_pages(int fd);	/* of a file or a device */
void write_file(const char *file, const char *text);
/* append to a file, with @flags of open(2), such as O_CREAT */
bool append(const char *path, int flags, const char *text);
bool file_is(const char *path, const char *text);	/* up to 64 bytes */
int look_up(const char *path);
int load_module(void);
int unload_module(void);
bool file_has(const char *file, const char *text);

/*
 * An entry that getdents64(2) returns.
 * @off: position of the next entry
 */
struct entry {
	unsigned long long ino;
	long long off;
	unsigned short reclen;
	unsigned char type;
	char name[];
};

/*
 * A file handle of this file system: inode number and generation, 32 bits each.
 * @room: storage of head.f_handle[]
 */
struct handle {
	struct file_handle head;
	unsigned char room[MAX_HANDLE_SZ];
};

/* @mount: an open directory, which @path is relative to */
int make_handle(int mount, const char *path, struct handle *handle);

/* the kernel's log since mark_log(): warnings and worse with @text */
void mark_log(void);
unsigned int log_lines(const char *text);
/* the same for messages of @level, such as KERN_INFO, and worse */
unsigned int log_lines_at(unsigned int level, const char *text);

/* run a program; its exit status, or -1 if it was not started or was killed */
int run_program(const char *path, char *const argv[], unsigned int uid);

/*
 * Open a path, or call @work, which returns 0 to 254, as user @uid in group
 * @uid and no other.
 */
int open_as(unsigned int uid, const char *path, int flags);
int do_as(unsigned int uid, int (*work)(void));

/* end the test: "Bail out!" with @fmt and errno */
__attribute__((format(printf, 1, 2), noreturn))
void give_up(const char *fmt, ...);

#endif /* TARFS_SELFTESTS_GUEST_H */
