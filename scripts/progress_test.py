#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# Test that progress.py ends commands that hang, and no others.  TAP.
#
# Copyright (C) 2026 The tarfs authors
import subprocess
import sys
import tempfile
from pathlib import Path

import progress

PROGRAM = Path(__file__).resolve().parent / 'progress.py'
# append a byte to the file each tenth of a second
TALK = 'for i in $(seq {}); do printf x >> "$1"; sleep 0.1; done'

# claim, command, exit status, limit of silence in seconds
ROWS = [
    ('a command that ends by itself', 'exit 0', 0, 60),
    ('its status', 'exit 7', 7, 60),
    ('one that a signal ends', 'kill -9 $$', 137, 60),
    ('one that talks for longer than it may be silent', TALK.format(80), 0, 5),
    ('one that is silent', 'exec sleep 1000', 124, 1),
    ('one that falls silent', TALK.format(5) + '; exec sleep 1000', 124, 1),
    ('one that is silent and ignores SIGTERM',
     'trap "" TERM; while :; do sleep 1; done', 124, 1),
]


def status(command, silence):
    with tempfile.NamedTemporaryFile() as file:
        return subprocess.run(
            [PROGRAM, '--silence', str(silence), '--file', file.name, '--',
             'sh', '-c', command, 'sh', file.name], check=False).returncode


def shares():
    """Return shares, which must be above 0: else a limit would never be reached."""
    machine = progress.Machine()
    return [machine.share() for _ in range(3)]


def main():
    results = []
    for claim, command, wanted, silence in ROWS:
        found = status(command, silence)
        results.append((found == wanted, f'{claim}: {wanted}', found))
    found = shares()
    results.append((all(0 < s <= 1 for s in found), 'a share of the machine',
                    found))
    for number, (right, claim, found) in enumerate(results, 1):
        print('ok' if right else 'not ok', number, '-', claim)
        if not right:
            print(f'# found {found}')
    print(f'1..{len(results)}')
    return 0 if all(right for right, _, _ in results) else 1


if __name__ == '__main__':
    sys.exit(main())
