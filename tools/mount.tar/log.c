// SPDX-License-Identifier: GPL-2.0
/*
 * Report faults of the image that requests meet, and not each time again.
 *
 * A text is not repeated as long as it is remembered, and a burst is cut, so that
 * neither a hostile image nor a curious user fills the log.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include "mount.h"

#define REMEMBERED	1024
/* as the kernel's default */
#define BURST		10
#define INTERVAL	5

static struct {
	pthread_mutex_t lock;
	bool syslog;
	uint64_t seen[REMEMBERED];	/* hashes of texts */
	time_t since;
	unsigned int count;
} log_state = { .lock = PTHREAD_MUTEX_INITIALIZER };

void log_open(void)
{
	openlog("mount.tar", LOG_PID | LOG_NDELAY, LOG_DAEMON);
}

void log_to_syslog(void)
{
	log_state.syslog = true;
}

/* is it a new text, and not one too many? */
static bool is_wanted(const char *text)
{
	static const struct siphash_key key;
	uint64_t hash = siphash(text, strlen(text), &key) | 1;
	uint64_t *seen = &log_state.seen[hash / 2 % REMEMBERED];
	struct timespec now;

	if (*seen == hash)
		return false;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec - log_state.since >= INTERVAL) {
		log_state.since = now.tv_sec;
		log_state.count = 0;
	}
	if (log_state.count++ >= BURST)
		return false;
	*seen = hash;
	return true;
}

void log_fault(const struct error *e)
{
	pthread_mutex_lock(&log_state.lock);
	if (is_wanted(e->text)) {
		if (log_state.syslog)
			syslog(LOG_ERR, "%s", e->text);
		else
			fprintf(stderr, "mount.tar: %s\n", e->text);
	}
	pthread_mutex_unlock(&log_state.lock);
}
