// SPDX-License-Identifier: GPL-2.0
/*
 * Layer images in memory, with the number of snapshots that use each.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_private.h"

static int order(const void *a, const void *b)
{
	const struct image *one = a, *other = b;

	return strcmp(one->name, other->name);
}

void image_name(char name[IMAGE_SIZE], const struct record_image *image)
{
	snprintf(name, IMAGE_SIZE, "%s-%u", image->diff_id,
		 (unsigned int)image->format % 10);
}

struct image *image_find(const struct store *s,
			 const struct record_image *image)
{
	struct image wanted, **found;

	image_name(wanted.name, image);
	found = tfind(&wanted, &s->images, order);
	return found ? *found : NULL;
}

struct search {
	int format;
	const char *blob;
	struct image *found;
};

static void visit(const void *node, VISIT when, void *ctx)
{
	struct image *const *image = node;
	struct search *search = ctx;

	if ((when == postorder || when == leaf) &&
	    (*image)->facts.format == search->format &&
	    !strcmp((*image)->facts.blob, search->blob))
		search->found = *image;
}

/* of all images: blobs are applied much less often than snapshots are made */
struct image *image_find_blob(const struct store *s, int format,
			      const char *blob)
{
	struct search search = { format, blob, NULL };

	if (*blob)
		twalk_r(s->images, visit, &search);
	return search.found;
}

int image_use(struct store *s, const struct record_image *image)
{
	struct image *known = image_find(s, image);

	if (known) {
		known->users++;
		return 0;
	}
	known = malloc(sizeof(*known));
	if (!known)
		return -ENOMEM;
	image_name(known->name, image);
	known->facts = *image;
	known->users = 1;
	if (tsearch(known, &s->images, order))
		return 0;
	free(known);
	return -ENOMEM;
}

unsigned int image_drop(struct store *s, const struct record_image *image)
{
	struct image *known = image_find(s, image);

	if (--known->users)
		return known->users;
	tdelete(known, &s->images, order);
	free(known);
	return 0;
}

void images_free(struct store *s)
{
	tdestroy(s->images, free);
	s->images = NULL;
}
