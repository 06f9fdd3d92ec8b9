// SPDX-License-Identifier: GPL-2.0
/*
 * Hash trees of layer images: make, check, show and map them.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/file.h"
#include "base/sha256.h"
#include "verity-setup.h"

static const struct cli cli = { "verity-setup", EXIT_FAILURE, 2 };

/*
 * struct command - a verb
 * @root: which argument is the root hash; no command has it first
 * @takes: the options that it understands
 */
struct command {
	const char *name;
	int (*run)(const struct arguments *r, struct error *e);
	int min_args;
	int max_args;
	int root;
	enum { NO_OPTIONS, OF_TREE = 1, OF_MAPPING = 2 } takes;
	const char *usage;
	const char *summary;
};

static const struct command commands[] = {
	{ "format", cmd_format, 1, 1, 0, OF_TREE, "FILE",
	  "append hash tree and trailer to FILE, print the root hash" },
	{ "verify", cmd_verify, 2, 2, 1, NO_OPTIONS, "FILE ROOT_HASH",
	  "check all data and the whole tree" },
	{ "dump", cmd_dump, 1, 1, 0, NO_OPTIONS, "FILE",
	  "show what the trailer says" },
	{ "table", cmd_table, 2, 3, 1, OF_MAPPING,
	  "FILE ROOT_HASH [DEVICE]",
	  "print the table for dmsetup, with DEVICE in it, or FILE" },
	{ "open", cmd_open, 3, 3, 2, OF_MAPPING, "FILE NAME ROOT_HASH",
	  "map FILE to /dev/mapper/NAME" },
	{ "close", cmd_close, 1, 1, 0, NO_OPTIONS, "NAME",
	  "remove the mapping" },
};

#define COMMANDS	(sizeof(commands) / sizeof(commands[0]))

enum {
	OPTION_FEC = 1,
	OPTION_FEC_ROOTS,
	OPTION_RESTART,
	OPTION_PANIC,
	OPTION_SIGNATURE,
};

static const struct option options[] = {
	VERITY_LONG_OPTIONS,
	{ "fec-device", required_argument, NULL, OPTION_FEC },
	{ "fec-roots", required_argument, NULL, OPTION_FEC_ROOTS },
	{ "restart-on-corruption", no_argument, NULL, OPTION_RESTART },
	{ "panic-on-corruption", no_argument, NULL, OPTION_PANIC },
	{ "root-hash-signature", required_argument, NULL, OPTION_SIGNATURE },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ }
};

static void print_help(void)
{
	const struct command *c;

	printf("Usage: verity-setup COMMAND ARGUMENT...\n"
	       "Hash trees of layer images, for dm-verity.\n\n");
	for (c = commands; c < commands + COMMANDS; c++)
		printf("  %s %s\n        %s\n", c->name, c->usage, c->summary);
	printf("\nOf format:\n" VERITY_OPTIONS_HELP
	       "      --fec-device=NEWFILE    forward error correction, with --superblock\n"
	       "      --fec-roots=2..24       bytes of parity in each 255 (default: 2)\n"
	       "\nOf table and open:\n"
	       "      --restart-on-corruption, --panic-on-corruption\n"
	       "                              what the kernel does instead of an error\n"
	       "      --root-hash-signature=FILE\n"
	       "                              PKCS #7 in DER, which the kernel is to check\n"
	       "\n  -h, --help     show this help\n"
	       "  -V, --version  show the version\n\n"
	       "FILE is an image or a block device that holds one.\n"
	       "Exit status: 0 done, 1 failed or wrong, 2 wrong usage.\n");
}

static int usage_error(const struct command *c)
{
	if (c)
		fprintf(stderr, "Usage: verity-setup %s %s\n", c->name,
			c->usage);
	else
		fprintf(stderr, "Usage: verity-setup COMMAND ARGUMENT...\n"
			"Try 'verity-setup --help'.\n");
	return cli.usage;
}

static const struct command *find_command(const char *name)
{
	const struct command *c;

	for (c = commands; c < commands + COMMANDS; c++)
		if (!strcmp(c->name, name))
			return c;
	fprintf(stderr, "verity-setup: there is no command '%s'\n", name);
	return NULL;
}

static int run_command(const struct command *c, struct arguments *r)
{
	uint8_t root[SHA256_SIZE];
	struct error e = {};

	if (c->root && sha256_from_hex(r->args[c->root], root)) {
		fprintf(stderr,
			"verity-setup: '%s' is not a root hash of %d hexadecimal digits\n",
			r->args[c->root], 2 * SHA256_SIZE);
		return usage_error(c);
	}
	r->root = c->root ? root : NULL;
	return c->run(r, &e) ? cli_fail(&cli, &e) : EXIT_SUCCESS;
}

static int parse_roots(struct arguments *r, const char *value, struct error *e)
{
	uint64_t n;

	if (cli_number(value, 2, 24, &n))
		return error_set(e, -EINVAL, "--fec-roots must be 2 to 24, not %s",
				 value);
	r->fec_roots = n;
	return 0;
}

/* read the signature; whatever it is, the kernel judges it */
static int load_signature(struct arguments *r, const char *path,
			  struct error *e)
{
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
	r->rules.signature = der;
	r->rules.signature_len = size;
	return err;
}

/* the last one counts, as in veritysetup */
static int parse_option(struct arguments *r, int option, struct error *e)
{
	switch (option) {
	case OPTION_RESTART:
		r->rules.on_corruption = VERITY_RESTART;
		return 0;
	case OPTION_PANIC:
		r->rules.on_corruption = VERITY_PANIC;
		return 0;
	case OPTION_SIGNATURE:
		return load_signature(r, optarg, e);
	case OPTION_FEC:
		r->fec = optarg;
		return 0;
	case OPTION_FEC_ROOTS:
		return parse_roots(r, optarg, e);
	default:
		return verity_option(&r->tree, option, optarg, e);
	}
}

static int validate_options(struct arguments *r, struct error *e)
{
	if (r->fec && !r->tree.superblock)
		return error_set(e, -EINVAL,
				 "a guest does not look for error correction behind a trailer; add --superblock");
	return verity_options_finish(&r->tree, e);
}

/* to which commands an option belongs */
static int option_is_of(int option)
{
	switch (option) {
	case OPTION_RESTART:
	case OPTION_PANIC:
	case OPTION_SIGNATURE:
		return OF_MAPPING;
	default:
		return OF_TREE;
	}
}

static int option_error(const struct error *e)
{
	cli_fail(&cli, e);
	return usage_error(NULL);
}

int main(int argc, char **argv)
{
	struct arguments r = { .tree = verity_default, .fec_roots = 2 };
	const struct command *c;
	struct error e;
	int option, args, given = NO_OPTIONS;

	cli_begin(&cli);
	while ((option = getopt_long(argc, argv, "hV", options, NULL)) != -1) {
		switch (option) {
		case 'h':
			print_help();
			return cli_finish(&cli, EXIT_SUCCESS);
		case 'V':
			return cli_version(&cli);
		case '?':
			return usage_error(NULL);
		}
		given |= option_is_of(option);
		if (parse_option(&r, option, &e))
			return option_error(&e);
	}
	if (optind == argc)
		return usage_error(NULL);
	c = find_command(argv[optind]);
	if (!c)
		return usage_error(NULL);
	args = argc - optind - 1;
	if (args < c->min_args || args > c->max_args ||
	    given & ~c->takes)
		return usage_error(c);
	if (validate_options(&r, &e))
		return option_error(&e);
	r.args = argv + optind + 1;
	return cli_finish(&cli, run_command(c, &r));
}
