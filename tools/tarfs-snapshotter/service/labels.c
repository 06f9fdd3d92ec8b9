// SPDX-License-Identifier: GPL-2.0
/*
 * Labels of requests.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <string.h>

#include "layers/tardev.h"
#include "service_private.h"

#define PREFIX	"labels."

/* containerd's own snapshotters do not keep labels without a value, either */
static int set(struct labels *labels, const char *key, const char *value,
	       struct error *e)
{
	if (!*value)
		labels_remove(labels, key);
	else if (labels_set(labels, key, value))
		return error_set(e, -ENOMEM, "out of memory");
	return 0;
}

int labels_take(struct labels *to, Tarfs__Label **list, size_t count,
		struct error *e)
{
	size_t i;
	int err = 0;

	*to = (struct labels){ 0 };
	for (i = 0; !err && i < count; i++)
		err = set(to, list[i]->key, list[i]->value, e);
	if (err)
		labels_free(to);
	return err;
}

/* of a map that has a key twice, the last entry counts */
static const char *find(const Tarfs__Info *info, const char *key)
{
	const char *found = "";
	size_t i;

	for (i = 0; i < info->n_labels; i++)
		if (!strcmp(info->labels[i]->key, key))
			found = info->labels[i]->value;
	return found;
}

static int replace_all(const Tarfs__Info *info, struct labels *labels,
		       struct error *e)
{
	struct labels new;
	int err = labels_take(&new, info->labels, info->n_labels, e);

	if (err)
		return err;
	labels_free(labels);
	*labels = new;
	return 0;
}

static int update_path(const Tarfs__Info *info, const char *path,
		       struct labels *labels, struct error *e)
{
	const char *key = path + strlen(PREFIX);

	if (!strncmp(path, PREFIX, strlen(PREFIX)))
		return set(labels, key, find(info, key), e);
	if (!strcmp(path, "labels"))
		return replace_all(info, labels, e);
	return error_set(e, -EINVAL,
			 "field %s of snapshot %s cannot be changed", path,
			 info->name);
}

/* the fields of the mask, or all that can be changed, which are the labels */
static int update(const Tarfs__UpdateRequest *request, struct labels *labels,
		  struct error *e)
{
	const Tarfs__FieldMask *mask = request->update_mask;
	size_t i;
	int err = 0;

	if (!mask || !mask->n_paths)
		return replace_all(request->info, labels, e);
	for (i = 0; !err && i < mask->n_paths; i++)
		err = update_path(request->info, mask->paths[i], labels, e);
	return err;
}

/* nobody changes a root hash; containerd does not know it, and would remove it */
int labels_update(void *ctx, struct labels *labels, struct error *e)
{
	const struct labels_change *change = ctx;
	int err = update(change->request, labels, e);

	return err || !change->image ? err :
	       tardev_label(labels, change->image, e);
}
