// SPDX-License-Identifier: GPL-2.0
/*
 * Mounts that make a snapshot visible, as they are handed to containerd.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mounts.h"

static int no_memory(struct error *e)
{
	return error_set(e, -ENOMEM, "out of memory");
}

int mount_entry_add(struct mount_entry *m, struct error *e, const char *fmt,
		    ...)
{
	char **options;
	va_list args;
	int len;

	options = reallocarray(m->options, m->count + 1, sizeof(*options));
	if (!options)
		return no_memory(e);
	m->options = options;
	va_start(args, fmt);
	len = vasprintf(&options[m->count], fmt, args);
	va_end(args);
	if (len < 0)
		return no_memory(e);
	m->count++;
	return 0;
}

void mount_entry_free(struct mount_entry *m)
{
	while (m->count)
		free(m->options[--m->count]);
	free(m->options);
	free(m->source);
	*m = (struct mount_entry){ 0 };
}

static int bind(const char *source, int writable, struct mount_entry *m,
		struct error *e)
{
	int err;

	m->type = "bind";
	m->source = strdup(source);
	if (!m->source)
		return no_memory(e);
	err = mount_entry_add(m, e, writable ? "rw" : "ro");
	return err ?: mount_entry_add(m, e, "rbind");
}

static char *join(char *const *list, size_t count)
{
	size_t i, len = 1;
	char *text, *at;

	for (i = 0; i < count; i++)
		len += strlen(list[i]) + 1;
	text = malloc(len);
	if (!text)
		return NULL;
	for (at = text, i = 0; i < count; i++)
		at += sprintf(at, "%s%s", i ? ":" : "", list[i]);
	*at = 0;
	return text;
}

/*
 * Without index=off, an upper directory that one overlay had cannot be used by
 * another whose lower directories are mounted anew.
 */
static int add_common(struct mount_entry *m, struct error *e)
{
	if (access("/sys/module/overlay/parameters/index", F_OK))
		return 0;
	return mount_entry_add(m, e, "index=off");
}

static int overlay(const struct mount_plan *p, struct mount_entry *m,
		   struct error *e)
{
	char *lowers = join(p->lowers, p->count);
	int err;

	m->type = "overlay";
	m->source = strdup("overlay");
	if (!lowers || !m->source) {
		free(lowers);
		return no_memory(e);
	}
	err = add_common(m, e);
	if (!err && p->upper)
		err = mount_entry_add(m, e, "workdir=%s", p->work);
	if (!err && p->upper)
		err = mount_entry_add(m, e, "upperdir=%s", p->upper);
	if (!err)
		err = mount_entry_add(m, e, "lowerdir=%s", lowers);
	free(lowers);
	return err;
}

int mount_plan_make(const struct mount_plan *p, struct mount_entry *m,
		    struct error *e)
{
	int err;

	*m = (struct mount_entry){ 0 };
	if (!p->count)
		err = bind(p->upper, p->writable, m, e);
	else if (p->count == 1 && !p->upper)
		err = bind(p->lowers[0], 0, m, e);
	else
		err = overlay(p, m, e);
	if (err)
		mount_entry_free(m);
	return err;
}
