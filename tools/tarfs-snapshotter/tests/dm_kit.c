// SPDX-License-Identifier: GPL-2.0
/*
 * Snapshots, and what is left of them, for tests in a guest.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dm_kit.h"
#include "tap.h"

#define PATIENCE	100	/* tenths of a second */

struct error e;
struct store *store;
struct layers *layers;
static const struct labels none;

static void note(const char *text)
{
	printf("# %s\n", text);
}

int claim(int holds, const char *fmt, ...)
{
	char text[ERROR_TEXT_SIZE + 256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return ok(holds, "%s", text);
}

int claims_done(void)
{
	return tap_done();
}

void must(int err)
{
	if (!err)
		return;
	printf("Bail out! %s (%d)\n", e.text, err);
	exit(1);
}

void start_daemon(void)
{
	const struct layers_options options = {
		.content	= STATE "/content",
		.mount_tar	= "/nonexistent",
		.mounter	= &mounter_dm,
		.note		= note,
	};

	must(store_open(&store, STATE, note, &e));
	must(layers_new(&layers, store, &options, &e));
	must(layers_restore(layers, note, &e));
}

void end_daemon(void)
{
	layers_free(layers);
	store_close(store);
}

int sh(const char *fmt, ...)
{
	char command[4096];
	va_list args;

	va_start(args, fmt);
	vsnprintf(command, sizeof(command), fmt, args);
	va_end(args);
	fflush(stdout);
	return system(command);
}

int number(const char *fmt, ...)
{
	char command[512];
	va_list args;
	int found = -1;
	FILE *out;

	va_start(args, fmt);
	vsnprintf(command, sizeof(command), fmt, args);
	va_end(args);
	out = popen(command, "r");
	if (!out || fscanf(out, "%d", &found) != 1)
		found = -1;
	if (out)
		pclose(out);
	return found;
}

static void mount_entry(const struct mount_entry *m, const char *target)
{
	char options[4096] = "";
	size_t i, len = 0;
	int err;

	for (i = 0; i < m->count; i++)
		len += snprintf(options + len, sizeof(options) - len, "%s%s",
				i ? "," : "", m->options[i]);
	mkdir(target, 0755);
	if (!strcmp(m->type, "bind"))
		err = mount(m->source, target, NULL, MS_BIND, NULL);
	else
		err = mount(m->source, target, m->type, 0, options);
	if (err)
		must(error_errno(&e, "cannot mount %s", options));
}

static int show(const char *key, const char *target)
{
	struct mount_entry m;
	int err = layers_mounts(layers, key, &m, &e);

	if (err)
		return err;
	if (target)
		mount_entry(&m, target);
	mount_entry_free(&m);
	return 0;
}

uint64_t create(enum record_kind kind, const char *key, const char *parent)
{
	const struct record like = {
		.kind = kind,
		.key = (char *)key,
		.parent = (char *)parent,
	};
	uint64_t id;

	must(store_create(store, &like, &id, &e));
	return id;
}

void commit(const char *key, const char *name)
{
	const struct layers_commit c = {
		.key = key,
		.name = name,
		.labels = &none,
	};

	must(layers_commit(layers, &c, &e));
}

void make_layer(const char *key, const char *parent, const char *script)
{
	create(RECORD_ACTIVE, "x", parent);
	must(show("x", "/writing"));
	must(sh("cd /writing && set -e; %s", script));
	must(umount("/writing"));
	commit("x", key);
}

int view(const char *key, const char *parent, const char *target)
{
	create(RECORD_VIEW, key, parent);
	return show(key, target);
}

void drop(const char *key)
{
	must(layers_remove(layers, key, &e));
}

struct record_image image_of(const char *key)
{
	struct record_image image;
	struct record r;

	must(store_get(store, key, &r, &e));
	image = r.image;
	record_free(&r);
	return image;
}

char *path_of(const char *key)
{
	struct record_image image = image_of(key);

	return store_image_path(store, &image);
}

bool file_is(const char *path, const char *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char found[65] = "";
	ssize_t len;

	if (fd < 0)
		return false;
	len = read(fd, found, sizeof(found) - 1);
	close(fd);
	return len == strlen(text) && !memcmp(found, text, len);
}

static bool are_there(int mappings, int mounts)
{
	return number("cat /sys/block/dm-*/dm/uuid 2>/dev/null | grep -c ^TARFS-SNAPSHOTTER-") ==
	       mappings &&
	       number("ls -d /sys/block/loop*/loop 2>/dev/null | wc -l") ==
	       mappings &&
	       number("grep -c ' tar ro' /proc/mounts") == mounts;
}

bool settles(int mappings, int mounts)
{
	int i;

	for (i = 0; i < PATIENCE; i++) {
		if (are_there(mappings, mounts))
			return true;
		usleep(100000);
	}
	sh("cat /sys/block/dm-*/dm/uuid /sys/block/loop*/loop/backing_file; "
	   "grep ' tar ' /proc/mounts");
	return false;
}
