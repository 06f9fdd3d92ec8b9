/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an image is for: operating system, architecture, variant.
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

/* @variant: "" if there is none, and for what every machine of @arch runs */
struct platform {
	char os[PLATFORM_PART_MAX];
	char arch[PLATFORM_PART_MAX];
	char variant[PLATFORM_PART_MAX];
};

/* os/arch or os/arch/variant, as on a command line */
int platform_parse(struct platform *p, const char *text, struct error *e);

/* of this machine */
void platform_host(struct platform *p);

/* the "platform" of a descriptor, or a configuration; false if it says none */
bool platform_take(struct platform *p, const json_t *object);

/* an attestation, or something else that runs nowhere */
bool platform_is_unknown(const struct platform *p);

/* can what is for @have be taken if @want was asked for? */
bool platform_fits(const struct platform *have, const struct platform *want);
bool platform_same(const struct platform *a, const struct platform *b);

/* os/arch/variant, of printable characters */
const char *platform_text(const struct platform *p,
			  char text[PLATFORM_TEXT_MAX]);

#endif /* TARFS_IMAGE_PLATFORM_H */
