// SPDX-License-Identifier: GPL-2.0
/*
 * Walking through the indexes of an OCI layout, which may be nested.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "oci.h"
#include "select.h"

#define REF_NAME	"org.opencontainers.image.ref.name"
#define INDEX_DEPTH	4	/* indexes in each other, index.json included */
#define INDEXES_MAX	64
#define CANDIDATES_MAX	4096
#define CHOICES_LENGTH	1024	/* of a list of choices in a message */

/* @tag: as given; @inherited: of the indexes that lead here */
struct walk {
	struct candidates *c;
	const struct store *store;
	const char *tag;
	const char *inherited;
	int depth;
};

static const char *ref_name(const json_t *descriptor)
{
	const json_t *annotations, *name;

	annotations = json_object_get(descriptor, "annotations");
	name = json_object_get(annotations, REF_NAME);
	return json_is_string(name) ? json_string_value(name) : "";
}

static int add_candidate(struct walk *w, const struct candidate *one,
			 struct error *e)
{
	struct candidates *c = w->c;
	void *more;

	if (c->count == CANDIDATES_MAX)
		return error_set(e, -E2BIG, "has more than %d images",
				 CANDIDATES_MAX);
	more = reallocarray(c->list, c->count + 1, sizeof(*c->list));
	if (!more)
		return error_set(e, -ENOMEM, "out of memory");
	c->list = more;
	c->list[c->count++] = *one;
	return 0;
}

static int walk_index(struct walk *w, json_t *index, struct error *e);

/* @b is the descriptor of an index within another */
static int enter_index(struct walk *w, const struct blob *b, const char *tag,
		       struct error *e)
{
	struct walk inner = *w;
	json_t *index;
	int err;

	if (w->depth == INDEX_DEPTH)
		return error_set(e, -ELOOP,
				 "blob sha256:%s: indexes are nested more than %d deep",
				 b->hex, INDEX_DEPTH);
	err = blob_load(w->store, b, &index, e);
	if (err)
		return err;
	inner.inherited = tag;
	inner.depth++;
	err = walk_index(&inner, index, e);
	if (err)
		error_prefix(e, "blob sha256:%s", b->hex);
	return err;
}

static int take_descriptor(struct walk *w, const json_t *descriptor,
			   struct error *e)
{
	struct candidate one = { .tag = ref_name(descriptor) };
	int err;

	if (w->depth > 1)
		one.tag = w->inherited;
	else if (w->tag && strcmp(one.tag, w->tag))
		return 0;
	err = blob_parse(&one.blob, descriptor, e);
	if (err)
		return err;
	if (oci_is_index(one.blob.media_type))
		return enter_index(w, &one.blob, one.tag, e);
	one.has_platform =
		platform_take(&one.platform,
			      json_object_get(descriptor, "platform"));
	if (one.has_platform && platform_is_unknown(&one.platform))
		return 0;
	return add_candidate(w, &one, e);
}

/* takes over @index */
static int walk_index(struct walk *w, json_t *index, struct error *e)
{
	const json_t *item;
	json_t *manifests;
	size_t i;
	int err;

	if (json_array_append_new(w->c->documents, index))
		return error_set(e, -ENOMEM, "out of memory");
	if (json_array_size(w->c->documents) > INDEXES_MAX)
		return error_set(e, -E2BIG, "more than %d indexes",
				 INDEXES_MAX);
	err = document_version(index, "schemaVersion", 2, e);
	if (!err)
		err = document_get(index, "manifests", JSON_ARRAY, true,
				   &manifests, e);
	if (err)
		return err;
	json_array_foreach(manifests, i, item) {
		err = take_descriptor(w, item, e);
		if (err)
			return err;
	}
	return 0;
}

int candidates_find(struct candidates *c, const struct store *store,
		    const char *tag, struct error *e)
{
	struct walk w = {
		.c = c,
		.store = store,
		.tag = tag,
		.inherited = "",
		.depth = 1,
	};
	json_t *index;
	int err;

	*c = (struct candidates){ .documents = json_array() };
	if (!c->documents)
		return error_set(e, -ENOMEM, "out of memory");
	err = store_load(store, "index.json", JSON_OBJECT, &index, e);
	if (err)
		goto out_free;
	err = walk_index(&w, index, e);
	if (err) {
		error_prefix(e, "%s/index.json", store->path);
		goto out_free;
	}
	return 0;
out_free:
	candidates_free(c);
	return err;
}

void candidates_free(struct candidates *c)
{
	json_decref(c->documents);
	free(c->list);
	*c = (struct candidates){ 0 };
}

/* the tags or the platforms, in the order of the index */
static void list_choices(const struct candidates *c, bool tags,
			 char list[CHOICES_LENGTH])
{
	char text[PLATFORM_TEXT_MAX];
	const char *name;
	size_t i, used = 0;

	list[0] = '\0';
	for (i = 0; i < c->count; i++) {
		name = tags ? c->list[i].tag :
		       platform_text(&c->list[i].platform, text);
		if (tags && i && !strcmp(name, c->list[i - 1].tag))
			continue;
		if (used + strlen(name) + sizeof(", ...") > CHOICES_LENGTH) {
			strcpy(list + used, ", ...");
			return;
		}
		used += sprintf(list + used, "%s%s", i ? ", " : "",
				*name ? name : "(none)");
	}
}

/* several tags, none of which was asked for */
static bool has_tags(const struct candidates *c)
{
	size_t i;

	for (i = 1; i < c->count; i++)
		if (strcmp(c->list[i].tag, c->list[0].tag))
			return true;
	return false;
}

static size_t count_fitting(const struct candidates *c,
			    const struct platform *want, bool exactly,
			    const struct candidate **found)
{
	const struct candidate *one;
	size_t i, matches = 0;

	for (i = 0; i < c->count; i++) {
		one = &c->list[i];
		if (exactly ? !platform_same(&one->platform, want) :
			      !platform_fits(&one->platform, want))
			continue;
		*found = one;
		matches++;
	}
	return matches;
}

void candidate_platform(struct candidate *one, const struct store *store)
{
	struct oci_image image;
	struct error e;

	if (one->has_platform || oci_read(&image, store, one, &e))
		return;
	one->has_platform = platform_take(&one->platform, image.config);
	oci_close(&image);
}

static int choose_platform(struct candidates *c, const struct store *store,
			   const struct platform *want,
			   const struct candidate **chosen, struct error *e)
{
	char text[PLATFORM_TEXT_MAX], list[CHOICES_LENGTH];
	struct platform host;
	size_t i, matches;

	for (i = 0; i < c->count; i++)
		candidate_platform(&c->list[i], store);
	if (!want) {
		platform_host(&host);
		want = &host;
	}
	matches = count_fitting(c, want, true, chosen);
	if (!matches)
		matches = count_fitting(c, want, false, chosen);
	if (matches == 1)
		return 0;
	list_choices(c, false, list);
	return error_set(e, -EINVAL,
			 "has %zu images for %s, not one: choose by --platform of %s",
			 matches, platform_text(want, text), list);
}

int candidates_choose(struct candidates *c, const struct store *store,
		      const char *tag, const struct platform *want,
		      const struct candidate **chosen, struct error *e)
{
	char list[CHOICES_LENGTH];
	int err = 0;

	if (!c->count && tag) {
		err = error_set(e, -EINVAL,
				"has 0 images tagged \"%s\", not one", tag);
	} else if (!c->count) {
		err = error_set(e, -EINVAL, "has 0 images, not one");
	} else if (has_tags(c)) {
		list_choices(c, true, list);
		err = error_set(e, -EINVAL,
				"has %zu images, not one: choose by LAYOUT:TAG of %s",
				c->count, list);
	} else if (c->count > 1) {
		err = choose_platform(c, store, want, chosen, e);
	} else {
		/* what it is for its configuration tells */
		*chosen = &c->list[0];
	}
	if (err)
		error_prefix(e, "%s/index.json", store->path);
	return err;
}
