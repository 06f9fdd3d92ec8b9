/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The images that an OCI index leads to, and which of them is meant.
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
 * @name: of the repository with its tag, as containerd and Docker write it, less
 *	the registry and the namespace that Docker implies; "" if it has none
 * @platform: if @has_platform
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
 * @documents: holds what the strings of @list belong to
 * @others: strings that say of entries why they are not images
 */
struct candidates {
	json_t *documents;
	json_t *others;
	struct candidate *list;
	size_t count;
};

/**
 * candidates_find() - follow an index
 * @tag: only what has this tag or name; NULL for all
 *
 * Attestations, which run nowhere, are left out.  Entries of another media type or
 * digest algorithm go to @c->others.
 */
int candidates_find(struct candidates *c, const struct store *store,
		    const char *tag, struct error *e);
void candidates_free(struct candidates *c);

/**
 * candidates_drop_artifacts() - move manifests of something else to @c->others
 *
 * Signatures, SBOMs and the like have the media type of an image manifest; their
 * configuration has another.  A manifest that cannot be read stays.
 */
int candidates_drop_artifacts(struct candidates *c, const struct store *store,
			      struct error *e);

/* the name, or else the tag */
const char *candidate_label(const struct candidate *one);

/* fill in the platform from the configuration, if the index does not tell it */
void candidate_platform(struct candidate *one, const struct store *store);

/**
 * candidates_choose() - the one image that is meant
 * @tag: as given to candidates_find()
 * @want: the platform; NULL for that of this machine if there are several
 */
int candidates_choose(struct candidates *c, const struct store *store,
		      const char *tag, const struct platform *want,
		      const struct candidate **chosen, struct error *e);

#endif /* TARFS_IMAGE_SELECT_H */
