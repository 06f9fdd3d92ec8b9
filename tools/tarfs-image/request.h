/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a command line asks for.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_REQUEST_H
#define TARFS_IMAGE_REQUEST_H

#include <stdbool.h>

#include "command.h"
#include "jobs.h"
#include "oci.h"
#include "override.h"
#include "platform.h"
#include "pod.h"

/**
 * struct request - arguments and options of all commands
 * @source: a layout or an archive
 * @tag: NULL if none was given
 * @outdir: NULL if the command has none
 * @platform: NULL if none was given
 * @format: 0 if none was given
 * @pax_ids: uid and gid from PAX records, too; @format is 1
 * @override: of the image configuration, for the pod spec
 * @scratch: for the pod spec
 * @max_size: of a layer, uncompressed bytes; 0 if none was given
 * @max_index: of a layer's index, bytes; 0 if none was given
 */
struct request {
	char *source;
	char *tag;
	const char *outdir;
	const struct platform *platform;
	struct platform platform_given;
	int format;
	struct override override;
	struct pod_scratch scratch;
	uint64_t max_size;
	uint64_t max_index;
	bool pax_ids;
	bool pull;
	bool strict;
	bool force;
	bool json;
	bool quiet;
	bool verbose;
	struct jobs jobs;
};

/**
 * request_take() - read a command line
 * @options: the letters of the options that this command has, as the table in
 *	request.c has them
 * @arguments: 1 or 2
 *
 * Return: -1 if there is something to do, else the exit status.  In either case
 * request_release() is to be called.
 */
int request_take(struct request *req, const struct command *cmd, int argc,
		 char *argv[], const char *options, int arguments);
void request_release(struct request *req);

typedef int image_user(const struct request *req,
		       const struct oci_image *image, void *ctx,
		       struct error *e);

/* do something with the image that was asked for, which is open meanwhile */
int request_image(const struct request *req, image_user *use, void *ctx,
		  struct error *e);

#endif /* TARFS_IMAGE_REQUEST_H */
