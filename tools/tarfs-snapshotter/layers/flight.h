/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Work that several threads want done, and one does.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_SNAPSHOTTER_FLIGHT_H
#define TARFS_SNAPSHOTTER_FLIGHT_H

#include <stdbool.h>

#define FLIGHT_KEY_SIZE	96	/* with the final NUL */

struct flights;

/* return NULL if out of memory */
struct flights *flights_new(void);
void flights_free(struct flights *f);

/**
 * flight_begin() - be the one who does the work
 *
 * Wait while another thread does it.
 *
 * Return: 0 if there was nobody, and the caller must call flight_end(); 1 after
 * waiting, when the caller must see what has been achieved, and may try again; or
 * -ENOMEM.
 */
int flight_begin(struct flights *f, const char *key);
void flight_end(struct flights *f, const char *key);

#endif /* TARFS_SNAPSHOTTER_FLIGHT_H */
