# SPDX-License-Identifier: GPL-2.0
#
# Put all faults of a file into one text, each behind a switch with its number.
#
# Copyright (C) 2026 The tarfs authors
import re
from bisect import bisect_right

# an error message of the compiler: file, line, column
ERROR = re.compile(r'^(\S+?):(\d+):(?:(\d+):)? (?:fatal )?error: ', re.M)
STATEMENTS = {'return', 'jump', 'call'}


class Switched:
    """A text with switches, and the fault that each position belongs to."""

    def __init__(self, text, numbered, head=''):
        """numbered: pairs of a number and a mutant that has a switch."""
        pieces = _events(text, numbered)
        self.out = [head]
        self.length = len(head)
        self.starts, self.owners = [0], [None]
        pos = 0
        for start, end, new, number in pieces:
            self._put(text[pos:start], None)
            self._put(new, number)
            pos = end
        self._put(text[pos:], None)
        self.text = ''.join(self.out)
        self._lines = [0] + [m.end() for m in re.finditer('\n', self.text)]
        self._marks = [(m.start(), int(m[1])) for m in
                       re.finditer(r'tarfs_at\((\d+)\)', self.text)]

    def _put(self, text, owner):
        self.starts.append(self.length)
        self.owners.append(owner)
        self.out.append(text)
        self.length += len(text)

    def blame(self, line, column):
        """Return the numbers of the faults that can cause an error there."""
        start = self._lines[line - 1]
        if column:
            pos = start + column - 1
            owner = self.owners[bisect_right(self.starts, pos) - 1]
            if owner:
                return {owner}
        end = self._lines[line] if line < len(self._lines) else self.length
        return {n for pos, n in self._marks if start <= pos < end}


def _events(text, numbered):
    """
    Yield insertions, (start, end, text, number), in order.  Of two faults with the
    same span, those of statements and returns enclose those of expressions, and
    those split by their operator are innermost.
    """
    events = []
    for rank, (number, mutant) in enumerate(numbered):
        s = mutant.switch
        depth = (s.start - s.end, mutant.kind not in STATEMENTS,
                 bool(s.operator), rank)
        inverse = tuple(-d for d in depth)
        for key, start, end, new in (
                ((s.end, 0, inverse), s.end, s.end, s.suffix),
                ((s.start, 1, depth), s.start, s.start, s.prefix),
                *(((o[0], 2, depth), *o) for o in [s.operator] if o)):
            if new:
                events.append((key, start, end, new, number))
    for _, start, end, new, number in sorted(events):
        yield start, end, new.replace('@', str(number)), number


def blamed(output, file, switched):
    """Return the faults that a compiler's errors are about."""
    numbers = set()
    for name, line, column in ERROR.findall(output):
        if name.endswith(file):
            numbers |= switched.blame(int(line), int(column or 0))
    return numbers
