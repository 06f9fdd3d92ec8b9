/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Results on standard output, as text or JSON, and warnings.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_LIB_REPORT_H
#define TARFS_LIB_REPORT_H

#include <jansson.h>

#include "error.h"
#include "warnings.h"

/* what goes to standard output */
enum report_style {
	REPORT_TEXT,
	REPORT_JSON,
	REPORT_NONE,
};

/**
 * report_json() - print a JSON value, in ASCII, and release it
 * @json: NULL if there was no memory for it
 *
 * Return: 0 or -ENOMEM; whether the stream failed is for ferror() to tell.
 */
int report_json(json_t *json, struct error *e);

/* an array of objects: kind, count, first; NULL if out of memory */
json_t *report_warnings_json(const struct warnings *w);

/* print "PREFIX: TEXT" to standard error for each kind of warning */
void report_warnings(const char *prefix, const struct warnings *w);

#endif /* TARFS_LIB_REPORT_H */
