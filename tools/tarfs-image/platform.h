/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Platform of an image: operating system, architecture, variant.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_IMAGE_PLATFORM_H
#define TARFS_IMAGE_PLATFORM_H

#include <stdbool.h>
#include <jansson.h>

#include "base/error.h"

#define PLATFORM_PART_MAX	32	/* with the final NUL */
#define PLATFORM_TEXT_MAX	(3 * PLATFORM_PART_MAX)

/* @variant: "" if none is given, or for the baseline of @arch */
struct platform {
	char os[PLATFORM_PART_MAX];
	char arch[PLATFORM_PART_MAX];
	char variant[PLATFORM_PART_MAX];
};

/* parse os/arch or os/arch/variant of a command line */
int platform_parse(struct platform *p, const char *text, struct error *e);

/* platform of this machine */
void platform_host(struct platform *p);

/*
 * read "platform" of a descriptor, or a configuration; false if there is none
 */
bool platform_take(struct platform *p, const json_t *object);

/* whether it is unknown/unknown, that of attestations */
bool platform_is_unknown(const struct platform *p);

/* whether an image for @have satisfies a request for @want */
bool platform_fits(const struct platform *have, const struct platform *want);
bool platform_same(const struct platform *a, const struct platform *b);

/* format as os/arch/variant, printable */
const char *platform_text(const struct platform *p,
			  char text[PLATFORM_TEXT_MAX]);

#endif /* TARFS_IMAGE_PLATFORM_H */
