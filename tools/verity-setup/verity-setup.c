// SPDX-License-Identifier: GPL-2.0
/*
 * Hash trees of layer images: make, check, show and map them.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "verity-setup.h"

/* bits of the commands that have options */
enum {
	FORMAT	= 1 << 0,
	DUMP	= 1 << 1,
	TABLE	= 1 << 2,
	OPEN	= 1 << 3,
};

static struct arguments arguments = { .fec_roots = 2 };

/* read the signature into @rules; the kernel validates it */
static int load_signature(void *to, const char *path, struct error *e)
{
	struct verity_rules *rules = to;
	static uint8_t der[VERITY_SIGNATURE_MAX];
	uint64_t size;
	int fd, err;

	fd = file_open_regular(path, &size, e);
	if (fd < 0)
		return fd;
	if (!size || size > sizeof(der))
		err = error_set(e, -EINVAL, "%s: a signature has 1 to %d bytes",
				path, VERITY_SIGNATURE_MAX);
	else
		err = file_read_at(fd, path, der, size, 0, e);
	close(fd);
	rules->signature = der;
	rules->signature_len = size;
	return err;
}

static const struct cli_option options[] = {
	VERITY_OPTIONS(arguments.tree, FORMAT),
	{ 0, "fec-device", "NEWFILE",
	  "forward error correction, with --superblock", FORMAT,
	  .text = &arguments.fec },
	{ 0, "fec-roots", "2..24", "bytes of parity in each 255 (default: 2)",
	  FORMAT, .number = &arguments.fec_roots, .min = 2, .max = 24 },
	{ 0, "json", NULL, "print JSON", FORMAT | DUMP,
	  .flag = &arguments.json },
	{ 0, "restart-on-corruption", NULL, NULL, TABLE | OPEN,
	  .choice = &arguments.rules.on_corruption, .value = VERITY_RESTART },
	{ 0, "panic-on-corruption", NULL,
	  "what the kernel does instead of an error", TABLE | OPEN,
	  .choice = &arguments.rules.on_corruption, .value = VERITY_PANIC },
	{ 0, "root-hash-signature", "FILE",
	  "PKCS #7 in DER, which the kernel is to check", TABLE | OPEN,
	  .parse = load_signature, .to = &arguments.rules },
	{ }
};

static const struct cli_command commands[] = {
	{ "format", "FILE",
	  "append hash tree and trailer to FILE, print the root hash",
	  FORMAT, cmd_format },
	{ "verify", "FILE ROOT_HASH", "check all data and the whole tree",
	  0, cmd_verify },
	{ "dump", "FILE", "show what the trailer says", DUMP, cmd_dump },
	{ "table", "FILE ROOT_HASH [DEVICE]",
	  "print the table for dmsetup, with DEVICE in it, or FILE",
	  TABLE, cmd_table },
	{ "open", "FILE NAME ROOT_HASH", "map FILE to /dev/mapper/NAME",
	  OPEN, cmd_open },
	{ "close", "NAME", "remove the mapping", 0, cmd_close },
	{ }
};

static struct cli cli = {
	.name		= "verity-setup",
	.failed		= EXIT_FAILURE,
	.usage		= 2,
	.options	= options,
	.commands	= commands,
	.about		= "Hash trees of layer images, for dm-verity.",
	.notes		=
"FILE is an image or a block device that holds one.\n"
"Exit status: 0 done, 1 failed or wrong, 2 wrong usage.",
};

static void validate_options(void)
{
	struct error e;

	if (arguments.fec && !arguments.tree.superblock)
		cli_usage(&cli,
			  "a guest does not look for error correction behind a trailer; add --superblock");
	if (verity_options_finish(&arguments.tree, &e)) {
		cli_fail(&cli, &e);
		cli_hint(&cli);
	}
}

int main(int argc, char **argv)
{
	cli_begin(&cli);
	arguments.tree = verity_default;
	arguments.cli = &cli;
	arguments.args = cli_parse(&cli, argc, argv);
	validate_options();
	return cli_run(&cli, &arguments);
}
