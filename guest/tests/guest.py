# SPDX-License-Identifier: GPL-2.0
"""
A guest booted by a test that plays the host: its disks, its output, and what the
host does meanwhile.

Copyright (C) 2026 The tarfs authors
"""
import hashlib
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import podmaker
from qmp import Emulator

GUEST = Path(__file__).resolve().parents[1]
TOP = GUEST.parent
sys.path.insert(0, str(TOP / 'tools/tests/kit'))
import tap  # noqa: E402

MARK = 'a container of this pod has run'
BUSYBOX = Path('/bin/busybox')
APPLETS = ('cat', 'find', 'grep', 'hostname', 'id', 'kill', 'ls', 'mknod', 'sed',
           'sh', 'sleep', 'sort', 'stat', 'touch', 'uniq')
SILENCE = 150           # seconds that a guest may be silent
LATE = 600              # seconds that a guest waits for disks plugged late


@dataclass
class Disk:
    """
    A disk: its content, a path or bytes; its bus, blk, scsi or nvme; whether the
    guest may write; whether it is plugged after discovery has started.
    """
    content: object
    bus: str = 'blk'
    writable: bool = False
    late: bool = False


def as_disk(disk):
    return disk if isinstance(disk, Disk) else Disk(disk)


class Guest:
    """A guest, and the results of its last boot."""
    def __init__(self, release, scratch):
        self.release, self.scratch = release, scratch

    def run(self, spec, disks, words='', timeout=2, listens=True, options=(),
            host=None, front=None):
        """
        Boot with the digest of a pod spec, if any, and with disks: Disks, paths, or
        bytes.  listens: the host reads the report.  options: for the emulator.
        host: called with the Emulator once late disks are plugged, which happens
        when the guest has read the first disk, a long_pod().  front: replaces the
        words that boot-pod puts before all others.
        """
        self.files = [self.file(i, as_disk(d)) for i, d in enumerate(disks)]
        report = f'{self.scratch}/report' if listens else ''
        late = [(i, d) for i, d in enumerate(map(as_disk, disks)) if d.late]
        if late or host:
            options = [*options, *Emulator.options(self.scratch)]
        with open(f'{self.scratch}/console', 'wb') as console, \
                self.popen(spec, disks, f'tarfs.timeout={timeout} {words}',
                           report, options, console, front) as boot:
            if late or host:
                self.play_host(boot, disks, late, host)
            self.status = boot.wait()
        self.console = Path(f'{self.scratch}/console').read_text(
            encoding='utf-8', errors='replace')
        self.report, self.end = [], None
        if listens:
            with open(report, encoding='utf-8') as lines:
                self.report = [json.loads(line) for line in lines]
            if self.report and 'end' in self.report[-1]:
                self.end = self.report.pop()
        # powered off, after the last line of the report if the host listened
        told = self.end and 'tarfs.exit=' in words
        self.ended = self.status == (min(self.end['status'], 127) if told
                                     else 0) and (bool(self.end) or not listens)

    def popen(self, spec, disks, words, report, options, console, front=None):
        if spec is not None:
            digest = hashlib.sha256(spec).hexdigest()
            words = f'tarfs.pod=sha256:{digest} {words}'
        args = [f"{d.bus}:{'rw:' if d.writable else ''}{file}"
                for d, file in zip(map(as_disk, disks), self.files)
                if not d.late]
        return subprocess.Popen(
            [GUEST / 'boot-pod', self.release, words, report, *args],
            stdout=console,
            stderr=subprocess.STDOUT, start_new_session=True,
            env={**os.environ, 'SILENCE': str(SILENCE),
                 'OPTIONS': shlex.join(options),
                 **({} if front is None else {'WORDS': front})})

    def play_host(self, boot, disks, late, host):
        with Emulator(self.scratch, boot) as emulator:
            if late:
                spec = as_disk(disks[0]).content
                emulator.wait_until_bytes('disk0', len(spec) // 2)
            for i, disk in late:
                emulator.plug(f'disk{i}', disk.bus, self.files[i],
                              disk.writable)
            if host:
                host(emulator)

    def wait_until_said(self, emulator, text, count=1):
        """Wait until the console has a text so many times."""
        path = Path(f'{self.scratch}/console')
        while path.read_text(encoding='utf-8',
                             errors='replace').count(text) < count:
            emulator.wait_a_moment()

    def reports(self, spec, disks, line):
        """Boot; return whether the host gets this line while the guest runs."""
        self.files = [self.file(i, as_disk(d)) for i, d in enumerate(disks)]
        report = Path(f'{self.scratch}/report')
        report.write_text('', encoding='utf-8')
        with self.popen(spec, disks, '', str(report), (), sys.stderr) as boot:
            while boot.poll() is None and \
                    line + '\n' not in report.read_text(encoding='utf-8'):
                time.sleep(0.1)
            early = boot.poll() is None
            os.killpg(boot.pid, signal.SIGKILL)
        return early and report.read_text(encoding='utf-8') == line + '\n'

    def file(self, number, disk):
        if not isinstance(disk.content, bytes):
            return str(disk.content)
        path = f'{self.scratch}/disk{number}'
        Path(path).write_bytes(disk.content)
        return path

    def claim(self, holds, text):
        if not tap.ok(self.ended and holds, f'{self.release}: {text}'):
            tap.note(f'report: {self.report} {self.end}, '
                     f'status {self.status}\n{self.console}')

    def refused(self, why, text):
        """Expect one error with the reason, and that nothing of the pod ran."""
        errors = [line.get('error', '') for line in self.report]
        self.claim(len(errors) == 1 and why in errors[0] and
                   MARK not in self.console and
                   f'tarfs-agent: {errors[0]}' in self.console and
                   self.end == {'end': 'refused', 'status': 125},
                   f'refused: {text}')


def base_tar(bottom=b'bottom\n'):
    return podmaker.tarball({
        'bin': (0o755, None), 'tmp': (0o1777, None),
        'proc': (0o755, None), 'dev': (0o755, None), 'sys': (0o755, None),
        'bin/busybox': (0o755, BUSYBOX.read_bytes()),
        # needs a capability, here from the set-user-ID bit
        'bin/ping': (0o4755, BUSYBOX.read_bytes()),
        **{f'bin/{name}': (0o777, 'busybox') for name in APPLETS},
        'bottom': (0o644, bottom),
        'changed': (0o644, b'changed by nobody\n')})


def prepare():
    """
    Build the initramfs for each tested kernel; return their releases. A lock lets
    only one of the tests that run in parallel build.
    """
    releases = subprocess.run(
        [TOP / 'scripts/kernels/fetch-kernel', '6.1', '6.12'], check=True,
        stdout=subprocess.PIPE, text=True).stdout.split()
    for release in releases:
        subprocess.run(['flock', GUEST / 'stage', 'make', '-s', '-C', GUEST,
                        f'KERNEL={release}'], check=True, stdout=sys.stderr)
    return releases
