# SPDX-License-Identifier: GPL-2.0
#
# Try faults in the library of the tools on its unit tests and on the suites
# that run the programs.
#
# Copyright (C) 2026 The tarfs authors
import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from mutation import running
from mutation.scratch import (FAST, HERE, TOP, WORK, DoesNotCompile,
                              SingleTree, SwitchedTree, command, digest,
                              make_tools, numbering, write)

SWITCHED = WORK / 'switched'
SINGLE = WORK / 'single'
# suites that test packaging, or take an hour and notice few faults
OTHER_SUITES = {'completion_test', 'install_test', 'static_test',
                'large_member_test', 'many_members_test', 'snp_measure_test',
                'mktarfs_reflink_test', 'mktarfs_progress_test'}
SANITIZED = {'ASAN_OPTIONS': 'hard_rss_limit_mb=3000:detect_leaks=1',
             'UBSAN_OPTIONS': 'halt_on_error=1'}


def kits(tree):
    """Return the path for imports of suites in Python, as in scripts/check."""
    return f'{tree}/tools/tests/kit:{tree}/tools/tests/models'


@dataclass
class Test:
    """A unit test, with or without sanitizers, or a suite of the programs."""
    name: str
    kind: str               # 'unit', 'san' or 'suite'
    source: Path
    cpu: float = 0          # seconds that it takes without a fault
    reached: set = field(default_factory=set)
    good: bool = True

    @property
    def limit(self):
        return 10 * self.cpu + (10 if self.kind == 'suite' else 0)

    def digest(self):
        return digest(self.source.read_bytes())


class Place:
    """A tree of built programs to run tests in."""

    def __init__(self, tree):
        self.tree = tree

    def run(self, test, limit=None):
        if test.kind == 'suite':
            return running.run([self.tree / test.source.relative_to(TOP),
                                self.tree / 'build/bin'], self.tree, limit,
                               env={'TMPDIR': str(self.scratch()),
                                    'PYTHONPATH': kits(self.tree)})
        sanitized = test.kind == 'san'
        program = self.tree / 'build' / ('san' if sanitized else '') / \
            'tests' / test.name
        return running.run(
            [program], self.tree, limit, memory=0 if sanitized else 4 << 30,
            env={'TMPDIR': str(self.scratch()),
                 **(SANITIZED if sanitized else {})})

    def scratch(self):
        """Make an empty folder for temporary files, which killed tests leave."""
        folder = self.tree / 'tmp'
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder


class SwitchedPlace(Place):
    """A worker's hard links to the programs that have all faults."""

    def __init__(self, tree):
        super().__init__(tree)
        shutil.rmtree(tree, ignore_errors=True)
        command('cp', '-al', SWITCHED, tree)

    def folder(self, test):
        return self.tree / ('build/san' if test.kind == 'san' else 'build')

    def choose(self, number, test):
        write(self.folder(test) / 'mutant', str(number))

    def reach(self, test, count):
        """Run a test without a fault, and set its cost and reach."""
        notes = self.folder(test) / 'reached'
        notes.write_bytes(bytes(count + 1))
        result = self.run(test)
        seen = notes.read_bytes()
        notes.unlink()
        test.cpu, test.good = result.cpu, not result.failed
        test.reached = {n for n in range(1, count + 1) if seen[n]}
        return result


class Tools:
    """Builds, tests, and their verdicts about faults."""

    def __init__(self, texts, mutants, count, say):
        """mutants: by number, from 1 to count."""
        self.texts, self.say = texts, say
        self.mutants, self.count = mutants, count
        self.switched = SwitchedTree(SWITCHED, texts, mutants, {
            'tools/lib/base/mutant.c': (HERE / 'mutant.c').read_text(),
            'tools/lib/base/mutant.h': (HERE / 'mutant.h').read_text()})
        self.single = SingleTree(SINGLE)
        self.lock = threading.Lock()
        self.tests = []
        self.longest = None     # seconds; skip tests that take longer

    def _build_switched(self, *given):
        flags = f'{FAST} -include base/mutant.h -DTARFS_MUTANTS={self.count}'
        self.switched.build(lambda: make_tools(SWITCHED, f'CFLAGS={flags}',
                                               *given))

    def build(self):
        self.say('building the tools with all faults')
        self._build_switched('all', 'tests', 'faults')
        self.say('building the tools for one fault at a time')
        self.single.build()
        self._make_places()

    def build_sanitized(self):
        self.say('building the unit tests with sanitizers, with all faults')
        self._build_switched('SAN=1', 'tests')
        self._make_places()

    def _make_places(self):
        self.places = [SwitchedPlace(WORK / f'worker-{i}') for i in range(2)]

    def find_tests(self):
        for source in sorted((TOP / 'tools').rglob('test_*.c')):
            for kind in ('unit', 'san'):
                self.tests.append(Test(source.stem, kind, source))
        for source in sorted((TOP / 'tools').rglob('*.[sp][hy]')):
            if os.access(source, os.X_OK) \
                    and source.stem not in OTHER_SUITES:
                self.tests.append(Test(source.stem, 'suite', source))

    def reach(self, kinds, known):
        """Fill in cost and reach of the tests of some kinds."""
        state = numbering(self.texts, self.mutants)
        wanted = [t for t in self.tests if t.kind in kinds and not t.cpu]
        for test in list(wanted):
            old = known.reached(test, state)
            if old:
                test.cpu, test.good, test.reached = old
                wanted.remove(test)

        def reach(pair):
            place, tests = pair
            for test in tests:
                result = place.reach(test, self.count)
                if result.failed:
                    self.say(f'{test.name} ({test.kind}) is not asked: without'
                             f' a fault: {result.why}')
                test.cpu = max(test.cpu, 0.01)
                known.note_reached(test, state)
        self._share(reach, [(p, wanted[i::len(self.places)])
                            for i, p in enumerate(self.places)])

    def _share(self, work, items):
        with ThreadPoolExecutor(len(self.places)) as pool:
            list(pool.map(work, items))

    def candidates(self, number, kind):
        """Return the tests that can notice a fault, the cheapest first."""
        near = self.switched.near(number)
        return sorted((t for t in self.tests if t.kind == kind and t.good and
                       t.reached & near and
                       (not self.longest or t.cpu <= self.longest)),
                      key=lambda t: t.cpu)

    def judge(self, number, kind, place, first=None):
        """Return the test of a kind that notices the fault, and why; or None."""
        tests = self.candidates(number, kind)
        tests.sort(key=lambda t: t.name != first)
        for test in tests:
            place.choose(number, test)
            result = place.run(test, test.limit)
            place.choose(0, test)
            if result.failed:
                return test, result.why
        return None

    def judge_single(self, number, kind, first=None):
        """Do the same for a fault without a switch."""
        if kind == 'san':
            return None
        mutant = self.mutants[number]
        tests = self.candidates(number, kind)
        tests.sort(key=lambda t: t.name != first)
        with self.lock:
            self.single.put(mutant)
            try:
                if kind == 'suite':
                    self.single.make('all')
                return self._ask_single(tests)
            finally:
                self.single.restore(mutant)

    def _ask_single(self, tests):
        place = Place(SINGLE)
        for test in tests:
            if test.kind == 'unit':
                self.single.make(SINGLE / f'build/tests/{test.name}')
            result = place.run(test, test.limit)
            if result.failed:
                return test, result.why
        return None

    def same_code(self, number):
        with self.lock:
            try:
                return self.single.same_code(self.mutants[number])
            except DoesNotCompile:
                return False
