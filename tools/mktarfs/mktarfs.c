// SPDX-License-Identifier: GPL-2.0
/*
 * Make an image of a tarball that the kernel can mount.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
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

static struct {
	struct convert_options opts;
	unsigned int format;
	unsigned int style;
	bool no_verity;
	bool verbose;
	struct progress progress;
	uint8_t diff_id[SHA256_SIZE];
	struct verity_options verity;
} args = {
	.format	= 2,
	.style	= REPORT_TEXT,
};

static int parse_diff_id(void *to, const char *value, struct error *e)
{
	static const char prefix[] = "sha256:";
	const size_t len = sizeof(prefix) - 1;

	if (strncmp(value, prefix, len) ||
	    sha256_from_hex(value + len, args.diff_id))
		return error_set(e, -EINVAL,
				 "--diff-id must be sha256: and 64 hexadecimal digits, not '%s'",
				 value);
	args.opts.diff_id = args.diff_id;
	return 0;
}

static const struct cli_option options[] = {
	{ 0, "format", "1|2",
	  "of the index; 2 is the default, 1 is for root hashes that were made by the original tools",
	  .number = &args.format, .min = 1, .max = 2 },
	{ 0, "diff-id", "sha256:HEX", "refuse a tar with another digest",
	  .parse = parse_diff_id },
	{ 0, "max-size", "BYTES",
	  "refuse a tar that is larger, uncompressed; K, M, G and T are powers of 1024",
	  .size = &args.opts.max_size },
	{ 0, "max-index", "BYTES", "refuse a tar whose index takes more",
	  .size = &args.opts.max_index },
	{ 0, "threads", "N",
	  "that hash; 0, one a processor, is the default",
	  .number = &args.opts.threads, .max = THREADS_MAX },
	{ 0, "no-verity", NULL, "no hash tree", .flag = &args.no_verity },
	{ 0, "pax-ids", NULL, "of format 1: uid and gid from PAX records, too",
	  .flag = &args.opts.pax_ids },
	{ 0, "strict", NULL, "warnings are errors",
	  .flag = &args.opts.strict },
	{ 0, "json", NULL, "report as JSON",
	  .choice = &args.style, .value = REPORT_JSON },
	VERITY_OPTIONS(args.verity, 0),
	{ 'q', "quiet", NULL, "no report, no progress on a terminal",
	  .choice = &args.style, .value = REPORT_NONE },
	{ 'v', "verbose", NULL, "say how large the parts of the image are",
	  .flag = &args.verbose },
	{ }
};

static struct cli cli = {
	.name		= "mktarfs",
	.failed		= EXIT_FAILURE,
	.usage		= 2,
	.arguments	= "TARBALL [IMAGE]",
	.options	= options,
	.about		=
"Make an image that \"mount -t tar\" can mount: the tar, an index, and a\n"
"dm-verity hash tree.  TARBALL is plain, gzip, zstd, xz or bzip2; \"-\" is\n"
"standard input.  Without IMAGE all is appended to TARBALL, a plain tar.",
	.notes		= "Exit status: 0 done, 1 refused or failed, 2 wrong usage.",
};

static void validate_options(const char *image)
{
	struct error e;

	if (verity_options_finish(&args.verity, &e)) {
		cli_fail(&cli, &e);
		cli_hint(&cli);
	}
	if (args.opts.pax_ids && args.format != 1)
		cli_usage(&cli, "--pax-ids is for --format=1");
	if (image && !strcmp(image, "-"))
		cli_usage(&cli,
			  "an image cannot be written to standard output");
}

/* Remove the progress bar, then print the report. */
static int confirm(void *ctx, const struct convert_result *res, struct error *e)
{
	progress_end(&args.progress);
	if (args.verbose)
		report_sizes(res);
	return report_result(args.style, res, e);
}

static int convert(const char *tarball, const char *image)
{
	struct convert_result res;
	struct error e = { "" };
	int ret;

	args.opts.format = args.format;
	args.opts.verity = args.no_verity ? NULL : &args.verity;
	args.opts.confirm = confirm;
	args.opts.progress = progress_more;
	args.opts.progress_ctx = &args.progress;
	progress_begin(&args.progress, tarball, args.style != REPORT_NONE);
	ret = convert_tarball(tarball, image, &args.opts, &res, &e);
	progress_end(&args.progress);
	if (ret || args.style != REPORT_JSON)
		report_warnings("mktarfs: warning", &res.warnings);
	if (ret)
		cli_fail(&cli, &e);
	convert_result_free(&res);
	return ret ? cli.failed : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	cli_begin(&cli);
	output_catch_signals();
	args.verity = verity_default;
	argv = cli_parse(&cli, argc, argv);
	validate_options(argv[1]);
	return convert(argv[0], argv[1]);
}
