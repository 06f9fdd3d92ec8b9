// SPDX-License-Identifier: GPL-2.0
/*
 * Parse and compare platforms, whose parts have aliases.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "platform.h"

/* aliases of architectures, and the variants that they imply */
static const struct alias {
	const char *arch;
	const char *variant;	/* NULL: keep any */
	const char *means_arch;
	const char *means_variant;
} aliases[] = {
	{ "x86_64",	NULL,	"amd64",	NULL },
	{ "x86-64",	NULL,	"amd64",	NULL },
	{ "amd64",	"v1",	"amd64",	"" },
	{ "i386",	NULL,	"386",		NULL },
	{ "i486",	NULL,	"386",		NULL },
	{ "i586",	NULL,	"386",		NULL },
	{ "i686",	NULL,	"386",		NULL },
	{ "aarch64",	"",	"arm64",	"" },
	{ "aarch64",	"v8",	"arm64",	"" },
	{ "arm64",	"v8",	"arm64",	"" },
	{ "armv5l",	"",	"arm",		"v5" },
	{ "armv6l",	"",	"arm",		"v6" },
	{ "armv7l",	"",	"arm",		"v7" },
	{ "armhf",	"",	"arm",		"v7" },
	{ "armel",	"",	"arm",		"v6" },
	{ "arm",	"7",	"arm",		"v7" },
	{ "arm",	"6",	"arm",		"v6" },
};

static void normalize(struct platform *p)
{
	const struct alias *a;
	size_t i;

	for (i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		a = &aliases[i];
		if (strcmp(p->arch, a->arch) ||
		    (a->variant && strcmp(p->variant, a->variant)))
			continue;
		strcpy(p->arch, a->means_arch);
		if (a->means_variant)
			strcpy(p->variant, a->means_variant);
		return;
	}
}

/* Copy a part; false if it is too long or not printable. */
static bool take_part(char part[PLATFORM_PART_MAX], const char *text,
		      size_t len)
{
	size_t i;

	if (len >= PLATFORM_PART_MAX)
		return false;
	for (i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~' || text[i] == '/')
			return false;
	memcpy(part, text, len);
	part[len] = '\0';
	return true;
}

int platform_parse(struct platform *p, const char *text, struct error *e)
{
	size_t os = strcspn(text, "/");
	const char *arch = text + os + !!text[os];
	size_t arch_len = strcspn(arch, "/");
	const char *variant = arch + arch_len + !!arch[arch_len];

	if (!os || !arch_len || (arch[arch_len] && !*variant) ||
	    !take_part(p->os, text, os) ||
	    !take_part(p->arch, arch, arch_len) ||
	    !take_part(p->variant, variant, strlen(variant)))
		return error_set(e, -EINVAL,
				 "platform \"%.100s\" is not OS/ARCHITECTURE or OS/ARCHITECTURE/VARIANT",
				 text);
	normalize(p);
	return 0;
}

void platform_host(struct platform *p)
{
	struct utsname host;

	*p = (struct platform){ .os = "linux" };
	if (!uname(&host))
		take_part(p->arch, host.machine, strlen(host.machine));
	normalize(p);
}

static bool parse_member(char part[PLATFORM_PART_MAX], const json_t *object,
			 const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text && take_part(part, text, strlen(text));
}

bool platform_take(struct platform *p, const json_t *object)
{
	*p = (struct platform){ 0 };
	if (!parse_member(p->os, object, "os") ||
	    !parse_member(p->arch, object, "architecture"))
		return false;
	parse_member(p->variant, object, "variant");
	normalize(p);
	return true;
}

bool platform_is_unknown(const struct platform *p)
{
	return !strcmp(p->os, "unknown") && !strcmp(p->arch, "unknown");
}

bool platform_fits(const struct platform *have, const struct platform *want)
{
	return !strcmp(have->os, want->os) && !strcmp(have->arch, want->arch) &&
	       (!*want->variant || !strcmp(have->variant, want->variant));
}

bool platform_same(const struct platform *a, const struct platform *b)
{
	return platform_fits(a, b) && !strcmp(a->variant, b->variant);
}

const char *platform_text(const struct platform *p,
			  char text[PLATFORM_TEXT_MAX])
{
	snprintf(text, PLATFORM_TEXT_MAX, "%s/%s%s%s",
		 *p->os ? p->os : "?", *p->arch ? p->arch : "?",
		 *p->variant ? "/" : "", p->variant);
	return text;
}
