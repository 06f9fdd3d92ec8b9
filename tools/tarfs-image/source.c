// SPDX-License-Identifier: GPL-2.0
/*
 * Open an image in an OCI layout or an archive of "docker save".
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include "docker.h"
#include "select.h"
#include "source.h"

static int open_candidate(struct oci_image *image, const struct store *store,
			  const struct candidate *one,
			  const struct platform *want, struct error *e)
{
	int err;

	err = oci_read(image, store, one->tag, &one->blob, e);
	if (err)
		return err;
	err = oci_check_platform(image, want, e);
	if (err)
		error_prefix(e, "image sha256:%s", image->digest);
	else
		err = oci_read_layers(image, store, e);
	if (err)
		oci_close(image);
	return err;
}

int source_open(struct oci_image *image, const struct store *store,
		const char *tag, const struct platform *want, struct error *e)
{
	const struct candidate *one;
	struct candidates all;
	int err;

	if (docker_is_archive(store))
		return docker_open(image, store, tag, want, e);
	err = oci_check_layout(store, e);
	if (!err)
		err = candidates_find(&all, store, tag, e);
	if (err)
		return err;
	err = candidates_choose(&all, store, tag, want, &one, e);
	if (!err)
		err = open_candidate(image, store, one, want, e);
	candidates_free(&all);
	return err;
}
