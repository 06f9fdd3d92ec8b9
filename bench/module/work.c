// SPDX-License-Identifier: GPL-2.0
/*
 * Do the work that is measured in the kernel, as system calls would.
 *
 * In user-mode Linux a system call costs ten times what it does on hardware,
 * and a page fault even more, which would hide the cost of a file system. The
 * kernel itself runs at full speed, so one ioctl does all of a row, with the
 * functions that implement the system calls.
 *
 * The processor time is that of the host's process that runs this kernel: it
 * excludes time when the host ran something else, and the thread of the disk.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/namei.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "work.h"

#define HOST_CLOCK_GETTIME		228	/* of x86-64 */
#define HOST_CLOCK_PROCESS_CPUTIME	2

/* make a system call to the host, of which this kernel is a process */
static u64 work_cpu_clock(void)
{
	struct {
		s64 seconds;
		s64 ns;
	} time = { 0 };
	long err;

	asm volatile("syscall"
		     : "=a" (err)
		     : "a" ((long)HOST_CLOCK_GETTIME),
		       "D" ((long)HOST_CLOCK_PROCESS_CPUTIME), "S" (&time)
		     : "rcx", "r11", "memory");
	WARN_ON_ONCE(err);
	return time.seconds * NSEC_PER_SEC + time.ns;
}

static s64 work_do(const struct path *path, const struct work *work,
		   const char *list)
{
	switch (work->op) {
	case WORK_WALK:
		return work_walk(path, false);
	case WORK_READ_TREE:
		return work_walk(path, true);
	case WORK_READ_LIST:
		return work_read_list(path, list, work->list_size);
	case WORK_STAT_LIST:
		return work_stat_list(path, list, work->list_size);
	case WORK_READ_FILE:
		return work_read_at(path);
	case WORK_READ_RANDOM:
		return work_read_random(path);
	case WORK_MAP_FILE:
		return work_map_file(path, false);
	case WORK_MAP_RANDOM:
		return work_map_file(path, true);
	case WORK_LOOK_UP:
		return work_look_up(path, work);
	case WORK_NOTHING:
		return 0;
	default:
		return -EINVAL;
	}
}

static int work_timed(struct work *work, const char *name, const char *list)
{
	struct path path;
	u64 begin, cpu_begin;
	s64 done;
	int err;

	err = kern_path(name, LOOKUP_FOLLOW, &path);
	if (err)
		return err;
	cpu_begin = work_cpu_clock();
	begin = ktime_get_ns();
	done = work_do(&path, work, list);
	work->ns = ktime_get_ns() - begin;
	work->cpu_clock = work_cpu_clock();
	work->cpu_ns = work->cpu_clock - cpu_begin;
	path_put(&path);
	if (done < 0)
		return done;
	work->count = done;
	return 0;
}

static char *work_get_list(const struct work *work)
{
	char *list;

	if (!work->list_size)
		return NULL;
	if (work->list_size > WORK_LIST_MAX)
		return ERR_PTR(-E2BIG);
	list = vmemdup_user(u64_to_user_ptr(work->list), work->list_size);
	if (!IS_ERR(list) && list[work->list_size - 1]) {
		kvfree(list);
		return ERR_PTR(-EINVAL);
	}
	return list;
}

static long work_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	char *name, *list;
	struct work work;
	int err;

	if (cmd != WORK_DO)
		return -ENOTTY;
	if (copy_from_user(&work, (void __user *)arg, sizeof(work)))
		return -EFAULT;
	name = strndup_user(u64_to_user_ptr(work.path), PATH_MAX);
	if (IS_ERR(name))
		return PTR_ERR(name);
	list = work_get_list(&work);
	if (IS_ERR(list)) {
		err = PTR_ERR(list);
		goto free_name;
	}
	err = work_timed(&work, name, list);
	if (!err && copy_to_user((void __user *)arg, &work, sizeof(work)))
		err = -EFAULT;
	kvfree(list);
free_name:
	kfree(name);
	return err;
}

static const struct file_operations work_fops = {
	.owner		= THIS_MODULE,
	.open		= nonseekable_open,
	.unlocked_ioctl	= work_ioctl,
};

static struct miscdevice work_device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= WORK_DEVICE,
	.fops	= &work_fops,
	.mode	= 0600,
};
module_misc_device(work_device);

MODULE_DESCRIPTION("Work for measuring file systems");
MODULE_LICENSE("GPL");
