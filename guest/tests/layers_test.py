#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Test what containers see of their layers: stacks of any height, what one layer hides
of those below it, and bits that give rights.

Copyright (C) 2026 The tarfs authors

Usage: layers_test.py BIN, where BIN has mktarfs; TAP on standard output.
"""
import sys

import guest as guests
import podmaker
from guest import BUSYBOX, Guest, tap
from podmaker import container, pod

HEIGHTS = (1, 2, 20, 60, 128)


def ended(guest, *idents):
    return sorted(line['id'] for line in guest.report
                  if line.get('status') == 0) == sorted(idents)


def stacks(guest, layers):
    """Run a container for each height; they share layers."""
    spec = pod(*(container(f'of-{n}', layers[-n:], f'echo {n}: $(ls / | grep '
                           '-c ^layer) $(cat /last 2>&1)') for n in HEIGHTS))
    guest.run(spec, [spec, *(layer.path for layer in layers)],
              words='tarfs.verbose', timeout=60)
    for n in HEIGHTS:
        last = f'{n - 1}' if n > 1 else "cat: can't open '/last': No such file"
        guest.claim(ended(guest, *(f'of-{n}' for n in HEIGHTS)) and
                    f'\n{n}: {n - 1} {last}' in guest.console,
                    f'a container of {n} layers')
    guest.claim(guest.console.count(' type tar (ro,') == len(layers) and
                guest.console.count(' verity 1 ') == len(layers),
                'each layer is mapped and mounted once')


def hidden(guest, make, base):
    """Run a container with each layer as the top one."""
    low = make.layer(podmaker.tarball({
        'd': (0o755, None), 'd/a': (0o644, b'low'), 'd/b': (0o644, b'low'),
        'd/sub': (0o755, None), 'd/sub/old': (0o644, b'low'),
        'gone': (0o755, None), 'gone/x': (0o644, b'low')}), base)
    middle = make.layer(podmaker.tarball({
        'd/.wh.a': (0o644, b''), 'd/sub': (0o700, None),
        'd/sub/.wh..wh..opq': (0o644, b''), 'd/sub/new': (0o644, b'middle'),
        '.wh.gone': (0o644, b'')}), low)
    high = make.layer(podmaker.tarball({
        'd/a': (0o644, b'high'), 'gone': (0o755, None)}), middle)
    layers = [high, middle, low, base]
    show = 'echo {}: $(find /d /gone 2>/dev/null | sort) $(cat /d/a 2>/dev/null)'
    spec = pod(container('high', layers, show.format('high')),
               container('middle', layers[1:], show.format('middle')),
               container('low', layers[2:], show.format('low')))
    guest.run(spec, [spec, *(layer.path for layer in layers)])
    guest.claim(ended(guest, 'high', 'middle', 'low') and all(
        line in guest.console for line in (
            'low: /d /d/a /d/b /d/sub /d/sub/old /gone /gone/x low\n',
            'middle: /d /d/b /d/sub /d/sub/new\n',
            'high: /d /d/a /d/b /d/sub /d/sub/new /gone high\n')),
                'whiteouts and opaque directories hide what is below them')


def rights(guest, make, base):
    """Run three copies of a program, two of which give a capability."""
    program = BUSYBOX.read_bytes()
    layer = make.layer(podmaker.tarball({
        'none': (0o755, None), 'none/ping': (0o755, program),
        'setuid': (0o755, None), 'setuid/ping': (0o4755, program),
        'capable': (0o755, None), 'capable/ping': (0o755, program)},
        capable=('capable/ping',)), base)
    spec = pod(container('rights', [layer, base], 'for i in none setuid capable; '
                         'do /$i/ping -c 1 127.0.0.1 > /dev/null 2>&1; '
                         'echo $i: $?; done', uid=1000, gid=1000))
    guest.run(spec, [spec, base.path, layer.path])
    guest.claim(ended(guest, 'rights') and
                'none: 1\nsetuid: 0\ncapable: 0\n' in guest.console,
                'a set-user-ID bit and a file capability give rights')


def main(argv):
    releases = guests.prepare()
    with tap.scratch() as scratch:
        make = podmaker.Maker(f'{argv[1]}/mktarfs', scratch)
        base = make.layer(guests.base_tar())
        layers = [base]
        for i in range(1, max(HEIGHTS)):
            tar = podmaker.tarball({f'layer{i}': (0o644, b'x'),
                                    'last': (0o644, b'%d\n' % i)})
            layers.insert(0, make.layer(tar, layers[0]))
        for release in releases:
            guest = Guest(release, scratch)
            stacks(guest, layers)
            hidden(guest, make, base)
            rights(guest, make, base)
    return tap.done()


if __name__ == '__main__':
    sys.exit(main(sys.argv))
