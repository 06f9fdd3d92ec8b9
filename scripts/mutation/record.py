# SPDX-License-Identifier: GPL-2.0
#
# Record results for later runs: verdicts, and what tests reach.
#
# Copyright (C) 2026 The tarfs authors
import json
import threading
from dataclasses import asdict, dataclass

from mutation.scratch import WORK, digest

NOTICED, SURVIVED = 'noticed', 'survived'
BROKEN, SAME = 'does not compile', 'same code'


@dataclass
class Verdict:
    what: str
    by: str = ''        # KIND TEST
    why: str = ''
    tests: str = ''     # digest of the tests that the verdict depends on


class Record:
    """A file of JSON lines, of which the last one for a key is valid."""

    def __init__(self, file=WORK / 'verdicts'):
        self.file = file
        self.verdicts, self.hints, self.reaches = {}, {}, {}
        self.lock = threading.Lock()
        if file.exists():
            for line in file.read_text().splitlines():
                self._take(json.loads(line))

    def _take(self, entry):
        if 'reach' in entry:
            self.reaches[entry['reach']] = entry
            return
        verdict = Verdict(**entry['verdict'])
        self.verdicts[entry['key']] = verdict
        if verdict.what == NOTICED:
            self.hints[entry['hint']] = verdict.by.split()[-1]

    def _write(self, entry):
        with self.lock:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with open(self.file, 'a') as out:
                out.write(json.dumps(entry) + '\n')
            self._take(entry)

    @staticmethod
    def key(mutant, text):
        return digest(mutant.file, mutant.apply(text))

    @staticmethod
    def hint_key(mutant):
        return digest(mutant.file, mutant.function, mutant.before,
                      mutant.after)

    def hint(self, mutant):
        """Return the test that noticed the same change before."""
        return self.hints.get(self.hint_key(mutant))

    def note(self, mutant, text, verdict):
        self._write({'key': self.key(mutant, text), 'name': mutant.name,
                     'hint': self.hint_key(mutant),
                     'verdict': asdict(verdict)})

    def known(self, mutant, text):
        return self.verdicts.get(self.key(mutant, text))

    def reached(self, test, state):
        entry = self.reaches.get(digest(test.kind, test.name, test.digest(),
                                        state))
        if not entry:
            return None
        return entry['cpu'], entry['good'], set(_spread(entry['numbers']))

    def note_reached(self, test, state):
        self._write({'reach': digest(test.kind, test.name, test.digest(),
                                     state),
                     'cpu': test.cpu, 'good': test.good,
                     'numbers': _pack(sorted(test.reached))})


def _pack(numbers):
    """Encode [3, 4, 5, 9] as [[3, 5], [9, 9]]."""
    runs = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs


def _spread(runs):
    for first, last in runs:
        yield from range(first, last + 1)
