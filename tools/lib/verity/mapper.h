/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Single requests to device-mapper for mapping.c, by libdevmapper or, in
 * statically linked programs, without it.
 *
 * Copyright (C) 2026 The tarfs authors
 *
 * Error texts are the bare reason: "Device or resource busy".
 */
#ifndef TARFS_LIB_MAPPER_H
#define TARFS_LIB_MAPPER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "mapping.h"

#define MAPPER_DIR		"/dev/mapper"
#define MAPPER_TYPE_SIZE	16
#define MAPPER_STATUS_SIZE	1024

/* MAPPER_RESUME creates the node as well, unless it exists */
enum mapper_change {
	MAPPER_CREATE,
	MAPPER_LOAD,
	MAPPER_RESUME,
};

/**
 * struct mapper_state - the state of a mapping as reported by the kernel
 * @exists: if false, the other fields are not valid
 * @type, @status: of its first target; "" if it has none
 */
struct mapper_state {
	bool exists;
	dev_t dev;
	char type[MAPPER_TYPE_SIZE];
	char status[MAPPER_STATUS_SIZE];
};

/* call before the first request; and, if that succeeds, after the last one */
int mapper_begin(struct error *e);
void mapper_end(void);

int mapper_change(enum mapper_change change, const struct mapping *m,
		  struct error *e);
int mapper_query(const char *name, struct mapper_state *state, struct error *e);

/* retry for a while if the device is still open, e.g. by udev */
int mapper_remove(const char *name, struct error *e);

#endif /* TARFS_LIB_MAPPER_H */
