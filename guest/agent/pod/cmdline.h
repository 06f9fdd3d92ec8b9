/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parse the agent's options on the kernel command line.
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
 * @verbose: tarfs.verbose, print what is done
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
 * cmdline_parse() - parse a command line; a pure function
 *
 * Split words as the kernel does: white space within double quotes belongs to
 * the word.  Refuse an unknown or repeated word that begins with "tarfs.", and
 * a command line without tarfs.pod.
 */
int cmdline_parse(const char *text, struct cmdline *c, struct error *e);

/* read and parse the command line of the running kernel */
int cmdline_read(struct cmdline *c, struct error *e);

#endif /* TARFS_AGENT_CMDLINE_H */
