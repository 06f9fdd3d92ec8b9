// SPDX-License-Identifier: GPL-2.0
/*
 * Makes the image of a tarball that the kernel can mount.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/sha256.h"
#include "base/size.h"
#include "image/convert.h"
#include "progress.h"
#include "report.h"
#include "stream/output.h"

#define THREADS_MAX	1024

/* @tarball, @image: as for convert_tarball() */
struct arguments {
	struct convert_options opts;
	enum report_style style;
	bool verbose;
	struct progress progress;
	uint8_t diff_id[SHA256_SIZE];
	struct verity_options verity;
	const char *tarball;
	const char *image;
};

static const struct cli cli = { "mktarfs", EXIT_FAILURE, 2 };

static const struct option long_options[] = {
	{ "format",	required_argument,	NULL, 'f' },
	{ "diff-id",	required_argument,	NULL, 'd' },
	{ "max-size",	required_argument,	NULL, 'm' },
	{ "max-index",	required_argument,	NULL, 'i' },
	{ "threads",	required_argument,	NULL, 't' },
	VERITY_LONG_OPTIONS,
	{ "no-verity",	no_argument,		NULL, 'n' },
	{ "pax-ids",	no_argument,		NULL, 'p' },
	{ "strict",	no_argument,		NULL, 's' },
	{ "json",	no_argument,		NULL, 'j' },
	{ "quiet",	no_argument,		NULL, 'q' },
	{ "verbose",	no_argument,		NULL, 'v' },
	{ "help",	no_argument,		NULL, 'h' },
	{ "version",	no_argument,		NULL, 'V' },
	{ 0 }
};

static const char help[] =
	"Usage: mktarfs [OPTION]... TARBALL [IMAGE]\n"
	"Make an image that \"mount -t tar\" can mount: the tar, an index, and a\n"
	"dm-verity hash tree.  TARBALL is plain, gzip, zstd, xz or bzip2; \"-\" is\n"
	"standard input.  Without IMAGE all is appended to TARBALL, a plain tar.\n"
	"\n"
	"      --format=1|2            of the index; 2 is the default, 1 is for root\n"
	"                              hashes that were made by the original tools\n"
	"      --diff-id=sha256:HEX    refuse a tar with another digest\n"
	"      --max-size=BYTES        refuse a tar that is larger, uncompressed;\n"
	"                              K, M, G and T are powers of 1024\n"
	"      --max-index=BYTES       refuse a tar whose index takes more\n"
	"      --threads=N             that hash; 0, one a processor, is the default\n"
	"      --no-verity             no hash tree\n"
	"      --pax-ids               of format 1: uid and gid from PAX records, too\n"
	"      --strict                warnings are errors\n"
	"      --json                  report as JSON\n"
	VERITY_OPTIONS_HELP
	"  -q, --quiet                 no report, no progress on a terminal\n"
	"  -v, --verbose               say how large the parts of the image are\n"
	"      --help                  this text\n"
	"      --version               the version\n"
	"\n"
	"Exit status: 0 done, 1 refused or failed, 2 wrong usage.\n";

static int parse_format(struct arguments *args, const char *value)
{
	if (strcmp(value, "1") && strcmp(value, "2"))
		return cli_usage(&cli, "--format must be 1 or 2, not %s", value);
	args->opts.format = value[0] - '0';
	return 0;
}

static int parse_diff_id(struct arguments *args, const char *value)
{
	static const char prefix[] = "sha256:";
	const size_t len = sizeof(prefix) - 1;

	if (strncmp(value, prefix, len) ||
	    sha256_from_hex(value + len, args->diff_id))
		return cli_usage(&cli,
				 "--diff-id must be sha256: and 64 hexadecimal digits, not %s",
				 value);
	args->opts.diff_id = args->diff_id;
	return 0;
}

static int parse_max_size(struct arguments *args, const char *value)
{
	if (size_parse(value, &args->opts.max_size))
		return cli_usage(&cli, "--max-size must be a number of bytes, not %s",
				 value);
	return 0;
}

static int parse_max_index(struct arguments *args, const char *value)
{
	if (size_parse(value, &args->opts.max_index))
		return cli_usage(&cli, "--max-index must be a number of bytes, not %s",
				 value);
	return 0;
}

static int parse_threads(struct arguments *args, const char *value)
{
	uint64_t n;

	if (cli_number(value, 0, THREADS_MAX, &n))
		return cli_usage(&cli, "--threads must be a number, 0 for one a processor, not %s",
				 value);
	args->opts.threads = n;
	return 0;
}

static int tree_usage(int err, const struct error *e)
{
	return err ? cli_usage(&cli, "%s", e->text) : 0;
}

static int parse_option(struct arguments *args, int opt)
{
	struct error e;

	switch (opt) {
	case 'f':
		return parse_format(args, optarg);
	case 'd':
		return parse_diff_id(args, optarg);
	case 'm':
		return parse_max_size(args, optarg);
	case 'i':
		return parse_max_index(args, optarg);
	case 't':
		return parse_threads(args, optarg);
	case 'n':
		args->opts.verity = NULL;
		return 0;
	case 'p':
		args->opts.pax_ids = true;
		return 0;
	case 's':
		args->opts.strict = true;
		return 0;
	case 'j':
		args->style = REPORT_JSON;
		return 0;
	case 'q':
		args->style = REPORT_NONE;
		return 0;
	case 'v':
		args->verbose = true;
		return 0;
	case 'h':
		exit(cli_print(&cli, help));
	case 'V':
		exit(cli_version(&cli));
	case '?':	/* getopt_long() said what is wrong */
		return cli.usage;
	default:
		return tree_usage(verity_option(&args->verity, opt, optarg,
						&e), &e);
	}
}

static int parse_arguments(struct arguments *args, int argc, char **argv)
{
	struct error e;
	int opt, ret;

	args->opts.verity = &args->verity;
	while ((opt = getopt_long(argc, argv, "qv", long_options, NULL)) != -1) {
		ret = parse_option(args, opt);
		if (ret)
			return ret;
	}
	ret = tree_usage(verity_options_finish(&args->verity, &e), &e);
	if (ret)
		return ret;
	if (args->opts.pax_ids && args->opts.format != 1)
		return cli_usage(&cli, "--pax-ids is for --format=1");
	if (optind == argc)
		return cli_usage(&cli, "which tarball?");
	if (argc - optind > 2)
		return cli_usage(&cli, "too many arguments: %s",
				 argv[optind + 2]);
	args->tarball = argv[optind];
	args->image = argv[optind + 1];
	if (args->image && !strcmp(args->image, "-"))
		return cli_usage(&cli,
				 "an image cannot be written to standard output");
	return 0;
}

/* the bar goes before the report comes */
static int confirm(void *ctx, const struct convert_result *res, struct error *e)
{
	struct arguments *args = ctx;

	progress_end(&args->progress);
	if (args->verbose)
		report_sizes(res);
	return report_result(&args->style, res, e);
}

int main(int argc, char **argv)
{
	struct arguments args = {
		.verity	= verity_default,
		.opts	= {
			.format		= 2,
			.confirm	= confirm,
			.confirm_ctx	= &args,
			.progress	= progress_more,
			.progress_ctx	= &args.progress,
		},
	};
	struct convert_result res;
	struct error e = { "" };
	int ret;

	cli_begin(&cli);
	output_catch_signals();
	ret = parse_arguments(&args, argc, argv);
	if (ret)
		return ret;
	progress_begin(&args.progress, args.tarball,
		       args.style != REPORT_NONE);
	ret = convert_tarball(args.tarball, args.image, &args.opts, &res, &e);
	progress_end(&args.progress);
	if (ret || args.style != REPORT_JSON)
		report_warnings(&res.warnings);
	if (ret)
		cli_fail(&cli, &e);
	convert_result_free(&res);
	return ret ? cli.failed : EXIT_SUCCESS;
}
