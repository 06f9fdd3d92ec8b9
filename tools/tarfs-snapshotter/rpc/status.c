// SPDX-License-Identifier: GPL-2.0
/*
 * Status messages of gRPC as they are sent in a trailer.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <stdio.h>

#include "status.h"

#define ENCODED	3	/* bytes of "%XX" */

size_t status_encode(char to[STATUS_TEXT_SIZE], const char *text)
{
	const unsigned char *p;
	size_t len = 0;

	for (p = (const unsigned char *)text; *p; p++) {
		if (len + ENCODED >= STATUS_TEXT_SIZE)
			break;
		if (*p >= 0x20 && *p <= 0x7e && *p != '%')
			to[len++] = *p;
		else
			len += snprintf(to + len, ENCODED + 1, "%%%02X", *p);
	}
	to[len] = 0;
	return len;
}
