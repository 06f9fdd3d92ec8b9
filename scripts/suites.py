# SPDX-License-Identifier: GPL-2.0
"""
The suites that scripts/check knows, in stages, and which of them a name selects.

Copyright (C) 2026 The tarfs authors
"""
import difflib
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
LOGS = TOP / 'build/check'
VECTORS = TOP.parent / 'shared/vectors'
SERIES = ('6.1', '6.12')
IN_TREE = ('6.12',)
MEASURING = {'many_members_test', 'large_member_test', 'index_limit_test'}


@dataclass
class Suite:
    """A command that prints TAP, or one whose exit status is its single result."""
    name: str
    command: list
    inputs: list            # what the result depends on: files and folders
    tap: bool = True
    makes: str = ''         # the path that it builds for others, every time
    silence: int = 1500     # seconds of an idle machine
    programs: frozenset = frozenset()   # to run in its guest; empty: all
    units: frozenset = frozenset()      # unit tests in C that it runs

    @property
    def log(self):
        return LOGS / f'{self.name.partition(" ")[0]}.log'

    @property
    def record(self):
        return LOGS / f'{self.name}.passed'


def run(*command):
    return subprocess.run(command, check=True, cwd=TOP, text=True,
                          stdout=subprocess.PIPE).stdout


def scripts_below(folder, pattern=r'\.(sh|py)$'):
    """Return the executable scripts, which are suites; others are helpers."""
    return [p.relative_to(TOP) for p in sorted((TOP / folder).glob('*'))
            if re.search(pattern, p.name) and os.access(p, os.X_OK)]


def builder(makes, name, *command):
    return Suite(name, list(command), [], tap=False, makes=makes)


def tests_of_tools():
    """Yield the scripts in all folders for tests of the tools."""
    for folder in ('tools/tests', 'tools/tests/*', 'tools/*/tests'):
        for path in sorted(TOP.glob(folder)):
            yield from scripts_below(path)


def tool_suites():
    yield Suite('unit', ['make', '-s', '-C', 'tools', 'SAN=1', 'check'],
                ['tools', 'fs/tarfs', 'build/san/bin'])
    for script in tests_of_tools():
        # do not measure memory and time of programs with sanitizers
        bin_dir = 'build/bin' if script.stem in MEASURING else 'build/san/bin'
        command = [str(script), bin_dir]
        if VECTORS.is_dir():
            command.append(str(VECTORS))
        yield Suite(script.stem, command,
                    ['tools/tests', script.parent, 'tools/completion',
                     'tools/Makefile', 'selftests/tarfs',
                     'scripts/common.sh', 'scripts/make-sample-image',
                     'build/bin', 'build/san/bin', 'Makefile',
                     'Documentation', VECTORS])


def module_suites(releases):
    for series, release in releases.items():
        yield builder(f'build/{release}/tarfs.ko', f'module-{series}',
                      'scripts/kernels/check-module', release)


def in_tree_suites(sources):
    for source in map(Path, sources):
        yield Suite(f'in-tree-{source.name}',
                    ['scripts/kernels/check-in-tree', source.name],
                    ['fs/tarfs', 'scripts', 'tools/tests/kit',
                     source / 'Makefile'])


def upstream_suites(sources):
    """The patch series for a kernel tree, on a copy of it."""
    for source in map(Path, sources):
        yield Suite(f'upstream-{source.name}',
                    ['scripts/submission/check-series', source.name],
                    ['fs/tarfs', 'scripts', 'selftests/kselftest',
                     'selftests/qemu', 'tools/lib/base', 'tools/tests/kit',
                     'Documentation', source / 'Makefile'])


def own_suites(releases):
    """Yield tests of the scripts that detect failures of the other suites."""
    yield Suite('check_test', ['scripts/check_test.py'],
                ['scripts', 'selftests/tarfs'])
    yield Suite('tapcount_test', ['scripts/tapcount_test.py'], ['scripts'])
    yield Suite('progress_test', ['scripts/progress_test.py'], ['scripts'])
    yield Suite('mutants_test', ['scripts/mutants_test.py'], ['scripts'])
    release = next(iter(releases.values()))
    yield Suite('run_guest_test',
                ['selftests/qemu/run_guest_test.sh', release],
                ['selftests/qemu', 'scripts', 'tools/tests/kit', release])


def self_tests(releases, pattern=r'_test\.sh$'):
    for script in scripts_below('selftests/tarfs', pattern):
        for series, release in releases.items():
            yield Suite(f'{script.stem}-{series}', [str(script), release],
                        ['selftests', 'scripts', 'tools/tests/kit', 'tools/lib',
                         'tools/tarfs-snapshotter', 'tools/Makefile',
                         'fs/tarfs', 'build/bin',
                         f'build/{release}/tarfs.ko', release])


def guest_suites(releases):
    for script in scripts_below('guest/tests'):
        yield Suite(f'guest-{script.stem}', [str(script), 'build/bin'],
                    ['guest', 'scripts', 'tools', 'fs', 'build/bin',
                     'build/san/bin', 'Kbuild', 'VERSION', 'Documentation',
                     *(f'build/{r}/tarfs.ko' for r in releases.values())])


def needed():
    return [builder('build/bin', 'tools', 'make', '-C', 'tools'),
            builder('selftests', 'selftests', 'make', '-C', 'selftests/tarfs')]


def fetched(listed, *command):
    """Return the output of a command, or what to list instead of it."""
    return run(*command).split() if listed is None else listed


def stages(list_only=False):
    """Return lists of suites that run in parallel; a failed stage is the last."""
    sources = fetched(IN_TREE if list_only else None,
                      'scripts/kernels/fetch-source', *IN_TREE)
    found = fetched(SERIES if list_only else None,
                    'scripts/kernels/fetch-kernel', *SERIES)
    releases = dict(zip(SERIES, found))
    return [
        [*needed(),
         builder('build/san/bin', 'tools-san', 'make', '-C', 'tools', 'SAN=1'),
         *module_suites(releases)],
        [*self_tests(releases), *guest_suites(releases), *tool_suites(),
         *own_suites(releases), *in_tree_suites(sources),
         *upstream_suites(sources)],
    ]


def newer_stages(list_only=False):
    """The module in every source, and tests of it on the newest kernel."""
    series = run('scripts/kernels/fetch-source', '--list').split()
    sources = fetched(series if list_only else None,
                      'scripts/kernels/fetch-source', *series)
    found = fetched(series[-1:] if list_only else None,
                    'scripts/kernels/fetch-kernel', series[-1])
    releases = dict(zip(series[-1:], found))
    return [
        [*needed(), *module_suites(releases)],
        [*self_tests(releases), *in_tree_suites(sources),
         *upstream_suites(sources[-1:])],
    ]


def debug_stages(list_only=False):
    """The guest suites on a kernel that watches itself, and lets memory fail."""
    found = fetched(['debug'] if list_only else None,
                    'scripts/kernels/build-debug-kernel')
    releases = {'debug': found[0]}
    return [
        [*needed(), *module_suites(releases)],
        [*self_tests(releases), *self_tests(releases, r'^memory_faults\.sh$')],
    ]


def lines(planned):
    """What --list prints: a suite a line, with the programs of its guest."""
    suite_of = guest_programs()
    for suite in (s for stage in planned for s in stage if not s.makes):
        programs = sorted(p for p, stem in suite_of.items()
                          if suite.name.rpartition('-')[0] == stem and p != stem)
        yield ' '.join([suite.name, *(f'({p})' for p in programs)])


def unit_tests(names):
    """Return a suite for each folder with unit tests in C that are named."""
    found = []
    for folder in 'tools', 'guest':
        tests = {p.stem for p in (TOP / folder).rglob('test_*.c')} & set(names)
        if tests:
            found.append(Suite(
                ' '.join(sorted(tests)),
                ['make', '-s', '-C', folder, 'SAN=1',
                 f'T={" ".join(sorted(tests))}', 'check'],
                [folder, 'fs/tarfs', 'build/san/bin'], units=tests))
    return found


def guest_programs():
    """Return {program of selftests/tarfs: the suite that runs it in its guest}."""
    programs = {p.stem for p in (TOP / 'selftests/tarfs').glob('*_test.c')}
    found = {}
    for script in scripts_below('selftests/tarfs',
                                r'^(\w+_test|memory_faults)\.sh$'):
        text = (TOP / script).read_text(encoding='utf-8')
        for word in set(re.findall(r'\w+_test', text)) & programs:
            found.setdefault(word, script.stem)
    return found


def wanted(name, known, kernel, programs):
    """Return the suites that a name selects, and the program in them or None."""
    if name in known:
        return {name}, None
    stem = programs.get(name, name)
    suites = {k for k in known if k.rpartition('-')[0] == stem and
              kernel in (None, k.rpartition('-')[2])}
    if not suites:
        near = difflib.get_close_matches(
            name, {*known, *programs} - {name}, 3)
        sys.exit(f'check: there is no suite {name}'
                 f'{" without --debug" if name in programs else ""}'
                 f'{f" on kernel {kernel}" if kernel else ""}; '
                 f'{f"near it: {chr(32).join(near)}; " if near else ""}'
                 'scripts/check --list has the names')
    return suites, name if name != stem else None


def choose(planned, names, kernel):
    """Reduce the stages to the named suites and the builders of their inputs."""
    units = unit_tests(names)
    known = {suite.name for stage in planned for suite in stage}
    programs = guest_programs()
    chosen = {suite.name: {None} for suite in units}
    for name in names:
        if any(name in suite.units for suite in units):
            continue
        suites, program = wanted(name, known, kernel, programs)
        for suite in suites:
            chosen.setdefault(suite, set()).add(program)
    # alone: they build where other suites may build, too
    planned = [*planned, *([s] for s in units)]
    named = [s for stage in planned for s in stage if s.name in chosen]
    for suite in named:
        some = chosen[suite.name]
        suite.programs = frozenset() if None in some else frozenset(some)
    inputs = {str(i) for suite in named for i in suite.inputs}
    return [[s for s in stage if s.makes in inputs or s in named]
            for stage in planned]
