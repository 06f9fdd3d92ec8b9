#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Boot the guest with valid pods, and with a host that does not cooperate.

Copyright (C) 2026 The tarfs authors

Usage: pod_test.py BIN, where BIN has mktarfs; TAP on standard output.
"""
import os
import sys

import guest as guests
import podmaker
from guest import Guest, MARK, tap
from podmaker import container, pod

# commands by which a container inspects itself
INSPECT = '''
id -u; id -g; id -G; hostname; pwd; echo "$GREETING"; echo $$
sed -n 's/^Cap\\(Eff\\|Bnd\\):[[:space:]]*/\\1 /p' /proc/self/status
touch /tmp/written && echo root is writable
touch /sys/x 2>/dev/null || echo sys is not
cat /proc/1/comm; echo $(ls /dev)
ls /dev/mapper 2>/dev/null || echo no mapper
mknod /tmp/disk b 254 0; cat /tmp/disk 2>&1
mknod /tmp/console c 5 1; cat /tmp/console 2>&1
echo b 2>&1 > /proc/sysrq-trigger || cat /proc/sys/kernel/sysrq
ulimit -n; ulimit -Hn
grep -c ' / ' /proc/mounts
stat -c %d / /bottom /top /tmp/written | uniq | grep -c .
cat /bottom /top /changed
'''
SEEN_BY_ROOT = '''0
0
0
inspect
/tmp
hello there
1
Eff 00000000a80425fb
Bnd 00000000a80425fb
root is writable
sys is not
sh
core fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero
no mapper
cat: can't open '/tmp/disk': Operation not permitted
cat: can't open '/tmp/console': Device or resource busy
/bin/sh: can't create /proc/sysrq-trigger: Read-only file system
0
1024
524288
1
1
bottom
top
changed by top
'''


def top_tar():
    return podmaker.tarball({
        'top': (0o644, b'top\n'),
        'changed': (0o644, b'changed by top\n')})


def good_pods(guest, base, top):
    spec = pod(container('inspect', [top, base], INSPECT))
    guest.run(spec, [spec, base.path, top.path])
    guest.claim(guest.report == [{'id': 'inspect', 'status': 0}] and
                SEEN_BY_ROOT in guest.console,
                'a container sees its layers, and what engines give it')

    spec = pod(container('user', [top, base], 'id -u; id -g; id -G; '
                         'sed -n s/^CapEff:.//p /proc/self/status; '
                         '/bin/ping -c 1 127.0.0.1 | grep -o ". packets rec.*d"; '
                         'echo out > /dev/stdout; exit 42',
                         uid=1000, gid=1001, additionalGids=[44]))
    guest.run(spec, [top.path, base.path, spec], words='tarfs.verbose')
    guest.claim(guest.report == [{'id': 'user', 'status': 42}] and
                '1000\n1001\n1001 44\n0000000000000000\n'
                '1 packets received\nout\n' in guest.console,
                'a user, a set-user-ID bit and the exit status count')
    guest.claim(f'{base.name}: 0 ' in guest.console and
                ' sha256 ' + base.root_hash in guest.console and
                f'/dev/mapper/{top.name} on ' in guest.console and
                f'== the tar on /dev/mapper/{base.name}\nbin/\n' in guest.console,
                'with tarfs.verbose the mappings and mounts are shown')


def hosts_that_do_not_listen(guest, base):
    spec = pod(container('unheard', [base], f'echo {MARK}'))
    guest.run(spec, [spec, base.path], listens=False)
    guest.claim(MARK in guest.console, 'the guest ends though nobody listens')

    spec = pod(container('short', [base], 'exit 5'),
               container('long', [base], 'sleep 1000'))
    tap.ok(guest.reports(spec, [spec, base.path], '{"id":"short","status":5}'),
           f'{guest.release}: an end is told while another container is silent')


def odd_layers(guest, make, base):
    """Boot images that have links, or nothing, at the runtime's mount points."""
    for name in 'dev', 'proc', 'sys':
        tar = podmaker.tarball({'tmp/x': (0o755, None), name: (0o777, 'tmp/x')})
        layer = make.layer(tar, base)
        spec = pod(container('link', [layer, base], f'echo {MARK}'))
        guest.run(spec, [spec, base.path, layer.path])
        guest.refused(f'link: /{name} of the image is not a directory',
                      f'an image whose /{name} is a link')

    tar = podmaker.tarball({f'.wh.{name}': (0o644, b'')
                            for name in ('dev', 'proc', 'sys')})
    once = make.layer(tar, base)
    twice = make.layer(tar, once)
    spec = pod(container('none', [twice, once, base],
                         'echo $(ls -d /dev/null /proc/1 /sys/class)'))
    guest.run(spec, [spec, base.path, once.path, twice.path])
    guest.claim(guest.report == [{'id': 'none', 'status': 0}] and
                '/dev/null /proc/1 /sys/class\n' in guest.console,
                'what an image lacks is made, and one layer can be there twice')


def layers_of_format_1(guest, programs):
    folder = f'{guest.scratch}/format-1'    # file names do not include the format
    os.mkdir(folder)
    make = podmaker.Maker(f'{programs}/mktarfs', folder, 1)
    layer = make.layer(guests.base_tar())
    spec = pod(container('old', [layer], 'cat /bottom'))
    guest.run(spec, [spec, layer.path])
    guest.claim(guest.report == [{'id': 'old', 'status': 0}] and
                'bottom\n' in guest.console, 'a layer of format 1')


def pods_of_two(guest, base, top):
    one = container('one', [top, base], f'echo one > /f; echo {MARK}; '
                    'sleep 1; cat /f')
    two = container('two', [top, base], 'echo two > /f; sleep 1; cat /f; '
                    'kill -9 $$; exec sh -c "sleep 1; exit 3"')
    spec = pod(one, two)
    guest.run(spec, [spec, base.path, top.path])
    guest.claim(sorted(guest.report, key=str) ==
                [{'id': 'one', 'status': 0}, {'id': 'two', 'status': 3}] and
                'one\n' in guest.console and 'two\n' in guest.console,
                'containers share layers, and what they write is their own')


def bad_pod_specs(guest, base):
    spec = pod(container('more', [base], f'echo {MARK}'), debug=True)
    guest.run(spec, [spec, base.path])
    guest.refused('top level: "debug" is not known',
                  'a pod spec that asks for more')


def main(argv):
    releases = guests.prepare()
    with tap.scratch() as scratch:
        make = podmaker.Maker(f'{argv[1]}/mktarfs', scratch)
        base = make.layer(guests.base_tar())
        top = make.layer(top_tar(), base)
        old, new = (Guest(release, scratch) for release in releases)
        good_pods(old, base, top)
        good_pods(new, base, top)
        layers_of_format_1(old, argv[1])
        pods_of_two(old, base, top)
        odd_layers(old, make, base)
        hosts_that_do_not_listen(old, base)
        bad_pod_specs(old, base)
    return tap.done()


if __name__ == '__main__':
    sys.exit(main(sys.argv))
