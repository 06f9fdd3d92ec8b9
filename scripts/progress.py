#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Run a command, and end it when it stops making progress.

    scripts/progress.py --silence SECONDS [--file FILE]... -- COMMAND [ARGUMENT]...

A change of a file's size is progress.  The seconds are those of an idle machine: on
a busy one each counts as the command's share of a processor, so that the limit ends
a command that hangs, but not one that is slow.  Exits with the command's status, or
with 124 if it was ended, like timeout(1).

Copyright (C) 2026 The tarfs authors
"""
import argparse
import os
import signal
import subprocess
import sys
import time

POLL = 0.2              # seconds
GRACE = 5               # seconds between SIGTERM and SIGKILL
HUNG = 124


def processor_times():
    """Return total processor time so far, and the part stolen by the hypervisor."""
    with open('/proc/stat', encoding='ascii') as stat:
        times = [int(word) for word in stat.readline().split()[1:9]]
    return sum(times), times[7]


class Machine:
    """Measures which share of a processor a runnable process gets."""

    def __init__(self):
        self.times = processor_times()

    def share(self):
        """Return the share of a processor since the last call, in (0, 1]."""
        with open('/proc/loadavg', encoding='ascii') as load:
            words = load.readline().split()
        wanted = max(float(words[0]), int(words[3].split('/')[0]))
        total, stolen = processor_times()
        spent = total - self.times[0]
        stolen -= self.times[1]
        self.times = total, stolen + self.times[1]
        left = 1 - stolen / spent if spent > 0 else 1
        return max(left, 0.05) * min(1, os.cpu_count() / wanted)


def sizes(files):
    found = []
    for file in files:
        try:
            found.append(os.stat(file).st_size)
        except FileNotFoundError:
            found.append(None)
    return found


class Silence:
    """Counts the seconds, of an idle machine, for which files have not changed."""

    def __init__(self, files):
        self.files, self.known = files, sizes(files)
        self.machine, self.last = Machine(), time.monotonic()
        self.seconds = 0.0

    def look(self):
        now, known = time.monotonic(), sizes(self.files)
        if known != self.known:
            self.seconds, self.known = 0.0, known
        else:
            self.seconds += (now - self.last) * self.machine.share()
        self.last = now
        return self.seconds


def wait(process, files, limit):
    """
    Wait for a process while the files change. Return its exit status, or None if
    they have not changed for limit seconds.
    """
    silence = Silence(files)
    while silence.look() < limit:
        try:
            return process.wait(POLL)
        except subprocess.TimeoutExpired:
            pass
    return None


def end(process):
    process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--silence', type=float, required=True)
    parser.add_argument('--file', action='append', default=[])
    parser.add_argument('command', nargs='+')
    args = parser.parse_args()

    with subprocess.Popen(args.command) as process:
        for caught in signal.SIGTERM, signal.SIGHUP, signal.SIGINT:
            if signal.getsignal(caught) != signal.SIG_IGN:
                signal.signal(caught, lambda number, frame: sys.exit(
                    128 + number))
        try:
            status = wait(process, args.file, args.silence)
        finally:
            end(process)
    if status is None:
        return HUNG
    return 128 - status if status < 0 else status


if __name__ == '__main__':
    sys.exit(main())
