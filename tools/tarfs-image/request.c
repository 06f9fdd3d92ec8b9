// SPDX-License-Identifier: GPL-2.0
/*
 * Parse the command lines of all commands.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <string.h>

#include "base/size.h"
#include "request.h"
#include "source.h"

struct request request;

/* Parse "tmpfs", "tmpfs:SIZE" or "disk", with the limits of the agent. */
static int parse_scratch(void *to, const char *text, struct error *e)
{
	static const char *const types[] = { "disk", "tmpfs" };
	struct pod_scratch *s = to;
	size_t i;

	*s = (struct pod_scratch){ 0 };
	for (i = 0; i < 2; i++)
		if (!strncmp(text, types[i], strlen(types[i])))
			s->type = types[i];
	text += s->type ? strlen(s->type) : 0;
	if (s->type && !*text)
		return 0;
	if (s->type == types[1] && *text == ':' &&
	    !size_parse(text + 1, &s->size) &&
	    s->size >= POD_SCRATCH_MIN && s->size <= POD_SCRATCH_MAX)
		return 0;
	return error_set(e, -EINVAL,
			 "--scratch must be disk, tmpfs, or tmpfs: and 1M to 1024T");
}

static int parse_word(void *words, const char *word, struct error *e)
{
	return override_add(words, word, e);
}

static int parse_variable(void *env, const char *text, struct error *e)
{
	if (*text == '=' || !strchr(text, '='))
		return error_set(e, -EINVAL,
				 "--env must be NAME=VALUE, not '%s'", text);
	return override_add(env, text, e);
}

static int parse_platform(void *to, const char *text, struct error *e)
{
	struct request *req = to;

	req->platform = &req->platform_given;
	return platform_parse(&req->platform_given, text, e);
}

const struct cli_option request_options[] = {
	{ 0, "format", "1|2",
	  "index format of the layer images (default: 2; of verify: what they have)",
	  CONVERT | VERIFY, .number = &request.format, .min = 1, .max = 2 },
	{ 0, "pax-ids", NULL,
	  "of --format=1: uid and gid from PAX records, too",
	  CONVERT | VERIFY, .flag = &request.pax_ids },
	{ 0, "max-size", "BYTES",
	  "refuse larger layers, uncompressed; K, M, G and T are powers of 1024",
	  CONVERT | VERIFY, .size = &request.max_size },
	{ 0, "max-index", "BYTES", "refuse layers whose index takes more",
	  CONVERT | VERIFY, .size = &request.max_index },
	{ 0, "platform", "OS/ARCHITECTURE[/VARIANT]",
	  "which image, if there are several (default: for this machine)",
	  CONVERT | VERIFY, .parse = parse_platform, .to = &request },
	{ 0, "entrypoint", "WORD", NULL, CONVERT | VERIFY,
	  .parse = parse_word, .to = &request.override.entrypoint },
	{ 0, "cmd", "WORD",
	  "what to run, in place of the image's; once for each word",
	  CONVERT | VERIFY,
	  .parse = parse_word, .to = &request.override.cmd },
	{ 0, "env", "NAME=VALUE",
	  "a variable more, or in place of the image's; repeatable",
	  CONVERT | VERIFY,
	  .parse = parse_variable, .to = &request.override.env },
	{ 0, "user", "USER[:GROUP]", NULL, CONVERT | VERIFY,
	  .text = &request.override.user },
	{ 0, "workdir", "DIRECTORY", "in place of the image's",
	  CONVERT | VERIFY, .text = &request.override.workdir },
	{ 0, "scratch", "tmpfs[:BYTES]|disk",
	  "where what the container writes goes, for the pod spec",
	  CONVERT | VERIFY, .parse = parse_scratch, .to = &request.scratch },
	{ 'j', "jobs", "N",
	  "work on N layers at a time (default: as many as there are processors)",
	  CONVERT | VERIFY,
	  .number = &request.jobs.threads, .min = 1, .max = JOBS_MAX },
	{ 'q', "quiet", NULL,
	  "say nothing but errors and differences, and draw nothing",
	  CONVERT | VERIFY, .choice = &request.report, .value = REPORT_NONE },
	{ 0, "pull", NULL,
	  "make a pod spec only: the guest makes the images, of blobs",
	  CONVERT, .flag = &request.pull },
	{ 0, "strict", NULL,
	  "refuse layers that a warning would be given for",
	  CONVERT, .flag = &request.strict },
	{ 0, "force", NULL,
	  "make layer images anew that are there already",
	  CONVERT, .flag = &request.force },
	{ 'v', "verbose", NULL, "say more about every layer",
	  CONVERT, .flag = &request.verbose },
	{ 0, "json", NULL, "print JSON, with all layers",
	  CONVERT | LIST, .choice = &request.report, .value = REPORT_JSON },
	{ }
};

/* Parse SOURCE or SOURCE:TAG; as in umoci and skopeo, the first ':' counts. */
static void parse_source(const struct cli *c, char *source)
{
	char *colon = strchr(source, ':');

	if (colon) {
		*colon = '\0';
		request.tag = colon + 1;
	}
	request.source = source;
	if (!*source)
		cli_usage(c, "the name of a layout or an archive is missing");
	if (colon && !*request.tag)
		cli_usage(c, "a tag is missing behind '%s:'", source);
}

void request_finish(const struct cli *c, char **args)
{
	if (request.pax_ids && request.format != 1)
		cli_usage(c, "--pax-ids is for --format=1");
	if (request.pull &&
	    (request.format || request.strict || request.force))
		cli_usage(c,
			  "--pull makes no layer image: no --format, --strict, --force");
	parse_source(c, args[0]);
	request.outdir = args[1];
	if (request.outdir && !*request.outdir)
		cli_usage(c, "the name of OUTDIR is missing");
	request.jobs.show = request.report != REPORT_NONE;
}

int request_image(const struct request *req, image_user *use, void *ctx,
		  struct error *e)
{
	struct oci_image image;
	struct store store;
	int err;

	err = store_open(&store, req->source, e);
	if (err)
		return err;
	err = source_open(&image, &store, req->tag, req->platform, e);
	if (err)
		goto close_store;
	err = override_apply(&req->override, image.config, e);
	if (!err)
		err = use(req, &image, ctx, e);
	oci_close(&image);
close_store:
	store_close(&store);
	return err;
}
