/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Functions shared by the files that parse a pod spec.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_PODSPEC_PRIVATE_H
#define TARFS_AGENT_PODSPEC_PRIVATE_H

#include "pod/node.h"
#include "pod/podspec.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define HEX_DIGEST	"64 lower-case hexadecimal digits"

/* podspec_names.c */

/* parse the name of a container, its host or a volume, a part of paths */
int name_parse(const struct node *n, const char **name, struct error *e);
/* is @s exactly 64 lower-case hexadecimal digits? */
bool is_hex_digest(const char *s);
/* parse an absolute path of at most @max bytes without ".." */
int path_parse(const struct node *n, size_t max, const char **path,
	       struct error *e);
/* is @path the same as @above, or below it? */
bool path_is_below(const char *path, const char *above);
/* parse one of @words; set @choice to its index */
int choice_parse(const struct node *n, const char *const *words, size_t count,
		 unsigned int *choice, struct error *e);

/* podspec_process.c: parse what a container runs */
int process_parse(struct container *c, const struct node *n, struct error *e);

/* podspec_mounts.c: parse a pod's volumes, and a container's mounts of them */
int volumes_parse(struct podspec *spec, const struct node *n,
		  struct error *e);
int mounts_parse(const struct podspec *spec, struct container *c,
		 const struct node *n, struct error *e);

/* podspec_signatures.c: parse signatures, after the layers */
int signatures_parse(struct podspec *spec, const struct node *n,
		     struct error *e);

/**
 * storages_parse() - parse a container's list of storages (storages.c)
 *
 * One for each layer, top first, then the overlay that stacks them, each in
 * exactly the form that the Kata agent receives.
 */
int storages_parse(struct podspec *spec, struct container *c,
		   const struct node *n, struct error *e);

#endif /* TARFS_AGENT_PODSPEC_PRIVATE_H */
