// SPDX-License-Identifier: GPL-2.0
/*
 * CPUID signatures of processors by their names in QEMU.
 *
 * Family, model and stepping are those of target/i386/cpu.c in QEMU; how they
 * are packed is in the AMD64 Architecture Programmer's Manual, volume 3,
 * function 0000_0001 of appendix E.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "measure.h"

/* @versions: number of its versions, "-v1" to "-v<n>" */
static const struct {
	const char *name;
	unsigned int versions;
	unsigned int family;
	unsigned int model;
	unsigned int stepping;
} cpus[] = {
	{ "EPYC", 5, 23, 1, 2 },
	{ "EPYC-IBPB", 0, 23, 1, 2 },
	{ "EPYC-Rome", 5, 23, 49, 0 },
	{ "EPYC-Milan", 3, 25, 1, 1 },
	{ "EPYC-Genoa", 2, 25, 17, 0 },
	{ "EPYC-Turin", 2, 26, 0, 0 },
};

#define CPUS	(sizeof(cpus) / sizeof(cpus[0]))
#define BASE_FAMILY 15

static uint32_t signature_of(size_t i)
{
	uint32_t model = cpus[i].model;

	return (cpus[i].family - BASE_FAMILY) << 20 | (model >> 4) << 16 |
	       BASE_FAMILY << 8 | (model & 0xf) << 4 | cpus[i].stepping;
}

/* Check that @suffix is empty or "-v<n>", with n from 1 to @versions. */
static bool is_version(const char *suffix, unsigned int versions)
{
	char text[8];
	unsigned int n;

	if (!*suffix)
		return true;
	for (n = 1; n <= versions; n++) {
		snprintf(text, sizeof(text), "-v%u", n);
		if (!strcmp(suffix, text))
			return true;
	}
	return false;
}

int cpu_signature(const char *name, uint32_t *signature, struct error *e)
{
	size_t i, len;

	for (i = 0; i < CPUS; i++) {
		len = strlen(cpus[i].name);
		if (strncmp(name, cpus[i].name, len) ||
		    !is_version(name + len, cpus[i].versions))
			continue;
		*signature = signature_of(i);
		return 0;
	}
	return error_set(e, -EINVAL,
			 "there is no processor '%s': name one of QEMU's, such as EPYC-Milan-v2, or give its signature with --vcpu-sig",
			 name);
}
