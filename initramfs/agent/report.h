/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the host is told: lines of JSON on the virtio port "tarfs.report", and
 * the same for people on the console.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_REPORT_H
#define TARFS_AGENT_REPORT_H

#include "error.h"

/* {"id":"<id>","status":<status>} */
void report_status(const char *id, int status);

/* {"error":"<text>"} */
void report_error(const struct error *e);

#endif /* TARFS_AGENT_REPORT_H */
