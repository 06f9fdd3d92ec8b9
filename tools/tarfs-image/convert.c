// SPDX-License-Identifier: GPL-2.0
/*
 * The command "convert": from an image in a layout to files for a guest.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "command.h"
#include "layer.h"
#include "oci.h"
#include "outdir.h"
#include "pod.h"
#include "process.h"
#include "size.h"

#define CACHE_NAME	"layers-cache.json"
#define POD_NAME	"pod.json"
#define POD_DIGEST_NAME	"pod.sha256"

/**
 * struct request - what the command line asks for
 * @tag: NULL if none was given
 * @opts: for the layers
 */
struct request {
	char *layout;
	char *tag;
	const char *outdir;
	struct convert_options opts;
	bool quiet;
};

static void print_warnings(const struct oci_layer *source,
			   const struct warnings *warnings)
{
	const struct warning *w;
	char *first;
	size_t i;

	for (i = 0; i < warnings->count; i++) {
		w = &warnings->list[i];
		first = warning_where(w);
		fprintf(stderr,
			"tarfs-image: warning: blob sha256:%s: %s (%" PRIu64
			", first: %s)\n",
			source->blob.hex, w->kind->text, w->count,
			first ? first : "?");
		free(first);
	}
}

static int convert_one(const struct request *req,
		       const struct oci_image *image,
		       const struct oci_layer *source, struct layer *layer,
		       const char *dir, struct error *e)
{
	struct convert_result res;
	int err;

	err = layer_convert(layer, image, source, dir, &req->opts, &res, e);
	if (err || !req->quiet)
		print_warnings(source, &res.warnings);
	if (!err && !req->quiet)
		printf("layers/%s\n  diff_id    sha256:%s\n  root hash  %s\n",
		       layer->name, layer->diff_id, layer->root_hash);
	convert_result_free(&res);
	return err;
}

static int convert_layers(const struct request *req,
			  const struct oci_image *image, struct layer *layers,
			  struct error *e)
{
	char *dir;
	size_t i;
	int err;

	if (asprintf(&dir, "%s/layers", req->outdir) < 0)
		return error_set(e, -ENOMEM, "out of memory");
	err = outdir_make(dir, e);
	for (i = 0; !err && i < image->count; i++)
		err = convert_one(req, image, &image->layers[i], &layers[i],
				  dir, e);
	free(dir);
	return err;
}

static int write_cache(const struct request *req, const struct layer *layers,
		       size_t count, struct error *e)
{
	char *text;
	int err;

	err = cache_text(&text, layers, count, e);
	if (err)
		return err;
	err = outdir_write(req->outdir, CACHE_NAME, text, strlen(text), e);
	free(text);
	return err;
}

/* The digest is for "sha256sum -c"; it is there once all the rest is. */
static int write_pod_digest(const struct request *req, const char *text,
			    size_t len, struct error *e)
{
	char line[SHA256_HEX_SIZE + sizeof("  " POD_NAME "\n")];
	uint8_t digest[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE];
	int err;

	err = sha256_buffer(text, len, digest, e);
	if (err)
		return err;
	sha256_to_hex(digest, hex);
	snprintf(line, sizeof(line), "%s  " POD_NAME "\n", hex);
	err = outdir_write(req->outdir, POD_DIGEST_NAME, line, strlen(line),
			   e);
	if (!err && !req->quiet)
		printf(POD_NAME "\n  tarfs.pod=sha256:%s\n", hex);
	return err;
}

static int write_pod(const struct request *req, const struct oci_image *image,
		     const struct layer *layers, json_t *process,
		     struct error *e)
{
	char id[POD_ID_MAX + 1];
	char *text;
	size_t len;
	int err;

	pod_id(image->tag, id);
	err = pod_text(&text, &len, id, layers, image->count, process, e);
	if (err)
		return err;
	err = outdir_write(req->outdir, POD_NAME, text, len, e);
	if (!err)
		err = write_pod_digest(req, text, len, e);
	free(text);
	return err;
}

static int write_outdir(const struct request *req,
			const struct oci_image *image, struct layer *layers,
			json_t *process, struct error *e)
{
	int err;

	err = outdir_make(req->outdir, e);
	if (!err)
		err = outdir_remove(req->outdir, POD_DIGEST_NAME, e);
	if (err)
		return err;
	err = convert_layers(req, image, layers, e);
	if (!err)
		err = write_cache(req, layers, image->count, e);
	if (!err)
		err = write_pod(req, image, layers, process, e);
	if (err)
		fprintf(stderr,
			"tarfs-image: %s is incomplete, it has no " POD_DIGEST_NAME "\n",
			req->outdir);
	return err;
}

/* Whether there will be a pod spec: root hashes do not change its size. */
static int check_pod(const struct oci_image *image,
		     const struct layer *layers, json_t *process,
		     struct error *e)
{
	char id[POD_ID_MAX + 1];
	char *text;
	size_t len;
	int err;

	pod_id(image->tag, id);
	err = pod_text(&text, &len, id, layers, image->count, process, e);
	if (!err)
		free(text);
	return err;
}

/* All that can be wrong with the image is found before OUTDIR is touched. */
static int convert_image(const struct request *req,
			 const struct oci_image *image, struct error *e)
{
	struct layer *layers;
	json_t *process;
	int err;

	layers = calloc(image->count, sizeof(*layers));
	if (!layers)
		return error_set(e, -ENOMEM, "out of memory");
	err = layers_inspect(layers, image, req->opts.max_size, e);
	if (err)
		goto out_free;
	err = process_build(&process, image->config, layers, image->count, e);
	if (err)
		goto out_free;
	err = check_pod(image, layers, process, e);
	if (!err)
		err = write_outdir(req, image, layers, process, e);
	json_decref(process);
out_free:
	layers_free(layers, image->count);
	return err;
}

static int run(const struct request *req, struct error *e)
{
	struct oci_image image;
	int err;

	err = oci_open(&image, req->layout, req->tag, e);
	if (err)
		return err;
	err = convert_image(req, &image, e);
	oci_close(&image);
	return err;
}

/* LAYOUT or LAYOUT:TAG, as umoci and skopeo have it: the first ':' counts. */
static bool take_arguments(struct request *req, char *layout,
			   const char *outdir)
{
	char *colon = strchr(layout, ':');

	if (colon) {
		*colon = '\0';
		req->tag = colon + 1;
	}
	req->layout = layout;
	req->outdir = outdir;
	return *layout && *outdir && (!colon || *req->tag);
}

static bool take_format(struct request *req, const char *text)
{
	if (strcmp(text, "1") && strcmp(text, "2")) {
		fprintf(stderr, "tarfs-image: there is no format '%s'\n",
			text);
		return false;
	}
	req->opts.format = text[0] - '0';
	return true;
}

static bool take_max_size(struct request *req, const char *text)
{
	if (!size_parse(text, &req->opts.max_size))
		return true;
	fprintf(stderr, "tarfs-image: '%s' is not a number of bytes\n", text);
	return false;
}

int cmd_convert(const struct command *cmd, int argc, char *argv[])
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "max-size", required_argument, NULL, 'm' },
		{ "strict", no_argument, NULL, 's' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	struct request req = {
		.opts = {
			.format = 2,
			.verity = &verity_default,
		},
	};
	struct error e = { "" };
	int c;

	while ((c = getopt_long(argc, argv, "qh", options, NULL)) != -1) {
		switch (c) {
		case 'f':
			if (!take_format(&req, optarg))
				return command_usage(cmd);
			break;
		case 'm':
			if (!take_max_size(&req, optarg))
				return command_usage(cmd);
			break;
		case 's':
			req.opts.strict = true;
			break;
		case 'q':
			req.quiet = true;
			break;
		case 'h':
			return command_help(cmd);
		default:
			return command_usage(cmd);
		}
	}
	if (argc - optind != 2 ||
	    !take_arguments(&req, argv[optind], argv[optind + 1]))
		return command_usage(cmd);
	if (run(&req, &e)) {
		print_error(&e);
		return EXIT_REFUSED;
	}
	return EXIT_DONE;
}
