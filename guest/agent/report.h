/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Report to the host: in lines of JSON on the virtio port "tarfs.report", and
 * in words on the console.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_REPORT_H
#define TARFS_AGENT_REPORT_H

#include "base/error.h"

/* outcome of a pod */
enum report_end {
	REPORT_REFUSED,		/* nothing of the pod ran */
	REPORT_ENDED,		/* all containers ended, teardown succeeded */
	REPORT_FAILED,		/* anything else */
};

/* {"id":"<id>","status":<status>}, and "signal":<signal> if there was one */
void report_status(const char *id, int status, int signal);

/* {"error":"<text>"} */
void report_error(const struct error *e);

/* {"end":"<how>","status":<status>}: the last line of the report */
void report_end(enum report_end how, int status);

#endif /* TARFS_AGENT_REPORT_H */
