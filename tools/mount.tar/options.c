// SPDX-License-Identifier: GPL-2.0
/*
 * The list of options behind -o, of mount(8) and of mount.tar.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/number.h"
#include "base/sha256.h"
#include "mount.h"

/* dm-verity's limit, above which no tree fits */
#define DATA_BLOCKS_MAX	(1ULL << 52)

/*
 * struct row - an option
 * @name: ends in "=" if a value follows, or in "*" if anything may
 * @clear, @set: bits of MS_*
 * @fuse: the kernel's driver does not have it
 * @to_fuse: libfuse has it by the same name
 * @parse: sets anything else
 *
 * An option without any is for mount(8), or is what happens anyway.  One that FUSE does
 * not have changes nothing there, as nothing is written, unless options_check_fuse()
 * refuses it.
 */
struct row {
	const char *name;
	unsigned long clear;
	unsigned long set;
	bool fuse;
	bool to_fuse;
	int (*parse)(struct mount_options *o, const char *value,
		     struct error *e);
};

static int parse_allow_other(struct mount_options *o, const char *value,
			     struct error *e)
{
	o->allow_other = true;
	return 0;
}

static int parse_foreground(struct mount_options *o, const char *value,
			    struct error *e)
{
	o->foreground = true;
	return 0;
}

static int parse_verify(struct mount_options *o, const char *value,
			struct error *e)
{
	if (sha256_from_hex(value, o->root))
		return error_set(e, -EINVAL,
				 "option verify must be a root hash, 64 hexadecimal digits, not '%s'",
				 value);
	o->verify = true;
	return 0;
}

static int parse_number(const char *name, const char *value, uint64_t max,
			uint64_t *number, struct error *e)
{
	if (!number_decimal(value, strlen(value), max, number) && *number)
		return 0;
	return error_set(e, -EINVAL,
			 "option %s must be a number from 1 to %" PRIu64
			 ", not '%s'", name, max, value);
}

static int parse_data_blocks(struct mount_options *o, const char *value,
			     struct error *e)
{
	return parse_number("data-blocks", value, DATA_BLOCKS_MAX,
			    &o->data_blocks, e);
}

static int parse_threads(struct mount_options *o, const char *value,
			 struct error *e)
{
	return parse_number("threads", value, MOUNT_THREADS_MAX, &o->threads,
			    e);
}

static const struct row rows[] = {
	{ .name = "verify=", .fuse = true, .parse = parse_verify },
	{ .name = "data-blocks=", .fuse = true, .parse = parse_data_blocks },
	{ .name = "threads=", .fuse = true, .parse = parse_threads },
	{ .name = "allow_other", .fuse = true, .parse = parse_allow_other },
	{ .name = "foreground", .fuse = true, .parse = parse_foreground },
	{ .name = "ro" },
	/* what mount(8) asks for unless told otherwise; it becomes read-only */
	{ .name = "rw" },
	{ .name = "dev", .clear = MS_NODEV, .to_fuse = true },
	{ .name = "nodev", .set = MS_NODEV, .to_fuse = true },
	{ .name = "suid", .clear = MS_NOSUID, .to_fuse = true },
	{ .name = "nosuid", .set = MS_NOSUID, .to_fuse = true },
	{ .name = "exec", .clear = MS_NOEXEC, .to_fuse = true },
	{ .name = "noexec", .set = MS_NOEXEC, .to_fuse = true },
	{ .name = "dirsync", .set = MS_DIRSYNC, .to_fuse = true },
	{ .name = "sync", .set = MS_SYNCHRONOUS, .to_fuse = true },
	{ .name = "async", .clear = MS_SYNCHRONOUS, .to_fuse = true },
	{ .name = "atime", .clear = MS_NOATIME },
	{ .name = "noatime", .clear = MS_STRICTATIME, .set = MS_NOATIME,
	  .to_fuse = true },
	{ .name = "relatime", .clear = MS_NOATIME | MS_STRICTATIME,
	  .set = MS_RELATIME },
	{ .name = "norelatime", .clear = MS_RELATIME },
	{ .name = "strictatime", .clear = MS_NOATIME | MS_RELATIME,
	  .set = MS_STRICTATIME },
	{ .name = "nostrictatime", .clear = MS_STRICTATIME },
	{ .name = "diratime", .clear = MS_NODIRATIME },
	{ .name = "nodiratime", .set = MS_NODIRATIME },
	{ .name = "lazytime", .set = MS_LAZYTIME },
	{ .name = "nolazytime", .clear = MS_LAZYTIME },
	{ .name = "symfollow", .clear = MS_NOSYMFOLLOW },
	{ .name = "nosymfollow", .set = MS_NOSYMFOLLOW },
	{ .name = "loud", .clear = MS_SILENT },
	{ .name = "silent", .set = MS_SILENT },
	{ .name = "iversion", .set = MS_I_VERSION },
	{ .name = "noiversion", .clear = MS_I_VERSION },
	{ .name = "mand", .set = MS_MANDLOCK },
	{ .name = "nomand", .clear = MS_MANDLOCK },
	{ .name = "remount", .set = MS_REMOUNT },
	{ .name = "defaults" },
	{ .name = "auto" },
	{ .name = "noauto" },
	{ .name = "user" },
	{ .name = "user=" },
	{ .name = "nouser" },
	{ .name = "users" },
	{ .name = "owner" },
	{ .name = "group" },
	{ .name = "_netdev" },
	{ .name = "nofail" },
	{ .name = "comment=" },
	{ .name = "x-*" },
	{ .name = "X-*" },
};

#define ROWS	(sizeof(rows) / sizeof(rows[0]))

static bool matches(const struct row *row, const char *option)
{
	size_t len = strlen(row->name);

	if (row->name[len - 1] == '*')
		return !strncmp(row->name, option, len - 1);
	if (row->name[len - 1] == '=')
		return !strncmp(row->name, option, len);
	return !strcmp(row->name, option);
}

static int refuse_unknown(const char *option, struct error *e)
{
	char list[1024] = "";
	size_t i, used = 0;

	for (i = 0; i < ROWS && used < sizeof(list); i++)
		used += snprintf(list + used, sizeof(list) - used, "%s%s",
				 i ? ", " : "", rows[i].name);
	return error_set(e, -EINVAL,
			 "there is no option '%s'; the options are %s", option,
			 list);
}

static int parse_option(struct mount_options *o, const char *option,
			bool sloppy, struct error *e)
{
	const char *value = strchr(option, '=');
	const struct row *row;

	for (row = rows; row < rows + ROWS && !matches(row, option); row++)
		;
	if (row == rows + ROWS)
		return sloppy ? 0 : refuse_unknown(option, e);
	o->flags = (o->flags & ~row->clear) | row->set;
	o->given |= row->clear | row->set;
	o->needs_fuse |= row->fuse;
	return row->parse ? row->parse(o, value ? value + 1 : NULL, e) : 0;
}

int options_parse(struct mount_options *o, const char *list, bool sloppy,
		  struct error *e)
{
	char *copy = strdup(list), *rest = copy, *option;
	int err = 0;

	if (!copy)
		return error_set(e, -ENOMEM, "out of memory");
	while (!err && (option = strsep(&rest, ",")))
		if (*option)
			err = parse_option(o, option, sloppy, e);
	free(copy);
	return err;
}

void options_default(struct mount_options *o, bool is_root)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (is_root)
		o->allow_other = true;
	else
		o->flags |= (MS_NODEV | MS_NOSUID) & ~o->given;
	if (!o->threads)
		o->threads = processors < 2 ? 2 : processors > 8 ? 8 : processors;
}

int options_check_fuse(const struct mount_options *o, struct error *e)
{
	if (o->flags & MS_REMOUNT)
		return error_set(e, -EINVAL,
				 "only a mount of a block device by the kernel's driver can be remounted, and without options that the driver does not have");
	/* who asks for it relies on it */
	if (o->flags & MS_NOSYMFOLLOW)
		return error_set(e, -EINVAL,
				 "FUSE does not have the option nosymfollow");
	return 0;
}

/* append "NAME=", and the value such that libfuse does not see more options in it */
static int add_value(char **opts, const char *name, const char *value)
{
	char *option;
	int err;

	if (asprintf(&option, "%s=%s", name, value) < 0)
		return -1;
	err = fuse_opt_add_opt_escaped(opts, option);
	free(option);
	return err;
}

/* is it what was chosen, by this option or by default? */
static bool is_in_force(const struct row *row, unsigned long flags)
{
	return row->set ? flags & row->set : !(flags & row->clear);
}

static int add_all(const struct mount_options *o, const char *source,
		   char **opts)
{
	char max_read[16];
	const struct row *row;
	int err = 0;

	snprintf(max_read, sizeof(max_read), "%d", WORKER_BUFFER);
	for (row = rows; row < rows + ROWS && !err; row++)
		if (row->to_fuse && is_in_force(row, o->flags))
			err = fuse_opt_add_opt(opts, row->name);
	if (!err && o->allow_other)
		err = fuse_opt_add_opt(opts, "allow_other");
	/* with the subtype tar, a remount by mount(8) would run tar(1) */
	if (!err)
		err = fuse_opt_add_opt(opts,
				       "ro,default_permissions,subtype=mount.tar");
	if (!err)
		err = add_value(opts, "max_read", max_read);
	return err ? err : add_value(opts, "fsname", source);
}

int options_to_fuse(const struct mount_options *o, const char *source,
		    struct fuse_args *args, struct error *e)
{
	char *opts = NULL;
	int err;

	err = add_all(o, source, &opts) ||
	      fuse_opt_add_arg(args, "mount.tar") ||
	      fuse_opt_add_arg(args, "-o") || fuse_opt_add_arg(args, opts);
	free(opts);
	return err ? error_set(e, -ENOMEM, "out of memory") : 0;
}
