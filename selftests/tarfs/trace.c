// SPDX-License-Identifier: GPL-2.0
/*
 * The requests that a block device gets, from the tracepoint block_bio_queue:
 * exact for any kind of device.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "guest.h"
#include "trace.h"

#define TRACING		"/sys/kernel/tracing/"
#define EVENT		TRACING "events/block/block_bio_queue/"
#define SECTOR		512

static FILE *pipe_of_events(void)
{
	static FILE *f;

	if (!f)
		f = fopen(TRACING "trace_pipe", "r");
	if (!f || fcntl(fileno(f), F_SETFL, O_NONBLOCK))
		give_up("cannot read the trace");
	clearerr(f);
	return f;
}

void watch_requests(const char *device)
{
	char filter[64];
	struct stat st;

	if (access(TRACING "trace", F_OK) &&
	    mount("trace", TRACING, "tracefs", 0, NULL))
		give_up("no tracer");
	if (stat(device, &st))
		give_up("cannot look at %s", device);
	/* the kernel's own dev_t: 20 bits of minor */
	snprintf(filter, sizeof(filter), "dev == %u",
		 major(st.st_rdev) << 20 | minor(st.st_rdev));
	write_file(EVENT "filter", filter);
	write_file(EVENT "enable", "1");
	new_requests();
}

/* trace_pipe returns each event once */
struct requests new_requests(void)
{
	struct requests r = { 0 };
	unsigned long long sector;
	FILE *f = pipe_of_events();
	unsigned int sectors;
	char line[512], *event;

	while (fgets(line, sizeof(line), f)) {
		event = strstr(line, "block_bio_queue: ");
		if (!event || sscanf(event, "%*s %*s %*s %llu + %u", &sector,
				     &sectors) != 2)
			continue;
		r.count++;
		r.bytes += (uint64_t)sectors * SECTOR;
		r.unit |= (sector | sectors) * SECTOR;
	}
	r.unit &= -r.unit;
	return r;
}
