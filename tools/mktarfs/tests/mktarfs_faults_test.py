#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
When the first, second, ... call of a function fails, mktarfs makes the right
image or none, and leaves nothing behind.

Copyright (C) 2026 The tarfs authors

Tests build/bin/mktarfs, whatever BIN_DIR is: the malloc() of a sanitizer
cannot be made to fail.

Usage: mktarfs_faults_test.py [BIN_DIR]...
"""
import gzip
import io
import itertools
import os
import random
import subprocess
import sys
import tarfile
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import tap

TOP = Path(__file__).resolve().parents[3]
MKTARFS = TOP / 'build/bin/mktarfs'
SHIM = TOP / 'build/tests/fail_nth.so'

FAULTS = ('read', 'pread', 'pwrite', 'fsync', 'renameat', 'open', 'openat',
          'pthread_create', 'calloc', 'realloc', 'malloc')
SHORT = ('short_read', 'short_pread', 'short_pwrite')
EVERY = 300         # first calls, all of which fail in the first case
STEP = 29           # between the other calls; each case starts elsewhere
LIMIT = 30          # seconds of a run
OLD = b'an image that was there before\n' * 999
UNSYNCED = 'complete, but cannot sync its directory'


def tarball():
    """Return a tar of more than one buffer, with all that a layer may have."""
    out = io.BytesIO()
    noise = random.Random(1)
    with tarfile.open(fileobj=out, mode='w', format=tarfile.PAX_FORMAT) as tar:
        for i in range(40):
            info = tarfile.TarInfo(f'dir{i % 7}/' + f'name{i}-' * (i % 9 + 1))
            info.size = noise.randrange(1 << 16)
            info.pax_headers = {f'SCHILY.xattr.user.a{i % 3}': 'x' * i}
            tar.addfile(info, io.BytesIO(noise.randbytes(info.size)))
        for i, kind in enumerate((tarfile.SYMTYPE, tarfile.LNKTYPE)):
            info = tarfile.TarInfo(f'link{i}')
            info.type = kind
            info.linkname = 'dir0/name0-'
            tar.addfile(info)
    return out.getvalue()


class Case:
    """A command line, and the files before and after it, by name."""

    def __init__(self, name, tar, options, suffix='', append=False):
        self.name = name
        self.append = append
        self.source = 'layer.tar' + suffix
        self.target = self.source if append else 'layer.img'
        self.args = [MKTARFS, *options, self.source]
        self.before = {self.source: gzip.compress(tar, 1) if suffix else tar}
        if not append:
            self.args.append(self.target)
            self.before[self.target] = OLD
        self.after = {}

    def run(self, call=None, number=0, stdout=subprocess.DEVNULL):
        """
        Return exit status, errors, files, and whether the fault happened.
        """
        with tap.scratch() as folder, \
                tempfile.TemporaryFile() as log:
            for name, content in self.before.items():
                Path(folder, name).write_bytes(content)
            env = {'PATH': os.environ['PATH']}
            if call:
                env.update(LD_PRELOAD=str(SHIM), FAIL_CALL=call,
                           FAIL_AT=str(number), FAIL_LOG=str(log.fileno()))
            done = subprocess.run(self.args, cwd=folder, env=env, check=False,
                                  stdin=subprocess.DEVNULL, stdout=stdout,
                                  stderr=subprocess.PIPE, timeout=LIMIT,
                                  pass_fds=[log.fileno()])
            files = {path.name: path.read_bytes()
                     for path in Path(folder).iterdir()}
            return (done.returncode, done.stderr.decode(), files,
                    log.seek(0, os.SEEK_END) == 1)

    def learn(self):
        status, _, self.after, _ = self.run()
        return status == 0 and self.after != self.before


def judge(case, call, status, said, files):
    """Return what is wrong after a call failed, or ''."""
    if status == 0:
        return '' if files == case.after else 'another image, and status 0'
    if call in SHORT:
        return f'status {status} where nothing failed'
    if status != 1:
        return f'status {status}'
    if not said.startswith('mktarfs: '):
        return 'no message'
    if call == 'fsync' and not case.append and UNSYNCED in said:
        return '' if files == case.after else 'another image'
    return '' if files == case.before else f'left behind: {sorted(files)}'


def numbers(call, place):
    """Yield the calls to fail: all, except for the thousands of malloc()."""
    if call != 'malloc':
        return itertools.count(1)
    if place:
        return itertools.count(place, STEP)
    return itertools.chain(range(1, EVERY), itertools.count(EVERY, STEP))


def sweep(case, call, place):
    """Return the complaints, and how many calls failed."""
    bad, tried = [], 0
    for number in numbers(call, place):
        try:
            status, said, files, reached = case.run(call, number)
        except subprocess.TimeoutExpired:
            return bad + [f'{call} {number}: hangs'], tried
        if not reached:
            if files != case.after or status:
                bad.append(f'{call} {number}: fails without a fault')
            return bad, tried
        tried += 1
        wrong = judge(case, call, status, said, files)
        if wrong:
            bad.append(f'{call} {number}: {wrong}; {said.strip()}')
    return bad, tried


def check_undo(case):
    """A report that cannot be written, then a tar that cannot be truncated."""
    with open('/dev/full', 'wb') as full:
        status, said, files, _ = case.run(stdout=full)
        tap.ok(status == 1 and said and files == case.before,
               'the report fails: the tarball is as it was')
        status, said, files, reached = case.run('ftruncate', 1, full)
    tar = case.before[case.target]
    tap.ok(reached and status == 1 and said and list(files) == [case.target] and
           files[case.target].startswith(tar),
           'it cannot be cut either: the tar is still there')


def main():
    subprocess.run(['make', '-s', '-C', TOP / 'tools', 'all', 'faults'],
                   check=True, stdout=subprocess.DEVNULL)
    tar = tarball()
    cases = (
        Case('new image', tar, ['--threads=1']),
        Case('new image, threads', tar, ['--threads=3']),
        Case('of gzip, threads', tar, ['-q', '--threads=3'], suffix='.gz'),
        Case('of gzip, JSON', tar, ['--threads=1', '--json'], suffix='.gz'),
        Case('format 1', tar, ['--threads=1', '--format=1']),
        Case('append', tar, ['--threads=1'], append=True),
        Case('append, threads', tar, ['--threads=3'], append=True),
    )
    for case in cases:
        tap.ok(case.learn(), f'{case.name}: nothing fails')
    jobs = [(case, call, place * STEP // len(cases))
            for place, case in enumerate(cases) for call in FAULTS + SHORT]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for job, result in zip(jobs, pool.map(lambda job: sweep(*job), jobs)):
            tap.ok(not result[0],
                   f'{job[0].name}: {job[1]}, {result[1]} times')
            tap.note('\n'.join(result[0]))
    check_undo(cases[-1])
    return tap.done()


if __name__ == '__main__':
    sys.exit(main())
