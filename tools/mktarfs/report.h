/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What mktarfs says about an image it made.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_MKTARFS_REPORT_H
#define TARFS_MKTARFS_REPORT_H

#include "base/error.h"
#include "base/warnings.h"
#include "image/convert.h"

enum report_style {
	REPORT_TEXT,
	REPORT_JSON,
	REPORT_NONE,
};

/**
 * report_result() - print the result to standard output, all or an error
 * @style: an enum report_style; fits struct convert_options
 */
int report_result(void *style, const struct convert_result *res,
		  struct error *e);

/* what the bytes of the image are, to standard error */
void report_sizes(const struct convert_result *res);

/* print warnings to standard error, a line each */
void report_warnings(const struct warnings *w);

#endif /* TARFS_MKTARFS_REPORT_H */
