// SPDX-License-Identifier: GPL-2.0
/*
 * Reading the command lines of all commands.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/size.h"
#include "request.h"
#include "source.h"

static const struct option all_options[] = {
	{ "format", required_argument, NULL, 'f' },
	{ "max-size", required_argument, NULL, 'm' },
	{ "max-index", required_argument, NULL, 'I' },
	{ "platform", required_argument, NULL, 'p' },
	{ "jobs", required_argument, NULL, 'j' },
	{ "pax-ids", no_argument, NULL, 'i' },
	{ "entrypoint", required_argument, NULL, 'n' },
	{ "cmd", required_argument, NULL, 'c' },
	{ "env", required_argument, NULL, 'e' },
	{ "user", required_argument, NULL, 'u' },
	{ "workdir", required_argument, NULL, 'w' },
	{ "scratch", required_argument, NULL, 'S' },
	{ "pull", no_argument, NULL, 'P' },
	{ "strict", no_argument, NULL, 's' },
	{ "force", no_argument, NULL, 'F' },
	{ "json", no_argument, NULL, 'J' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
};

#define OPTION_COUNT	(sizeof(all_options) / sizeof(all_options[0]))

/* SOURCE or SOURCE:TAG, as umoci and skopeo have it: the first ':' counts. */
static bool parse_source(struct request *req, char *source)
{
	char *colon = strchr(source, ':');

	if (colon) {
		*colon = '\0';
		req->tag = colon + 1;
	}
	req->source = source;
	return *source && (!colon || *req->tag);
}

static bool parse_format(struct request *req, const char *text)
{
	if (strcmp(text, "1") && strcmp(text, "2")) {
		fprintf(stderr, "tarfs-image: there is no format '%s'\n",
			text);
		return false;
	}
	req->format = text[0] - '0';
	return true;
}

static bool parse_jobs(struct request *req, const char *text)
{
	uint64_t jobs;

	if (cli_number(text, 1, JOBS_MAX, &jobs)) {
		fprintf(stderr,
			"tarfs-image: --jobs takes a number from 1 to %d\n",
			JOBS_MAX);
		return false;
	}
	req->jobs.threads = jobs;
	return true;
}

static bool parse_size(const char *option, const char *text, uint64_t *size)
{
	if (!size_parse(text, size))
		return true;
	fprintf(stderr,
		"tarfs-image: %s must be a number of bytes, not '%s'\n",
		option, text);
	return false;
}

/* "tmpfs", "tmpfs:SIZE" or "disk"; sizes as the agent takes them */
static bool parse_scratch(struct request *req, const char *text)
{
	static const char *const types[] = { "disk", "tmpfs" };
	struct pod_scratch *s = &req->scratch;
	size_t i;

	*s = (struct pod_scratch){ 0 };
	for (i = 0; i < 2; i++)
		if (!strncmp(text, types[i], strlen(types[i])))
			s->type = types[i];
	text += s->type ? strlen(s->type) : 0;
	if (s->type && !*text)
		return true;
	if (s->type == types[1] && *text == ':' &&
	    !size_parse(text + 1, &s->size) &&
	    s->size >= POD_SCRATCH_MIN && s->size <= POD_SCRATCH_MAX)
		return true;
	fputs("tarfs-image: --scratch takes disk, tmpfs, or tmpfs: and 1M to 1024T\n",
	      stderr);
	return false;
}

static bool parse_word(json_t **words, const char *word)
{
	struct error e;

	if (!override_add(words, word, &e))
		return true;
	print_error(&e);
	return false;
}

static bool parse_variable(struct request *req, const char *text)
{
	if (*text != '=' && strchr(text, '='))
		return parse_word(&req->override.env, text);
	fprintf(stderr, "tarfs-image: --env takes NAME=VALUE, not '%s'\n",
		text);
	return false;
}

static bool parse_platform(struct request *req, const char *text)
{
	struct error e;

	if (platform_parse(&req->platform_given, text, &e)) {
		print_error(&e);
		return false;
	}
	req->platform = &req->platform_given;
	return true;
}

static bool parse_option(struct request *req, int c)
{
	switch (c) {
	case 'f':
		return parse_format(req, optarg);
	case 'm':
		return parse_size("--max-size", optarg, &req->max_size);
	case 'I':
		return parse_size("--max-index", optarg, &req->max_index);
	case 'p':
		return parse_platform(req, optarg);
	case 'j':
		return parse_jobs(req, optarg);
	case 'i':
		req->pax_ids = true;
		return true;
	case 'n':
		return parse_word(&req->override.entrypoint, optarg);
	case 'c':
		return parse_word(&req->override.cmd, optarg);
	case 'e':
		return parse_variable(req, optarg);
	case 'u':
		req->override.user = optarg;
		return true;
	case 'w':
		req->override.workdir = optarg;
		return true;
	case 'S':
		return parse_scratch(req, optarg);
	case 'P':
		req->pull = true;
		return true;
	case 's':
		req->strict = true;
		return true;
	case 'F':
		req->force = true;
		return true;
	case 'J':
		req->json = true;
		return true;
	case 'q':
		req->quiet = true;
		return true;
	case 'v':
		req->verbose = true;
		return true;
	default:
		return false;
	}
}

/* those of all options that a command has, short and long */
static void choose_options(const char *options, char *letters,
			   struct option *chosen)
{
	size_t i;

	for (i = 0; i < OPTION_COUNT; i++) {
		if (!strchr(options, all_options[i].val))
			continue;
		*chosen++ = all_options[i];
		if (strchr("jqvh", all_options[i].val))
			*letters++ = all_options[i].val;
		if (all_options[i].val == 'j')
			*letters++ = ':';
	}
	*chosen = (struct option){ 0 };
	*letters = '\0';
}

int request_take(struct request *req, const struct command *cmd, int argc,
		 char *argv[], const char *options, int arguments)
{
	struct option chosen[OPTION_COUNT + 1];
	char letters[2 * OPTION_COUNT];
	int c;

	*req = (struct request){ .jobs.threads = jobs_default() };
	choose_options(options, letters, chosen);
	while ((c = getopt_long(argc, argv, letters, chosen, NULL)) != -1) {
		if (c == 'h')
			return command_help(cmd);
		if (!parse_option(req, c))
			return command_usage(cmd);
	}
	if (req->pax_ids && req->format != 1) {
		fputs("tarfs-image: --pax-ids is for --format=1\n", stderr);
		return command_usage(cmd);
	}
	if (argc - optind != arguments || !parse_source(req, argv[optind]))
		return command_usage(cmd);
	if (arguments > 1)
		req->outdir = argv[optind + 1];
	if (arguments > 1 && !*req->outdir)
		return command_usage(cmd);
	req->jobs.show = !req->quiet;
	return -1;
}

void request_release(struct request *req)
{
	override_free(&req->override);
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
