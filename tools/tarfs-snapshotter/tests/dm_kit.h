/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Snapshots, and what is left of them, for tests in a guest.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_DM_KIT_H
#define TARFS_SNAPSHOTTER_DM_KIT_H

#include <stdbool.h>
#include <sys/types.h>

#include "layers/layers.h"
#include "store/store.h"

#define STATE	"/s"

/* of the last call that has failed */
extern struct error e;
extern struct store *store;
extern struct layers *layers;

/* report a claim, as ok(), in all files; and their number, as tap_done() */
__attribute__((format(printf, 2, 3)))
int claim(int holds, const char *fmt, ...);
int claims_done(void);

/* these end the test if they fail */
void must(int err);
void start_daemon(void);
void end_daemon(void);
__attribute__((format(printf, 1, 2)))
int sh(const char *fmt, ...);

/* create a snapshot, and return its id */
uint64_t create(enum record_kind kind, const char *key, const char *parent);
void commit(const char *key, const char *name);
/* run a script in a snapshot on top of @parent, and commit it as @key */
void make_layer(const char *key, const char *parent, const char *script);
/* make a view, and mount it on @target unless that is NULL; 0 or an error */
int view(const char *key, const char *parent, const char *target);
void drop(const char *key);
struct record_image image_of(const char *key);
/* of its file; for free() */
char *path_of(const char *key);

/* does the file have this text, of up to 64 bytes? */
bool file_is(const char *path, const char *text);
/* the number that a command prints */
__attribute__((format(printf, 1, 2)))
int number(const char *fmt, ...);
/* are there so many mappings and loop devices, and mounts, after a while? */
bool settles(int mappings, int mounts);

/* dm_images.c: images that lie, and what is wrong with records */
void test_images(void);

/* dm_failures.c: what is missing, taken or in the way */
void test_failures(void);

#endif /* TARFS_SNAPSHOTTER_DM_KIT_H */
