# SPDX-License-Identifier: GPL-2.0
#
# Count the results in the output of tests that print TAP.
#
# Copyright (C) 2026 The tarfs authors
"""
An output is one stream or several in sequence.  A stream has results numbered from
1, and one plan before or after them.  Any deviation is a complaint, which fails the
suite.
"""
import re
from dataclasses import dataclass, field

PLAN = re.compile(r'1\.\.(\d+)\s*(#\s*skip\b.*)?$', re.I)
RESULT = re.compile(r'(not )?ok\b *(\d*)(.*)$')
DIRECTIVE = re.compile(r'(?<!\\)#\s*skip\b', re.I)


@dataclass
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    complaints: list = field(default_factory=list)

    @property
    def good(self):
        return not self.failed and not self.complaints

    def __str__(self):
        text = f'{self.passed} passed, {self.failed} failed'
        return text + (f', {self.skipped} skipped' if self.skipped else '')


class _Stream:
    """State of the stream that is being parsed."""

    def __init__(self, planned=None):
        self.planned = planned
        self.seen = 0

    def complete(self):
        return self.planned is not None and self.seen == self.planned


def count(lines):
    """Return the Count of an iterable of lines."""
    total = Count()
    stream = _Stream()

    for line in lines:
        line = line.rstrip('\r\n')
        plan = PLAN.match(line)
        result = RESULT.match(line)
        if plan:
            stream = _plan(total, stream, plan)
        elif result:
            stream = _result(total, stream, result)
        elif line.startswith('Bail out!'):
            total.complaints.append(line)
    _close(total, stream)
    if not total.passed + total.failed + total.skipped:
        total.complaints.append('no test ran')
    return total


def _plan(total, stream, plan):
    planned = int(plan.group(1))
    if stream.seen and stream.planned is None:
        stream.planned = planned
        _close(total, stream)
        return _Stream()
    _close(total, stream)
    if planned:
        return _Stream(planned)
    if plan.group(2):
        total.skipped += 1
    else:
        total.complaints.append('a plan of no tests')
    return _Stream()


def _result(total, stream, result):
    number = int(result.group(2) or stream.seen + 1)
    if number == 1 and stream.seen:
        _close(total, stream)
        stream = _Stream()
    stream.seen += 1
    if number != stream.seen:
        total.complaints.append(f'result {number} where {stream.seen} was due')
    if result.group(1):
        total.failed += 1
    elif DIRECTIVE.search(result.group(3)):
        total.skipped += 1
    else:
        total.passed += 1
    return stream


def _close(total, stream):
    if stream.planned is None and stream.seen:
        total.complaints.append(f'{stream.seen} results without a plan')
    elif stream.planned is not None and not stream.complete():
        total.complaints.append(
            f'{stream.planned} tests planned, {stream.seen} seen')
