// SPDX-License-Identifier: GPL-2.0
/*
 * Select the fault of tarfs.ko: the number that is written to
 * /proc/tarfs_mutant.  /proc/tarfs_reached lists the faults whose code was
 * executed since then.  A module of its own, as tests reload tarfs.ko.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include "mutant.h"

int tarfs_mutant;
EXPORT_SYMBOL(tarfs_mutant);
static unsigned char noted[TARFS_MUTANTS + 1];
unsigned char *tarfs_reached = noted;
EXPORT_SYMBOL(tarfs_reached);

static int show_reached(struct seq_file *m, void *v)
{
	int i;

	for (i = 1; i <= TARFS_MUTANTS; i++) {
		if (noted[i])
			seq_printf(m, "%d\n", i);
	}
	return 0;
}

static int show_number(struct seq_file *m, void *v)
{
	seq_printf(m, "%d\n", tarfs_mutant);
	return 0;
}

static int open_number(struct inode *inode, struct file *file)
{
	return single_open(file, show_number, NULL);
}

static ssize_t write_number(struct file *file, const char __user *buf,
			    size_t len, loff_t *pos)
{
	int err = kstrtoint_from_user(buf, len, 10, &tarfs_mutant);

	memset(noted, 0, sizeof(noted));
	return err ? err : len;
}

static const struct proc_ops number_ops = {
	.proc_open	= open_number,
	.proc_read	= seq_read,
	.proc_write	= write_number,
	.proc_release	= single_release,
};

static int __init tarfs_mutant_init(void)
{
	proc_create("tarfs_mutant", 0644, NULL, &number_ops);
	proc_create_single("tarfs_reached", 0444, NULL, show_reached);
	return 0;
}

module_init(tarfs_mutant_init);
MODULE_DESCRIPTION("the fault that tarfs has");
MODULE_LICENSE("GPL");
