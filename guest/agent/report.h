/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the host is told: lines of JSON on the virtio port "tarfs.report", and
 * the same for people on the console.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_REPORT_H
#define TARFS_AGENT_REPORT_H

#include "base/error.h"

/* how a pod can end */
enum report_end {
	REPORT_REFUSED,		/* nothing of it ran */
	REPORT_ENDED,		/* all containers have, and all is taken down */
	REPORT_FAILED,		/* anything else */
};

/* {"id":"<id>","status":<status>}, and "signal":<signal> if there was one */
void report_status(const char *id, int status, int signal);

/* {"error":"<text>"} */
void report_error(const struct error *e);

/* {"end":"<how>","status":<status>}: the last line */
void report_end(enum report_end how, int status);

#endif /* TARFS_AGENT_REPORT_H */
