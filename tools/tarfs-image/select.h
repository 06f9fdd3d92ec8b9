/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Find the images of an OCI index, and select one.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_SELECT_H
#define TARFS_IMAGE_SELECT_H

#include <stdbool.h>
#include <stddef.h>
#include <jansson.h>

#include "base/error.h"
#include "blob.h"
#include "platform.h"
#include "store.h"

/**
 * struct candidate - a manifest
 * @tag: "" if it has none
 * @name: repository and tag, as containerd and Docker write them, without the
 *	registry and namespace that Docker implies; "" if it has none
 * @platform: valid if @has_platform
 */
struct candidate {
	struct blob blob;
	const char *tag;
	const char *name;
	bool has_platform;
	struct platform platform;
};

/**
 * struct candidates - all manifests of an index and the indexes in it
 * @documents: owns the strings of @list
 * @others: strings, why entries are not images
 */
struct candidates {
	json_t *documents;
	json_t *others;
	struct candidate *list;
	size_t count;
};

/**
 * candidates_find() - follow an index
 * @tag: select images with this tag or name; NULL for all
 *
 * Attestations are skipped.  Entries of another media type or digest algorithm
 * go to
 * @c->others.
 */
int candidates_find(struct candidates *c, const struct store *store,
		    const char *tag, struct error *e);
void candidates_free(struct candidates *c);

/**
 * candidates_drop_artifacts() - move manifests that are no images to @c->others
 *
 * Signatures and SBOMs have the media type of an image manifest, but another
 * one of their configuration.  Manifests that cannot be read are kept.
 */
int candidates_drop_artifacts(struct candidates *c, const struct store *store,
			      struct error *e);

/* return the name, or else the tag */
const char *candidate_label(const struct candidate *one);

/* read the platform from the configuration if the index has none */
void candidate_platform(struct candidate *one, const struct store *store);

/**
 * candidates_choose() - select one image
 * @tag: as given to candidates_find()
 * @want: the platform; if NULL and there are several, that of this machine
 */
int candidates_choose(struct candidates *c, const struct store *store,
		      const char *tag, const struct platform *want,
		      const struct candidate **chosen, struct error *e);

#endif /* TARFS_IMAGE_SELECT_H */
