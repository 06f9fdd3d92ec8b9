// SPDX-License-Identifier: GPL-2.0
/*
 * Walk the indexes of an OCI layout, which may be nested.
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
#define CONTAINERD_NAME	"io.containerd.image.name"
#define INDEX_DEPTH	4	/* levels of nested indexes, with index.json */
#define INDEXES_MAX	64
#define CANDIDATES_MAX	4096
#define CHOICES_LENGTH	1024	/* bytes of a list of choices in a message */

/* @tag: as given; @inherited: tag and name of the enclosing index */
struct walk {
	struct candidates *c;
	const struct store *store;
	const char *tag;
	const struct candidate *inherited;
	int depth;
};

static const char *annotation(const json_t *descriptor, const char *key)
{
	const json_t *annotations, *value;

	annotations = json_object_get(descriptor, "annotations");
	value = json_object_get(annotations, key);
	return json_is_string(value) ? json_string_value(value) : "";
}

/* Shorten "docker.io/library/busybox:latest" to "busybox:latest". */
static const char *familiar_name(const char *name)
{
	static const char *const implied[] = { "docker.io/library/",
					       "docker.io/" };
	size_t i, len;

	for (i = 0; i < 2; i++) {
		len = strlen(implied[i]);
		if (!strncmp(name, implied[i], len))
			return name + len;
	}
	return name;
}

const char *candidate_label(const struct candidate *one)
{
	return *one->name ? one->name : one->tag;
}

static bool has_tag(const struct candidate *one, const char *tag)
{
	return !strcmp(one->tag, tag) ||
	       (*one->name && !strcmp(one->name, familiar_name(tag)));
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

/* Descend into the nested index of descriptor @one. */
static int enter_index(struct walk *w, const struct candidate *one,
		       struct error *e)
{
	const struct blob *b = &one->blob;
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
	inner.inherited = one;
	inner.depth++;
	err = walk_index(&inner, index, e);
	if (err)
		error_prefix(e, "blob sha256:%s", b->hex);
	return err;
}

/* Skip an entry that is no image, and keep the reason. */
static int pass_over(struct candidates *c, const struct error *why,
		     struct error *e)
{
	if (!json_array_append_new(c->others, json_string(why->text)))
		return 0;
	return error_set(e, -ENOMEM, "out of memory");
}

static int parse_descriptor(struct walk *w, const json_t *descriptor,
			    struct error *e)
{
	struct candidate one = {
		.tag = annotation(descriptor, REF_NAME),
		.name = familiar_name(annotation(descriptor, CONTAINERD_NAME)),
	};
	struct error why;
	int err;

	if (w->depth > 1) {
		one.tag = w->inherited->tag;
		one.name = w->inherited->name;
	} else if (w->tag && !has_tag(&one, w->tag)) {
		return 0;
	} else if (w->tag && strcmp(one.tag, w->tag)) {
		one.tag = one.name;
	}
	err = blob_parse(&one.blob, descriptor, e);
	if (err == -EOPNOTSUPP)
		return pass_over(w->c, e, e);
	if (err)
		return err;
	if (oci_is_index(one.blob.media_type))
		return enter_index(w, &one, e);
	if (oci_check_manifest_type(&one.blob, &why))
		return pass_over(w->c, &why, e);
	one.has_platform =
		platform_take(&one.platform,
			      json_object_get(descriptor, "platform"));
	if (one.has_platform && platform_is_unknown(&one.platform))
		return 0;
	return add_candidate(w, &one, e);
}

/* Walk an index, consuming @index. */
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
		err = document_get(index, "manifests", JSON_ARRAY, false,
				   &manifests, e);
	if (err)
		return err;
	json_array_foreach(manifests, i, item) {
		err = parse_descriptor(w, item, e);
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
		.depth = 1,
	};
	json_t *index;
	int err;

	*c = (struct candidates){
		.documents = json_array(),
		.others = json_array(),
	};
	if (!c->documents || !c->others) {
		err = error_set(e, -ENOMEM, "out of memory");
		goto out_free;
	}
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
	json_decref(c->others);
	free(c->list);
	*c = (struct candidates){ 0 };
}

int candidates_drop_artifacts(struct candidates *c, const struct store *store,
			      struct error *e)
{
	struct oci_image image;
	struct error why;
	size_t i, kept = 0;
	int err = 0, read;

	for (i = 0; !err && i < c->count; i++) {
		read = oci_read(&image, store, c->list[i].tag,
				&c->list[i].blob, &why);
		if (!read)
			oci_close(&image);
		if (read == -EMEDIUMTYPE)
			err = pass_over(c, &why, e);
		else
			c->list[kept++] = c->list[i];
	}
	c->count = kept;
	return err;
}

static bool is_listed(const struct candidate *list, size_t count,
		      const struct candidate *one)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!strcmp(list[i].blob.hex, one->blob.hex) &&
		    !strcmp(list[i].tag, one->tag) &&
		    !strcmp(list[i].name, one->name) &&
		    platform_same(&list[i].platform, &one->platform))
			return true;
	return false;
}

/* Drop images that are listed again for the same platform. */
static void drop_duplicates(struct candidates *c)
{
	size_t i, kept = 0;

	for (i = 0; i < c->count; i++)
		if (!is_listed(c->list, kept, &c->list[i]))
			c->list[kept++] = c->list[i];
	c->count = kept;
}

/* List labels or platforms in the order of the index. */
static void list_choices(const struct candidates *c, bool labels,
			 char list[CHOICES_LENGTH])
{
	char text[PLATFORM_TEXT_MAX];
	const char *name;
	size_t i, used = 0;

	list[0] = '\0';
	for (i = 0; i < c->count; i++) {
		name = labels ? candidate_label(&c->list[i]) :
		       platform_text(&c->list[i].platform, text);
		if (labels && i &&
		    !strcmp(name, candidate_label(&c->list[i - 1])))
			continue;
		if (used + strlen(name) + sizeof(", ...") > CHOICES_LENGTH) {
			strcpy(list + used, ", ...");
			return;
		}
		used += sprintf(list + used, "%s%s", i ? ", " : "",
				*name ? name : "(none)");
	}
}

/* Check for several different labels. */
static bool has_labels(const struct candidates *c)
{
	size_t i;

	for (i = 1; i < c->count; i++)
		if (strcmp(candidate_label(&c->list[i]),
			   candidate_label(&c->list[0])))
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

	if (one->has_platform || oci_read(&image, store, one->tag, &one->blob, &e))
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

/* Report which tags there are instead of @tag, or why there is no image. */
static int refuse_none(const struct candidates *c, const struct store *store,
		       const char *tag, struct error *e)
{
	const char *why = json_string_value(json_array_get(c->others, 0));
	char list[CHOICES_LENGTH];
	struct candidates all;
	int err;

	if (why)
		return error_set(e, -EMEDIUMTYPE, "%s", why);
	if (!tag)
		return error_set(e, -EINVAL, "has 0 images, not one");
	err = candidates_find(&all, store, NULL, e);
	if (err)
		return err;
	list_choices(&all, true, list);
	candidates_free(&all);
	return error_set(e, -EINVAL,
			 "has 0 images tagged \"%s\", not one; there are: %s",
			 tag, *list ? list : "none");
}

int candidates_choose(struct candidates *c, const struct store *store,
		      const char *tag, const struct platform *want,
		      const struct candidate **chosen, struct error *e)
{
	char list[CHOICES_LENGTH];
	int err = 0;

	drop_duplicates(c);
	if (c->count > 1)
		err = candidates_drop_artifacts(c, store, e);
	if (err)
		return err;
	if (!c->count) {
		err = refuse_none(c, store, tag, e);
	} else if (has_labels(c)) {
		list_choices(c, true, list);
		err = error_set(e, -EINVAL,
				"has %zu images, not one: choose by LAYOUT:TAG of %s",
				c->count, list);
	} else if (c->count > 1) {
		err = choose_platform(c, store, want, chosen, e);
	} else {
		/* the caller checks the platform in its configuration */
		*chosen = &c->list[0];
	}
	if (err)
		error_prefix(e, "%s/index.json", store->path);
	return err;
}
