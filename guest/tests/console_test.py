#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Test that the host cannot read the output of containers or the log of a panic, with
the command line of make uvm and any device that displays or stores them.

Copyright (C) 2026 The tarfs authors

Usage: console_test.py BIN, where BIN has mktarfs; TAP on standard output.

The same boot without the words that prevent it shows that the test detects it.
"""
import os
import subprocess
import sys
from pathlib import Path

import podmaker
from guest import LATE, TOP, Guest, base_tar, prepare, tap
from image import Image
from podmaker import container, pod

SECRET = 'what no host may read'
RECORDS = 64 << 10      # bytes of the device that stores the log of a panic
SLOT = 8 << 10          # the first slot describes the others
# the adapter's memory: a character, its colour, ...
TEXT, TEXT_SIZE = 0xb8000, 0x8000
# the host plugs a disk when it has looked; reading the corrupt file ends the
# kernel
COMMAND = f'''
echo {SECRET}; echo {SECRET} >&2
until ls /sys/block | grep -q vdc; do sleep 0.1; done
cat /bottom
'''


def template(scratch, release):
    """Return the words of make uvm without the pod; emulated timers may be late."""
    out = f'{scratch}/uvm'
    subprocess.run([TOP / 'scripts/uvm'], check=True, stdout=sys.stderr,
                   env={**os.environ, 'OUT': out, 'KERNEL': release})
    words = Path(f'{out}/cmdline').read_text(encoding='ascii').split()
    return ['no_timer_check', *(w for w in words if '@POD@' not in w)]


def devices(records):
    """Return options for all that a host may read: adapter, port, error records."""
    Path(records).write_bytes(bytes(RECORDS))
    return ['-device', 'VGA,addr=1e.0', '-chardev', 'null,id=null',
            '-device', 'virtconsole,chardev=null,name=more',
            '-object', f'memory-backend-file,id=records,mem-path={records},'
            f'size={RECORDS},share=on',
            '-device', 'acpi-erst,memdev=records,addr=1f.0']


def look(guest, spec, disk, words):
    """Boot; return video memory, serial output, and whether there are records."""
    records = f'{guest.scratch}/records'
    seen = []

    def host(emulator):
        report = Path(f'{guest.scratch}/report')
        while 'first' not in report.read_text(encoding='utf-8'):
            emulator.wait_a_moment()
        emulator.wait_until_idle(3)
        seen.append(emulator.memory(TEXT, TEXT_SIZE, guest.scratch + '/text'))
        emulator.plug('looked', 'blk', records)

    guest.run(spec, [spec, disk], words=' '.join(words), timeout=LATE, front='',
              options=devices(records), host=host)
    text = seen[0][::2].decode('latin-1') if seen else None
    kept = Path(records).read_bytes()[SLOT:]
    return text, guest.console, any(kept)


def check(guest, words, spec, disk):
    def claim(right, text):
        if not tap.ok(right, f'{guest.release}: {text}'):
            tap.note(f'{guest.report} {guest.end} {guest.status}\n{guest.console}')

    quiet = [word for word in words
             if word not in ('console=null', 'erst_disable')]
    text, serial, kept = look(guest, spec, disk,
                              [*quiet, 'tarfs.output=console'])
    claim(text and SECRET in text, 'without console=null an adapter shows it')
    claim(kept, 'without erst_disable the log of a panic is kept')
    text, serial, kept = look(guest, spec, disk,
                              [*words, 'tarfs.output=console'])
    claim(text and SECRET not in text and SECRET not in serial,
          'with the words of make uvm no console shows it')
    claim(not kept and 'panic' not in serial,
          'nor does the host get the log of a panic')
    text, serial, kept = look(guest, spec, disk,
                              [*quiet, 'console=tty0', 'console=ttyS0'])
    claim(text and SECRET not in text and SECRET not in serial and
          'panic' in serial,
          'nothing of it is on a console unless the agent is told to')


def main(argv):
    with tap.scratch() as scratch:
        make = podmaker.Maker(f'{argv[1]}/mktarfs', scratch)
        base = make.layer(base_tar())
        image = Image(base.path)
        bad = image.flipped(f'{scratch}/bad', image.data.index(b'bottom\n'))
        spec = pod(container('first', [base], f'echo {SECRET}'),
                   container('second', [base], COMMAND),
                   verity={'on_corruption': 'panic'})
        for release in prepare():
            check(Guest(release, scratch), template(scratch, release), spec,
                  bad)
    return tap.done()


if __name__ == '__main__':
    sys.exit(main(sys.argv))
