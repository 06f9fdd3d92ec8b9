// SPDX-License-Identifier: GPL-2.0
/*
 * Requests to stop the pod: a signal to this process, the power button,
 * Ctrl-Alt-Delete.
 *
 * The button is an input device; QEMU's "system_powerdown" presses it.  For the
 * keys the kernel restarts the machine, or, after RB_DISABLE_CAD, sends SIGINT
 * to PID 1; see reboot(2).
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/input.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "machine/stop.h"

#define BUTTON_NAME	"Power Button"	/* drivers/acpi/button.c */
#define INPUT_DEVICES	"/dev/input/event*"

static const struct {
	int signal;
	const char *words;	/* NULL: no request; only wakes poll(2) */
} heard[] = {
	{ SIGTERM, "SIGTERM" },
	{ SIGINT, "SIGINT, or Ctrl-Alt-Delete" },
	{ SIGCHLD, NULL },
};

#define HEARD	(sizeof(heard) / sizeof(heard[0]))

static int open_signals(struct stop *s, struct error *e)
{
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < HEARD; i++)
		sigaddset(&set, heard[i].signal);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return error_errno(e, "cannot block signals");
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->signals < 0)
		return error_errno(e, "cannot wait for signals");
	return 0;
}

/* open an input device; -1 if it is no power button */
static int open_button(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char name[64] = "";

	if (fd < 0)
		return -1;
	if (ioctl(fd, EVIOCGNAME(sizeof(name) - 1), name) >= 0 &&
	    !strcmp(name, BUTTON_NAME))
		return fd;
	close(fd);
	return -1;
}

/* a machine without a power button is no error */
static void open_buttons(struct stop *s)
{
	size_t i, count = 0;
	glob_t devices;

	if (glob(INPUT_DEVICES, 0, NULL, &devices))
		return;
	for (i = 0; i < devices.gl_pathc && count < STOP_BUTTONS_MAX; i++) {
		s->buttons[count] = open_button(devices.gl_pathv[i]);
		if (s->buttons[count] >= 0)
			count++;
	}
	globfree(&devices);
}

int stop_open(struct stop *s, struct error *e)
{
	size_t i;
	int err;

	for (i = 0; i < STOP_BUTTONS_MAX; i++)
		s->buttons[i] = -1;
	err = open_signals(s, e);
	if (err)
		return err;
	if (reboot(RB_DISABLE_CAD))
		return error_errno(e, "cannot take Ctrl-Alt-Delete");
	open_buttons(s);
	return 0;
}

void stop_watch(const struct stop *s, struct pollfd fds[STOP_FDS])
{
	size_t i;

	fds[0] = (struct pollfd){ .fd = s->signals, .events = POLLIN };
	for (i = 0; i < STOP_BUTTONS_MAX; i++)
		fds[1 + i] = (struct pollfd){ .fd = s->buttons[i],
					      .events = POLLIN };
}

static const char *read_signals(int fd)
{
	struct signalfd_siginfo info;
	const char *words = NULL;
	size_t i;

	while (read(fd, &info, sizeof(info)) == sizeof(info))
		for (i = 0; i < HEARD; i++)
			if (heard[i].signal == info.ssi_signo && heard[i].words)
				words = heard[i].words;
	return words;
}

static const char *read_button(int fd)
{
	struct input_event event;
	const char *words = NULL;

	while (read(fd, &event, sizeof(event)) == sizeof(event))
		if (event.type == EV_KEY && event.code == KEY_POWER &&
		    event.value == 1)
			words = "the power button";
	return words;
}

const char *stop_asked(const struct stop *s)
{
	const char *words = read_signals(s->signals);
	size_t i;

	for (i = 0; i < STOP_BUTTONS_MAX && !words; i++)
		if (s->buttons[i] >= 0)
			words = read_button(s->buttons[i]);
	return words;
}

int stop_forget(void)
{
	sigset_t none;

	sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL);
}
