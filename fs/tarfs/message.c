// SPDX-License-Identifier: GPL-2.0
/*
 * Messages in the kernel log.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "tarfs.h"

/**
 * tarfs_msg() - write one line to the kernel log, rate-limited
 * @sb: the file system, whose device the line names
 * @level: KERN_ERR and so on
 * @fmt: message without a newline
 */
void tarfs_msg(struct super_block *sb, const char *level, const char *fmt, ...)
{
	struct va_format vaf;
	va_list args;

	if (!__ratelimit(&TARFS_SB(sb)->errors))
		return;
	va_start(args, fmt);
	vaf.fmt = fmt;
	vaf.va = &args;
	printk("%starfs (%s): %pV\n", level, sb->s_id, &vaf);
	va_end(args);
}
