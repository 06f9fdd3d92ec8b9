#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Measure how long the agent takes until it calls crun to create the container, and
how long a script with dmsetup and mount takes.

Copyright (C) 2026 The tarfs authors

Usage: speed.py BIN, where BIN has mktarfs. Both run in turns, in one boot for each
kernel; the result is medians, and the agent's share of the script's time.
"""
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / 'tests'))
import guest as guests  # noqa: E402
import podmaker  # noqa: E402
from guest import Guest, tap  # noqa: E402

LAYERS = 20
LINKS = ('sh', 'cat', 'cp', 'dd', 'grep', 'head', 'ln', 'mkdir', 'mount', 'od',
         'sed', 'sha256sum', 'tail', 'tr', 'umount')


def compile_program(name, out):
    subprocess.run(['cc', '-std=gnu11', '-D_GNU_SOURCE', '-O2', '-Wall',
                    '-Wextra', '-Werror', '-static', '-o', out,
                    HERE / f'{name}.c'], check=True)


def make_initramfs(release, scratch):
    """Make an initramfs with a driver as the agent, a clock as crun."""
    build = TOP / 'build'
    root = f'{scratch}/root'
    for name in 'driver', 'stamp':
        compile_program(name, f'{scratch}/{name}')
    modules = next((build / 'kernels' / release).glob(f'**/lib/modules/{release}'))
    subprocess.run(
        [HERE.parent / 'stage', root, modules, build / release / 'tarfs.ko',
         f'{build}/guest/init=/init', f'{scratch}/driver=/sbin/tarfs-agent',
         f'{build}/guest/tarfs-agent=/sbin/by-agent',
         f'{scratch}/stamp=/usr/bin/crun', '/sbin/dmsetup=/sbin/dmsetup',
         '/bin/busybox=/bin/busybox'], check=True)
    for link in LINKS:
        os.symlink('busybox', f'{root}/bin/{link}')
    script = Path(f'{root}/sbin/by-script')
    script.write_bytes((HERE / 'by-script').read_bytes())
    script.chmod(0o755)
    image = f'{scratch}/initramfs.img'
    with open(image, 'wb') as out:
        subprocess.run([build / 'guest/make-cpio', root], check=True,
                       stdout=out)
    return image


def measure(release, scratch, make):
    layers = [make.layer(guests.base_tar())]
    for i in range(1, LAYERS):
        tar = podmaker.tarball({f'layer{i}': (0o644, b'x')})
        layers.insert(0, make.layer(tar, layers[0]))
    spec = podmaker.pod(podmaker.container('speed', layers, 'true'))
    guest = Guest(release, scratch)
    guest.run(spec, [spec, *(layer.path for layer in layers)],
              options=['-initrd', make_initramfs(release, scratch)])
    found = re.findall(r'^time /sbin/by-(\w+) ([0-9.]+)$', guest.console, re.M)
    times = {who: [float(t) for w, t in found if w == who]
             for who in ('agent', 'script')}
    if not times['agent'] or len(times['agent']) != len(times['script']):
        sys.exit(f'{release}: the guest did not end as it should\n'
                 f'{guest.console}')
    return times


def main(argv):
    for release in guests.prepare():
        with tap.scratch() as scratch:
            times = measure(release, scratch,
                            podmaker.Maker(f'{argv[1]}/mktarfs', scratch))
        agent, script = (statistics.median(times[w]) for w in times)
        print(f'{release}: {LAYERS} layers, {len(times["agent"])} times each: '
              f'agent {agent * 1000:.0f} ms, script {script * 1000:.0f} ms: '
              f'{agent / script * 100:.0f} %', flush=True)
        for who, each in times.items():
            print(f'  {who}:', *(f'{t * 1000:.0f}' for t in each))
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv))
