#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Boots the guest with pods that are right, and with a host that cheats.

Copyright (C) 2026 The tarfs authors

Usage: guest_test.py BIN, where BIN has mktarfs; TAP on standard output.
"""
import os
import sys
from pathlib import Path

import guest as guests
import podmaker
from guest import Guest, MARK, tap
from podmaker import container, pod

# what a shell in a container finds out about itself
INSPECT = '''
id -u; id -g; id -G; hostname; pwd; echo "$GREETING"; echo $$
sed -n 's/^Cap\\(Eff\\|Bnd\\):[[:space:]]*/\\1 /p' /proc/self/status
touch /tmp/written && echo root is writable
touch /sys/x 2>/dev/null || echo sys is not
cat /proc/1/comm; echo $(ls /dev)
ls /dev/mapper 2>/dev/null || echo no mapper
mknod /tmp/disk b 254 0; cat /tmp/disk 2>&1
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


def flip(path, offset):
    """The bytes of a file, one of them changed; from its end if negative."""
    data = bytearray(Path(path).read_bytes())
    data[offset] ^= 0x10
    return bytes(data)


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
    """What their author can do where the runtime is going to mount."""
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
    folder = f'{guest.scratch}/format-1'    # names do not tell the format
    os.mkdir(folder)
    make = podmaker.Maker(f'{programs}/mktarfs', folder, 1)
    layer = make.layer(guests.base_tar())
    spec = pod(container('old', [layer], 'cat /bottom'))
    guest.run(spec, [spec, layer.path])
    guest.claim(guest.report == [{'id': 'old', 'status': 0}] and
                'bottom\n' in guest.console, 'a layer of format 1')


def pods_of_many(guest, make, base, top):
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

    layers = [base]
    for i in range(60):
        tar = podmaker.tarball({f'layer{i}': (0o644, b'x'),
                                'last': (0o644, b'%d\n' % i)})
        layers.insert(0, make.layer(tar, layers[0]))
    spec = pod(container('many', layers, 'ls -d /layer* | grep -c .; '
                         'cat /last'))
    guest.run(spec, [spec, *(layer.path for layer in layers)], timeout=20)
    guest.claim(guest.report == [{'id': 'many', 'status': 0}] and
                '60\n59\n' in guest.console, 'a container has 61 layers')


def bad_pod_specs(guest, base, top):
    good = pod(container('good', [top, base], f'echo {MARK}'))
    layers = [base.path, top.path]

    guest.run(good, [good.replace(b' ', b'\n', 1), *layers])
    guest.refused('no disk holds the pod spec', 'a pod spec with a byte changed')
    guest.run(good, [good + bytes(podmaker.BLOCK), *layers])
    guest.refused('no disk holds the pod spec', 'a pod spec with a tail')
    guest.run(good, [good, *layers], words='tarfs.pod=sha256:' + 64 * '0')
    guest.refused('twice', 'two digests on the command line')

    spec = pod(container('more', [top, base], f'echo {MARK}'), debug=True)
    guest.run(spec, [spec, *layers])
    guest.refused('top level: "debug" is not known',
                  'a pod spec that asks for more')

    spec = pod(container('first', [top, base], f'echo {MARK}'),
               container('second', [base], f'echo {MARK}'))
    spec = spec.replace(b'/bin/sh', b'/bin/no', 2).replace(
        b'/bin/no', b'/bin/sh', 1)
    guest.run(spec, [spec, *layers])
    guest.refused('second: cannot create the container',
                  'a pod of which one container has no program')


def bad_layers(guest, base, top):
    spec = pod(container('bad', [top, base], f'echo {MARK}'))
    good = Path(base.path).read_bytes()
    tree = int.from_bytes(good[-504:-496], 'little') * podmaker.BLOCK

    guest.run(spec, [spec, base.path])
    guest.refused(f'no disk holds the layer {top.name}', 'a layer that is missing')
    guest.run(spec, [spec, top.path, flip(base.path, tree)])
    guest.refused(f'no disk holds the layer {base.name}',
                  'a layer with another tree')
    guest.run(spec, [spec, top.path, flip(base.path, -504)])
    guest.refused(f'no disk holds the layer {base.name}',
                  'a layer with another size in its trailer')
    guest.run(spec, [spec, top.path, flip(base.path, tree - 512)])
    guest.refused(f'the layer {base.name} on /dev/vd',
                  'a layer with another superblock')
    at = good.index(b'bottom\n')
    spec = pod(container('read', [top, base],
                         'cat /top; cat /bottom && echo read it; exit 9'))
    guest.run(spec, [spec, top.path, flip(base.path, at)])
    guest.claim(guest.report == [{'id': 'read', 'status': 9}] and
                'top\n' in guest.console and 'read it' not in guest.console and
                'cat: read error: Input/output error' in guest.console,
                'data that the host changes are an error when they are read')


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
        pods_of_many(old, make, base, top)
        odd_layers(old, make, base)
        hosts_that_do_not_listen(old, base)
        bad_pod_specs(old, base, top)
        bad_layers(old, base, top)
    return tap.done()


if __name__ == '__main__':
    sys.exit(main(sys.argv))
