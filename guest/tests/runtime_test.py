#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Test how containers end, by themselves or on request, and what is reported to the
host; what they mount, and what they may not mount.

Copyright (C) 2026 The tarfs authors

Usage: runtime_test.py BIN, where BIN has mktarfs; TAP on standard output.
"""
import sys

import podmaker
from podmaker import container, long_pod, pod
from guest import LATE, MARK, Guest, base_tar, prepare, tap

# ends on SIGTERM, after some work
POLITE = ('trap "echo goes; exit 7" TERM; echo ready; '
          'while :; do sleep 0.1; done')
# PID 1 of a namespace does not get signals that it does not handle
DEAF = 'echo ready; exec sleep 1000'
# exceeds its limit of CPU time: the kernel sends SIGKILL
KILLED = 'ulimit -t 1; while :; do :; done'


def press_keys(emulator, *names):
    emulator('send-key', keys=[{'type': 'qcode', 'data': name}
                               for name in names])


def pods_that_are_asked_to_end(guest, base):
    def press_power(emulator):
        guest.wait_until_said(emulator, 'ready\n', 2)
        emulator('system_powerdown')

    spec = pod(container('polite', [base], POLITE),
               container('deaf', [base], DEAF))
    guest.run(spec, [spec, base.path], words='tarfs.grace=3',
              host=press_power)
    guest.claim(guest.report == [
        {'id': 'polite', 'status': 7},
        {'id': 'deaf', 'status': 137, 'signal': 9}] and
        guest.end == {'end': 'ended', 'status': 7} and
        'asked to end by the power button: SIGTERM now, SIGKILL in 3 s' in
        guest.console and 'goes\n' in guest.console and
        '3 s are over: SIGKILL' in guest.console,
        'the power button ends a pod: SIGTERM, then SIGKILL')

    def press_ctrl_alt_delete(emulator):
        guest.wait_until_said(emulator, 'ready\n')
        press_keys(emulator, 'ctrl', 'alt', 'delete')

    spec = pod(container('polite', [base], POLITE))
    guest.run(spec, [spec, base.path], host=press_ctrl_alt_delete)
    guest.claim(guest.report == [{'id': 'polite', 'status': 7}] and
                guest.end == {'end': 'ended', 'status': 7} and
                'asked to end by SIGINT, or Ctrl-Alt-Delete' in guest.console and
                'SIGKILL\n' not in guest.console,
                'Ctrl-Alt-Delete asks a pod to end, and does not restart')


def pods_that_are_asked_too_early(guest, base):
    def press_power(emulator):
        """Press it early: the agent listens before it looks for the pod spec."""
        emulator.wait_until_bytes('disk0', len(spec) // 2)
        emulator('system_powerdown')
        emulator.wait_until_idle()
        emulator.plug('layer', 'blk', base.path)

    spec = long_pod(container('early', [base], f'echo {MARK}'))
    guest.run(spec, [spec], timeout=LATE, host=press_power)
    guest.refused('asked to end by the power button before anything ran',
                  'the power button while a layer is waited for')


def ends_of_their_own(guest, base):
    spec = pod(container('killed', [base], KILLED),
               container('fine', [base], 'true'),
               container('last', [base], 'sleep 4; exit 3'))
    guest.run(spec, [spec, base.path])
    guest.claim(sorted(guest.report, key=lambda line: line['id']) == [
        {'id': 'fine', 'status': 0},
        {'id': 'killed', 'status': 137, 'signal': 9},
        {'id': 'last', 'status': 3}] and
        guest.end == {'end': 'ended', 'status': 137} and
        'tarfs-agent: killed: killed by signal 9 (Killed)\n' in guest.console and
        'tarfs-agent: last: ended with status 3\n' in guest.console,
        'a container that is killed is told, and the others go on')

    spec = pod(container('orphans', [base],
                         'for i in 1 2 3 4 5 6 7 8 9; do '
                         '(sleep 0.1 &); (sleep 1000 &); done; '
                         'exec sleep 2'))
    guest.run(spec, [spec, base.path])
    guest.claim(guest.report == [{'id': 'orphans', 'status': 0}] and
                guest.end == {'end': 'ended', 'status': 0},
                'zombies and orphans go with their container')


def exit_statuses(guest, base):
    """Test the report together with the emulator's exit status."""
    for ident, command, status in (
            ('zero', 'exit 0', 0), ('three', 'exit 3', 3),
            ('most', 'exit 127', 127), ('more', 'exit 200', 200)):
        spec = pod(container(ident, [base], command))
        guest.run(spec, [spec, base.path], words='tarfs.exit=isa-debug')
        guest.claim(guest.report == [{'id': ident, 'status': status}] and
                    guest.end == {'end': 'ended', 'status': status} and
                    guest.status == min(status, 127),
                    f'the emulator ends as the container, with {status}')
    spec = pod(container('none', [base], 'true'))
    guest.run(spec, [spec], words='tarfs.exit=isa-debug')
    guest.refused('no disk holds the layer', 'with 125 for the emulator')


def guests_that_crash(guest, base):
    def crash(emulator):
        guest.wait_until_said(emulator, 'ready\n')
        emulator('inject-nmi')

    spec = pod(container('crash', [base], DEAF))
    guest.run(spec, [spec, base.path], words='unknown_nmi_panic',
              host=crash)
    if not tap.ok(guest.end is None and not guest.report,
                  f'{guest.release}: a guest that crashes does not say that '
                  'the pod is over'):
        tap.note(guest.console)


def mounting(ident, layers, command, *mounts):
    mounts = [{'volume': volume, 'destination': destination,
               'readonly': readonly}
              for volume, destination, readonly in mounts]
    return dict(container(ident, layers, command), mounts=mounts)


def mounts_of_volumes(guest, make, base):
    writer = mounting('writer', [base],
                      'echo from the writer > /new/place/f; '
                      'mknod /new/place/null c 1 3 && '
                      'cat /new/place/null; touch /new/place/done; '
                      'grep " /new/place " /proc/mounts',
                      ('one', '/new/place', False))
    reader = mounting('reader', [base],
                      'until [ -e /tmp/done ]; do sleep 0.1; done; '
                      'cat /tmp/f; touch /tmp/g; '
                      'touch /two/deeper/g && ls /two/deeper; ls /two',
                      ('one', '/tmp', True), ('two', '/two', False),
                      ('three', '/two/deeper', False))
    spec = pod(writer, reader, volumes=[{'name': 'one'}, {'name': 'two'},
                                        {'name': 'three'}])
    guest.run(spec, [spec, base.path])
    guest.claim(sorted(line['id'] for line in guest.report) ==
                ['reader', 'writer'] and
                guest.end == {'end': 'ended', 'status': 0} and
                "can't open '/new/place/null': Permission denied" in
                guest.console and
                ' /new/place tmpfs rw,nosuid,nodev' in guest.console and
                'from the writer\n' in guest.console and
                'touch: /tmp/g: Read-only file system' in guest.console and
                'g\ndeeper\n' in guest.console,
                'volumes are mounted where the pod spec says, and as it says')

    tar = podmaker.tarball({'tmp/x': (0o755, None), 'link': (0o777, 'tmp/x'),
                            'file': (0o644, b'')})
    layer = make.layer(tar, base)
    for place in '/link', '/link/y/z', '/file':
        spec = pod(mounting('led', [layer, base], f'echo {MARK}',
                            ('one', place, False)), volumes=[{'name': 'one'}])
        guest.run(spec, [spec, base.path, layer.path])
        guest.refused(f'led: {place} of the image is not a directory that is '
                      'reached without links', f'a volume at {place}')


def main(argv):
    old, new = prepare()
    with tap.scratch() as scratch:
        make = podmaker.Maker(f'{argv[1]}/mktarfs', scratch)
        base = make.layer(base_tar())
        for release in old, new:
            guest = Guest(release, scratch)
            pods_that_are_asked_to_end(guest, base)
            ends_of_their_own(guest, base)
        guest = Guest(old, scratch)
        pods_that_are_asked_too_early(guest, base)
        exit_statuses(guest, base)
        guests_that_crash(guest, base)
        mounts_of_volumes(guest, make, base)
    return tap.done()


if __name__ == '__main__':
    sys.exit(main(sys.argv))
