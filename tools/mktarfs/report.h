/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Report of mktarfs about a new image.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_MKTARFS_REPORT_H
#define TARFS_MKTARFS_REPORT_H

#include "base/error.h"
#include "base/report.h"
#include "image/convert.h"

/* print the result to standard output; fails if not all of it arrived */
int report_result(enum report_style style, const struct convert_result *res,
		  struct error *e);

/* print the sizes of index and hash tree to standard error */
void report_sizes(const struct convert_result *res);

#endif /* TARFS_MKTARFS_REPORT_H */
