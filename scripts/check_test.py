#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# Test which suites and programs a name selects in scripts/check.
#
# Copyright (C) 2026 The tarfs authors
import importlib.util
import os
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path

import suites

PATH = Path(__file__).with_name('check')
count = failed = 0


def load():
    loader = SourceFileLoader('check', str(PATH))
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader('check', loader))
    loader.exec_module(module)
    return module


def ok(holds, claim):
    global count, failed
    count += 1
    failed += not holds
    print(f'{"" if holds else "not "}ok {count} - {claim}')


def plan():
    names = ['read_test-6.1', 'read_test-6.12', 'mount_test-6.1',
             'mount_test-6.12']
    return [[suites.builder('build/bin', 'tools', 'make'),
             suites.builder('build/6.1', 'module-6.1', 'make')],
            [suites.Suite('unit', ['true'], []),
             *(suites.Suite(name, ['true'], ['build/bin']) for name in names)]]


def chosen(names, kernel=None):
    """Return {suite: its programs} without builders, or the error message."""
    try:
        stages = suites.choose(plan(), names, kernel)
    except SystemExit as refusal:
        return str(refusal)
    return {s.name: set(s.programs) for s in stages[1]}


def built(name):
    return [s.name for s in suites.choose(plan(), [name], None)[0]]


def run_check(*names):
    """Return exit status and output, with nothing to build but one suite."""
    program = f'''
import sys
sys.argv = ['check', *{names!r}]
sys.path.insert(0, {str(PATH.parent)!r})
from importlib.machinery import SourceFileLoader
check = SourceFileLoader('check', {str(PATH)!r}).load_module()
tap = lambda line: ['sh', '-c', f"echo '{{line}}'; echo 1..1"]
check.suites.stages = lambda list_only: [[
    check.suites.Suite('skips', tap('ok 1 # SKIP no reason'), []),
    check.suites.Suite('passes', tap('ok 1'), [])]]
check.LOGS.mkdir(parents=True, exist_ok=True)
sys.exit(check.main())
'''
    return subprocess.run([sys.executable, '-c', program], text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def main():
    sys.dont_write_bytecode = True
    check = load()
    ok(chosen(['unit']) == {'unit': set()}, 'a suite')
    ok(chosen(['read_test']) ==
       {'read_test-6.1': set(), 'read_test-6.12': set()},
       'a suite of each kernel')
    ok(chosen(['read_test'], '6.12') == {'read_test-6.12': set()},
       '... of one')
    ok(chosen(['sparse_test'], '6.1') ==
       {'read_test-6.1': {'sparse_test'}}, 'a program of a guest')
    ok(chosen(['sparse_test', 'cache_test', 'acl_test'], '6.1') ==
       {'read_test-6.1': {'sparse_test', 'cache_test'},
        'mount_test-6.1': {'acl_test'}}, 'programs of two guests')
    ok(chosen(['sparse_test', 'read_test-6.1'], '6.1') ==
       {'read_test-6.1': set()}, 'a program, and all of its suite')
    ok('near it: sparse_test' in chosen(['sparse_tst']),
       'a name that is none, and those near it')
    ok('on kernel 5.4' in chosen(['sparse_test'], '5.4'),
       'a kernel that is none')
    ok('near it' not in chosen(['zzzzzzzz']) and
       '--list' in chosen(['zzzzzzzz']), 'a name that is like none')
    ok([s.name for s in suites.choose(plan(), ['test_tar_pax', 'test_tar_acl'],
                                      None)[-1]] == ['test_tar_acl test_tar_pax'],
       'unit tests of a folder are one suite')
    ok('without --debug' in chosen(['fault_test']),
       'a program of other suites')
    ok(built('unit') == [] and built('read_test-6.1') == ['tools'],
       'nothing is built that is not needed')
    programs = {p.stem for p in (suites.TOP / 'selftests/tarfs').glob('*_test.c')}
    ok(programs == set(suites.guest_programs()),
       'a suite runs each program for guests')
    ok(any(line.startswith('read_test-6.1 (') and '(sparse_test)' in line
           for line in suites.lines(plan())), 'programs are listed')
    skips, both = run_check('skips'), run_check('skips', 'passes')
    ok(skips.returncode == 1 and 'nothing was tested' in skips.stdout,
       'it is a failure if all that was named is skipped')
    ok(both.returncode == 0 and '1 passed, 0 failed, 1 skipped' in both.stdout,
       '... and none if something passed')
    os.environ['GUEST_PROGRAMS'] = 'sparse_test'
    suite = suites.Suite('read_test-6.1', ['true'], [])
    ok('GUEST_PROGRAMS' not in check.environment(suite),
       'the environment does not choose programs')
    suite.programs = frozenset(['a', 'b'])
    ok(check.environment(suite)['GUEST_PROGRAMS'] == 'a b', 'a name does')
    ok(check.again(suite) == 'scripts/check --kernel 6.1 a b',
       'how to run them again')
    print(f'1..{count}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
