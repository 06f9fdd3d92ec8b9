/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parsed command lines of all commands.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_REQUEST_H
#define TARFS_IMAGE_REQUEST_H

#include <stdbool.h>

#include "base/cli.h"
#include "base/report.h"
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
 * @report: an enum report_style
 */
struct request {
	char *source;
	char *tag;
	const char *outdir;
	const struct platform *platform;
	struct platform platform_given;
	unsigned int format;
	unsigned int report;
	struct override override;
	struct pod_scratch scratch;
	uint64_t max_size;
	uint64_t max_index;
	bool pax_ids;
	bool pull;
	bool strict;
	bool force;
	bool verbose;
	struct jobs jobs;
};

/* destination of the options; main() passes it to the command */
extern struct request request;
extern const struct cli_option request_options[];

/*
 * validate the options together, and parse the arguments; exits if they are
 * wrong
 */
void request_finish(const struct cli *c, char **args);

typedef int image_user(const struct request *req,
		       const struct oci_image *image, void *ctx,
		       struct error *e);

/* open the requested image, call @use, and close it */
int request_image(const struct request *req, image_user *use, void *ctx,
		  struct error *e);

#endif /* TARFS_IMAGE_REQUEST_H */
