// SPDX-License-Identifier: GPL-2.0
/*
 * Check an image: hash tree, every record, and the index against the tar.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/sha256.h"
#include "fsck.h"

static struct fsck fsck;
static bool json;

static int parse_root_hash(void *to, const char *value, struct error *e)
{
	static uint8_t root[SHA256_SIZE];

	if (sha256_from_hex(value, root))
		return error_set(e, -EINVAL,
				 "--root-hash must be 64 hexadecimal digits, not '%s'",
				 value);
	fsck.root = root;
	return 0;
}

static const struct cli_option options[] = {
	{ 0, "root-hash", "HEX", "the hash tree must have this root hash",
	  .parse = parse_root_hash },
	{ 0, "json", NULL, "report as JSON", .flag = &json },
	{ 'q', "quiet", NULL, "nothing but problems", .flag = &fsck.quiet },
	{ 'v', "verbose", NULL, "what is checked", .flag = &fsck.verbose },
	{ 'a', .help = NULL },
	{ 'f', .help = NULL },
	{ 'n', .help = NULL },
	{ 'p', .help = NULL },
	{ 'y', .help = "ignored: there is nothing to repair" },
	{ }
};

static struct cli cli = {
	.name		= "fsck.tarfs",
	.failed		= EXIT_FAILED,
	.usage		= EXIT_USAGE,
	.arguments	= "IMAGE",
	.options	= options,
	.about		=
"Check an image or a data device of tarfs.  Nothing is changed.",
	.notes		=
"Exit status: 0 clean, 4 problems found, 8 could not be checked, 16 wrong\n"
"usage, 32 cancelled.",
};

/* Exit at once: there is nothing to undo. */
static void cancel(int sig)
{
	_exit(EXIT_CANCELLED);
}

int main(int argc, char **argv)
{
	struct error e;
	int status;

	cli_begin(&cli);
	argv = cli_parse(&cli, argc, argv);
	if (json)
		fsck.findings = json_array();
	signal(SIGINT, cancel);
	signal(SIGTERM, cancel);
	if (check_image(&fsck, argv[0], &e))
		status = cli_fail(&cli, &e);
	else
		status = fsck.problems ? EXIT_ERRORS : EXIT_CLEAN;
	json_decref(fsck.findings);
	return cli_finish(&cli, status);
}
