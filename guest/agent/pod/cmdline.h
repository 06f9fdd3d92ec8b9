/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel command line tells the agent.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#ifndef TARFS_AGENT_CMDLINE_H
#define TARFS_AGENT_CMDLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/sha256.h"

#define CMDLINE_TIMEOUT_DEFAULT	10
#define CMDLINE_GRACE_DEFAULT	10
#define CMDLINE_SECONDS_MAX	3600

/**
 * struct cmdline - the words that begin with "tarfs."
 * @pod: tarfs.pod=sha256:<64 digits>, the digest of the pod spec
 * @timeout: tarfs.timeout=<seconds>, how long to wait for devices
 * @grace: tarfs.grace=<seconds>, from SIGTERM to SIGKILL
 * @verbose: tarfs.verbose, tell what is done
 * @debug_exit: tarfs.exit=isa-debug, end the emulator with the pod's status
 * @show_output: tarfs.output=console, write the containers' output there
 */
struct cmdline {
	uint8_t pod[SHA256_SIZE];
	unsigned int timeout;
	unsigned int grace;
	bool verbose;
	bool debug_exit;
	bool show_output;
};

/**
 * cmdline_parse() - judge a command line; a pure function
 *
 * Words are parted as the kernel does it: white space within double quotes
 * belongs to the word.  A word that begins with "tarfs." and is not known, or
 * comes twice, is refused, and tarfs.pod must be there.
 */
int cmdline_parse(const char *text, struct cmdline *c, struct error *e);

/* the command line this kernel was started with */
int cmdline_read(struct cmdline *c, struct error *e);

#endif /* TARFS_AGENT_CMDLINE_H */
