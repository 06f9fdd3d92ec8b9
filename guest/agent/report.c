// SPDX-License-Identifier: GPL-2.0
/*
 * Report to the host: in lines of JSON on the virtio port "tarfs.report", and
 * in words on the console.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <jansson.h>

#include "report.h"

#define PORT_NAME	"tarfs.report"
#define PORTS		"/sys/class/virtio-ports/*/name"
#define POLLS		60		/* of 50 ms, until the port is ready */

static int port = -1;

/* is @want the first line of the file? */
static int holds(const char *path, const char *want)
{
	FILE *file = fopen(path, "re");
	char line[64] = "";
	int same;

	if (!file)
		return 0;
	same = !!fgets(line, sizeof(line), file);
	fclose(file);
	line[strcspn(line, "\n")] = '\0';
	return same && !strcmp(line, want);
}

static int open_port(void)
{
	char *slash, path[PATH_MAX];
	glob_t ports;
	int fd = -1;
	size_t i;

	if (glob(PORTS, 0, NULL, &ports))
		return -1;
	for (i = 0; fd < 0 && i < ports.gl_pathc; i++) {
		if (!holds(ports.gl_pathv[i], PORT_NAME))
			continue;
		slash = strrchr(ports.gl_pathv[i], '/');
		*slash = '\0';		/* leaves .../vport1p1 */
		slash = strrchr(ports.gl_pathv[i], '/');
		snprintf(path, sizeof(path), "/dev%s", slash);
		fd = open(path, O_WRONLY | O_CLOEXEC);
	}
	globfree(&ports);
	return fd;
}

/* can a line be written without blocking? */
static int is_ready(void)
{
	struct pollfd p = { .fd = port, .events = POLLOUT };

	return port >= 0 && poll(&p, 1, 0) == 1 && p.revents & POLLOUT;
}

/*
 * If the host provides no port or does not listen, the report is on the console
 * only.  Wait for the host once, so that it cannot keep the guest from ending.
 */
static void send_line(json_t *object)
{
	static const struct timespec wait = { .tv_nsec = 50000000 };
	static int polls = POLLS;
	char *line = json_dumps(object, JSON_COMPACT | JSON_ENSURE_ASCII);

	for (;;) {
		if (port < 0)
			port = open_port();
		if (is_ready() || !polls)
			break;
		nanosleep(&wait, NULL);
		polls--;
	}
	if (line && is_ready())
		dprintf(port, "%s\n", line);
	free(line);
	json_decref(object);
}

void report_status(const char *id, int status, int signal)
{
	json_t *line = json_pack("{s:s, s:i}", "id", id, "status", status);

	if (signal) {
		fprintf(stderr, "tarfs-agent: %s: killed by signal %d (%s)\n",
			id, signal, strsignal(signal));
		json_object_set_new(line, "signal", json_integer(signal));
	} else {
		fprintf(stderr, "tarfs-agent: %s: ended with status %d\n", id,
			status);
	}
	send_line(line);
}

void report_error(const struct error *e)
{
	fprintf(stderr, "tarfs-agent: %s\n", e->text);
	send_line(json_pack("{s:s}", "error", e->text));
}

/*
 * write(2) returns before the host has consumed the line, and the emulator may
 * end right after this.  close(2) sends a control message and waits until the
 * host has consumed it; see drivers/char/virtio_console.c.
 */
void report_end(enum report_end how, int status)
{
	static const char *const words[] = {
		[REPORT_REFUSED] = "refused", [REPORT_ENDED] = "ended",
		[REPORT_FAILED] = "failed",
	};

	send_line(json_pack("{s:s, s:i}", "end", words[how], "status",
			    status));
	if (port >= 0)
		close(port);
	port = -1;
}
