// SPDX-License-Identifier: GPL-2.0
/*
 * Mount an image through FUSE, on machines without the kernel's driver.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "mount.h"

/* the command line; @list: all that follows -o, or NULL */
static struct {
	bool sloppy;
	bool fake;
	bool no_mtab;
	bool verbose;
	char *list;
} request;

static int add_list(void *to, const char *value, struct error *e)
{
	char *list;

	if (asprintf(&list, "%s,%s", request.list ? request.list : "",
		     value) < 0)
		return error_set(e, -ENOMEM, "out of memory");
	free(request.list);
	request.list = list;
	return 0;
}

static int check_type(void *to, const char *value, struct error *e)
{
	if (!strcmp(value, "tar") || !strcmp(value, "fuse.mount.tar"))
		return 0;
	return error_set(e, -EINVAL, "-t must be tar, not '%s'", value);
}

/* root must not run programs or open devices of whoever made that namespace */
static int refuse_space(void *to, const char *value, struct error *e)
{
	return error_set(e, -EINVAL,
			 "cannot mount in another namespace: use nsenter(1) instead of -N");
}

static const struct cli_option options[] = {
	{ 'o', NULL, "LIST", "options with commas between them, see mount.tar(8)",
	  .parse = add_list },
	{ 't', NULL, "TYPE", "must be tar", .parse = check_type },
	{ 'N', NULL, "NS",
	  "refused: nsenter(1) mounts in another mount namespace",
	  .parse = refuse_space },
	{ 'f', NULL, NULL, "check the image, and do not mount it",
	  .flag = &request.fake },
	{ 's', NULL, NULL, "ignore options behind -o that do not exist",
	  .flag = &request.sloppy },
	{ 'n', NULL, NULL, "ignored, for mount(8)", .flag = &request.no_mtab },
	{ 'v', NULL, NULL, "say what is mounted", .flag = &request.verbose },
	{ }
};

static struct cli cli = {
	.name		= "mount.tar",
	.failed		= CLI_MOUNT_FAILED,
	.usage		= CLI_MOUNT_USAGE,
	.arguments	= "SOURCE DIR",
	.options	= options,
	.about		=
"Mount an image or a data device of tarfs through FUSE, read-only.",
	.notes		=
"-o verify=ROOTHASH verifies each block when it is read.\n"
"Exit status: 0 mounted, 1 wrong usage, 32 failed.",
};

static int parse_list(struct mount_options *o, struct error *e)
{
	int err = 0;

	if (request.list)
		err = options_parse(o, request.list, request.sloppy, e);
	if (!err && o->data_blocks && !o->verify)
		err = error_set(e, -EINVAL,
				"option data-blocks needs verify: without it nothing binds the number");
	if (!err)
		options_default(o, !geteuid());
	return err;
}

static void say(const struct device *d, const char *source, const char *dir)
{
	if (request.verbose)
		printf("mount.tar: %s on %s, format %d, %s\n", source, dir,
		       d->format, d->verified ? "verified" : "not verified");
	if (d->has_trailer && !d->verified)
		fprintf(stderr,
			"mount.tar: %s: mounted without verify=: nothing that is read from it is verified\n",
			source);
	fflush(stdout);
}

/* -ENODEV if it has to be mounted through FUSE */
static int mount_by_driver(const char *source, char **args,
			   const struct mount_options *o, struct error *e)
{
	int err = request.fake ? -ENODEV : driver_mount(source, args[1], o, e);

	if (!err && request.verbose)
		printf("mount.tar: %s on %s, by the kernel's driver\n", args[0],
		       args[1]);
	return err;
}

static int mount_source(char **args, const struct mount_options *o,
			struct error *e)
{
	static struct mounted m;
	char source[PATH_MAX];
	int err;

	if (!realpath(args[0], source))
		return error_errno(e, "%s", args[0]);
	err = mount_by_driver(source, args, o, e);
	if (err != -ENODEV)
		return err;
	err = request.fake ? 0 : options_check_fuse(o, e);
	if (err)
		return err;
	err = source_open(&m.d, source, o, e);
	if (err)
		return err;
	say(&m.d, args[0], args[1]);
	if (!request.fake)
		err = session_run(&m, source, args[1], o, cli.failed, e);
	device_close(&m.d);
	return err;
}

int main(int argc, char **argv)
{
	struct mount_options o = {};
	struct error e = { "" };
	char **args;

	cli_begin(&cli);
	args = cli_parse(&cli, argc, argv);
	if (parse_list(&o, &e)) {
		cli_fail(&cli, &e);
		cli_hint(&cli);
	}
	if (mount_source(args, &o, &e))
		return cli_fail(&cli, &e);
	return cli_finish(&cli, EXIT_SUCCESS);
}
