// SPDX-License-Identifier: GPL-2.0
/*
 * Read files: front to back, at random, and through a mapping.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/prandom.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "work.h"

#define WORK_BUFFER	(128 * 1024)	/* as in cat(1) */
#define WORK_SEED	20240517

s64 work_read_fd(struct file *file)
{
	void *buffer = kvmalloc(WORK_BUFFER, GFP_KERNEL);
	loff_t pos = 0;
	ssize_t len;

	if (!buffer)
		return -ENOMEM;
	do {
		len = kernel_read(file, buffer, WORK_BUFFER, &pos);
	} while (len > 0);
	kvfree(buffer);
	return len < 0 ? len : pos;
}

s64 work_read_at(const struct path *path)
{
	struct file *file;
	s64 done;

	file = dentry_open(path, O_RDONLY | O_LARGEFILE, current_cred());
	if (IS_ERR(file))
		return PTR_ERR(file);
	done = work_read_fd(file);
	fput(file);
	return done;
}

/* offset of a random page out of @pages; the same sequence in every run */
static u64 work_any_page(struct rnd_state *state, u32 pages)
{
	return (u64)(prandom_u32_state(state) % pages) << PAGE_SHIFT;
}

static s64 work_read_pages(struct file *file, void *page)
{
	u32 pages = i_size_read(file_inode(file)) >> PAGE_SHIFT;
	struct rnd_state state;
	unsigned int i;

	if (!pages)
		return -EINVAL;
	prandom_seed_state(&state, WORK_SEED);
	for (i = 0; i < WORK_RANDOM_READS; i++) {
		loff_t pos = work_any_page(&state, pages);
		ssize_t len = kernel_read(file, page, PAGE_SIZE, &pos);

		if (len != PAGE_SIZE)
			return len < 0 ? len : -EIO;
	}
	return WORK_RANDOM_READS;
}

s64 work_read_random(const struct path *path)
{
	void *page = (void *)__get_free_page(GFP_KERNEL);
	struct file *file;
	s64 done;

	if (!page)
		return -ENOMEM;
	file = dentry_open(path, O_RDONLY | O_LARGEFILE, current_cred());
	done = PTR_ERR_OR_ZERO(file);
	if (!done) {
		done = work_read_pages(file, page);
		fput(file);
	}
	free_page((unsigned long)page);
	return done;
}

/* read a byte of each page; the kernel takes the page faults itself */
static s64 work_touch_pages(unsigned long addr, u64 size)
{
	u64 pos;
	char c;

	for (pos = 0; pos < size; pos += PAGE_SIZE) {
		if (copy_from_user(&c, (void __user *)(addr + pos), 1))
			return -EFAULT;
	}
	return DIV_ROUND_UP_ULL(size, PAGE_SIZE);
}

static s64 work_touch_random(unsigned long addr, u64 size)
{
	u32 pages = size >> PAGE_SHIFT;
	struct rnd_state state;
	unsigned int i;
	char c;

	if (!pages)
		return -EINVAL;
	prandom_seed_state(&state, WORK_SEED);
	for (i = 0; i < WORK_RANDOM_READS; i++) {
		u64 pos = work_any_page(&state, pages);

		if (copy_from_user(&c, (void __user *)(addr + pos), 1))
			return -EFAULT;
	}
	return WORK_RANDOM_READS;
}

/* map without advice, as when a program is started */
s64 work_map_file(const struct path *path, bool random)
{
	unsigned long addr;
	struct file *file;
	u64 size;
	s64 done;

	file = dentry_open(path, O_RDONLY | O_LARGEFILE, current_cred());
	if (IS_ERR(file))
		return PTR_ERR(file);
	size = i_size_read(file_inode(file));
	addr = vm_mmap(file, 0, size, PROT_READ, MAP_SHARED, 0);
	if (IS_ERR_VALUE(addr)) {
		done = (long)addr;
	} else {
		done = random ? work_touch_random(addr, size) :
				work_touch_pages(addr, size);
		vm_munmap(addr, size);
	}
	fput(file);
	return done;
}
