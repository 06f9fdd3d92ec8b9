# SPDX-License-Identifier: GPL-2.0
#
# Read what developers wrote about faults: reasons why some cannot be noticed,
# and past faults, which must be noticed.
#
# Copyright (C) 2026 The tarfs authors
import subprocess
from dataclasses import dataclass

from mutation.faults import Mutant
from mutation.scratch import HERE, TOP

REASONS = HERE / 'reasons'
KINDS = ('equivalent', 'defence', 'memory', 'cost')


@dataclass
class Reason:
    """The reason why no test can or should notice a change of a file's lines."""
    file: str
    before: str
    after: str
    kind: str
    why: str
    used: bool = False


def read_reasons(path=REASONS):
    """
    Parse blocks of lines: "FILE", then changes, each "- LINE" and "+ LINE", and
    last "= KIND: WHY", the reason for all changes since the previous reason.
    """
    reasons, changes = [], []
    file = before = None
    for number, line in enumerate(path.read_text().splitlines(), 1):
        line = line.strip()
        if not line or line.startswith('#'):
            continue
        mark, _, rest = line.partition(' ')
        rest = ' '.join(rest.split())
        if mark == '-':
            before = rest
        elif mark == '+':
            changes.append((before, rest))
        elif mark == '=':
            kind, _, why = rest.partition(': ')
            if kind not in KINDS or not why or not changes:
                raise ValueError(f'{path}:{number}: not a reason')
            reasons += [Reason(file, b, a, kind, why) for b, a in changes]
            changes = []
        else:
            file = line
    if changes:
        raise ValueError(f'{path}: changes without a reason at the end')
    return reasons


class Reasons:
    def __init__(self):
        self.by_change = {(r.file, r.before, r.after): r
                          for r in read_reasons()} if REASONS.exists() else {}

    def of(self, mutant):
        reason = self.by_change.get((mutant.file, mutant.before,
                                     mutant.after))
        if reason:
            reason.used = True
        return reason

    def unused(self):
        return [r for r in self.by_change.values() if not r.used]


def known_faults():
    """Yield the past faults, each a patch of one file."""
    for patch in sorted((HERE / 'known').glob('*.patch')):
        names = [line[6:] for line in patch.read_text().splitlines()
                 if line.startswith('+++ b/')]
        if len(names) != 1:
            raise ValueError(f'{patch} changes not one file, but {names}')
        file = names[0]
        text = (TOP / file).read_text()
        done = subprocess.run(
            ['patch', '-s', '--fuzz=0', '-o', '-', TOP / file, patch],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            raise ValueError(f'{patch} does not apply: {done.stdout}')
        yield Mutant(file, 0, 'known', patch.stem, '',
                     ((0, len(text), done.stdout),), None, patch.stem,
                     'a fault that there was')
