#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Test where containers write, and what the host can read and change of it.

Copyright (C) 2026 The tarfs authors

Usage: scratch_test.py BIN, where BIN has mktarfs; TAP on standard output.
"""
import sys
from pathlib import Path

import podmaker
from podmaker import container, pod
from guest import MARK, Disk, Guest, base_tar, prepare, tap

MIB = 1024 * 1024
BLOCK = 4096
SIGN = b'tarfs scratch 1\n'     # marks a disk
FIRST = 8192                    # after the mark and dm-integrity's superblock
UNREADABLE = 'Invalid or incomplete multibyte'
LINES = 8 * MIB                 # bytes that a container writes
ON_DISK = {'type': 'disk'}
# a line is 32 bytes long, so that a block has whole lines
WRITE = """busybox yes '{line:31}' | busybox head -c {size} > /lines; busybox sync
echo written
"""
# read the file until that fails, with EILSEQ from device-mapper, then show each
# distinct line once
READ = """while busybox dd if=/lines of=/dev/null bs=1M iflag=direct; do sleep 1; done
busybox dd if=/lines bs=4096 iflag=direct conv=noerror 2>/dev/null | busybox uniq
"""
# write more than the page cache can hold, so that every kind of block is read
# again
WORK_OUT = """
for d in $(busybox seq 30); do
    busybox mkdir /d$d
    for f in $(busybox seq 20); do echo $d $f > /d$d/f$f; done
done
busybox rm -r /d7 /d8 /d9; busybox sync
busybox dd if=/dev/zero of=/big bs=1M; busybox rm /big
busybox yes '{line:31}' | busybox head -c {size} > /lines; busybox sync
echo and now
busybox dd if=/lines bs=1M iflag=direct 2>/dev/null | busybox uniq
cat /d30/f20; ls /d1 | grep -c .
"""


def run_on_tmpfs(guest, base):
    spec = pod(container('full', [base],
                         'busybox dd if=/dev/zero of=/f bs=1M count=24; '
                         'stat -c %s /f'),
               scratch={'type': 'tmpfs', 'size': 16 * MIB})
    guest.run(spec, [spec, base.path])
    guest.claim(guest.report == [{'id': 'full', 'status': 0}] and
                'No space left on device' in guest.console and
                f'\n{16 * MIB}\n' in guest.console,
                'a tmpfs has the size that the pod spec says')


def with_volume(ident, base, command, **user):
    mount = {'volume': 'common', 'destination': '/common', 'readonly': False}
    return dict(container(ident, [base], command, **user), mounts=[mount])


def run_with_volume(guest, base, scratch, disks=()):
    """Let one container wait for what the other writes as another user."""
    spec = pod(with_volume('giver', base, 'stat -c "%a %u" /common; '
                           'echo given > /common/f', uid=1000, gid=1000),
               with_volume('taker', base, 'until cat /common/f 2>/dev/null; '
                           'do sleep 0.1; done; busybox df /common'),
               volumes=[{'name': 'common'}, {'name': 'unused'}],
               scratch=scratch)
    guest.run(spec, [spec, base.path, *disks])
    guest.claim(sorted(guest.report, key=str) ==
                [{'id': 'giver', 'status': 0}, {'id': 'taker', 'status': 0}] and
                '777 0\n' in guest.console and 'given\n' in guest.console,
                f"containers share a volume on {scratch['type']}")


def marked(guest, size, name='scratch'):
    """Return a disk that the guest may write, with data after the mark."""
    path = f'{guest.scratch}/{name}-{guest.release}'
    with open(path, 'wb') as out:
        out.write(SIGN)
        out.truncate(size)
    return Disk(path, writable=True)


def longest_run(data):
    """Return offset and length of the longest run of blocks that are not zero."""
    best, start = (0, 0), None
    for offset in range(FIRST, len(data) + BLOCK, BLOCK):
        if any(data[offset:offset + BLOCK]):
            start = offset if start is None else start
        elif start is not None:
            best = max(best, (offset - start, start))
            start = None
    return best[1], best[0]


def shown_last(guest, after):
    """Return a container's lines on the console after the last one with a text."""
    lines = guest.console.split('\n')
    start = max(i for i, line in enumerate([after, *lines]) if after in line)
    return [line for line in lines[start:]
            if line and not line.startswith(('[', 'tarfs-agent: '))]


def changing(guest, disk, change):
    """Return a host that changes the disk once the container has written."""
    def host(emulator):
        guest.wait_until_said(emulator, 'written')
        with open(disk.content, 'r+b') as raw:
            change(raw)
    return host


def run_on_disk(guest, base):
    disk = marked(guest, 160 * MIB)
    spec = pod(container('work', [base], WORK_OUT.format(line='line',
                                                         size=LINES)),
               scratch=ON_DISK)
    guest.run(spec, [spec, base.path, disk])
    guest.claim(guest.report == [{'id': 'work', 'status': 0}] and
                'No space left on device' in guest.console and
                shown_last(guest, 'and now') ==
                [f"{'line':31}", '30 20', '20'] and
                'INTEGRITY' not in guest.console,
                'a disk is filled, and what is read is what was written')

    run_with_volume(guest, base, ON_DISK, [marked(guest, 64 * MIB)])
    guest.claim('/dev/mapper/tarfs-scratch' in guest.console,
                'a volume is on that disk')


def write_to(guest, base, disk, line, then='', host=None):
    spec = pod(container('writer', [base],
                         WRITE.format(line=line, size=LINES) + then),
               scratch=ON_DISK)
    guest.run(spec, [spec, base.path, disk], host=host)
    return Path(disk.content).read_bytes()


def run_on_prying_host(guest, base):
    disk = marked(guest, 64 * MIB)
    first = write_to(guest, base, disk, 'written in the first boot')
    written = sum(any(first[i:i + BLOCK])
                  for i in range(FIRST, len(first), BLOCK)) * BLOCK
    guest.claim(guest.report == [{'id': 'writer', 'status': 0}] and
                written > LINES and first.startswith(SIGN) and
                not any(text in first for text in
                        (b'the first boot', b'lines', b'upper')),
                'nothing on the disk can be read, and the mark is kept')

    def restore(raw):
        raw.seek(FIRST)
        raw.write(first[FIRST:])

    write_to(guest, base, disk, 'written in the second boot', READ,
             changing(guest, disk, restore))
    guest.claim(guest.report == [{'id': 'writer', 'status': 0}] and
                UNREADABLE in guest.console and
                'in the first boot' not in guest.console,
                'what was written in another boot is an error')


def run_on_changing_host(guest, base):
    disk = marked(guest, 64 * MIB)
    flipped = []

    def flip(raw):
        data = bytearray(raw.read())
        start, length = longest_run(data)
        flipped.append(start + length // 2)
        raw.seek(flipped[0])
        raw.write(bytes([data[flipped[0]] ^ 1]))

    write_to(guest, base, disk, 'all lines are equal', READ,
             changing(guest, disk, flip))
    guest.claim(guest.report == [{'id': 'writer', 'status': 0}] and flipped and
                UNREADABLE in guest.console and
                shown_last(guest, UNREADABLE) ==
                [f"{'all lines are equal':31}"],
                'a bit that the host flips is an error, and all else is right')


def bad_disks(guest, base):
    spec = pod(container('none', [base], f'echo {MARK}'), scratch=ON_DISK)
    disk = marked(guest, 64 * MIB)

    guest.run(spec, [spec, base.path, Disk(bytes(64 * MIB), writable=True)])
    guest.refused('scratch storage: no disk is marked for it',
                  'a disk that is not marked')
    guest.run(spec, [spec, base.path, disk, marked(guest, 64 * MIB, 'second')])
    guest.refused('scratch storage: 2 disks are marked for it',
                  'two disks for scratch storage')
    guest.run(spec, [spec, base.path, Disk(disk.content)])
    guest.refused('/dev/vdc: the host lets nobody write it',
                  'a disk for scratch storage that is read-only')
    guest.run(spec, [spec, base.path, marked(guest, 31 * MIB, 'small')])
    guest.refused(f'/dev/vdc: has {31 * MIB} bytes, needs {32 * MIB} at least',
                  'a disk for scratch storage that is too small')

    spec = pod(container('tmpfs', [base], 'echo ran'))
    before = Path(disk.content).read_bytes()
    guest.run(spec, [spec, base.path, disk])
    guest.claim(guest.report == [{'id': 'tmpfs', 'status': 0}] and
                Path(disk.content).read_bytes() == before,
                'a marked disk that is not asked for is not written')


def main(argv):
    old, new = prepare()
    with tap.scratch() as scratch:
        make = podmaker.Maker(f'{argv[1]}/mktarfs', scratch)
        base = make.layer(base_tar())
        for release in old, new:
            guest = Guest(release, scratch)
            run_on_tmpfs(guest, base)
            run_with_volume(guest, base, {'type': 'tmpfs'})
            run_on_disk(guest, base)
            run_on_prying_host(guest, base)
            run_on_changing_host(guest, base)
        bad_disks(Guest(old, scratch), base)
    return tap.done()


if __name__ == '__main__':
    sys.exit(main(sys.argv))
