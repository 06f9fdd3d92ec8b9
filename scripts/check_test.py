#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# Test which suites and programs a name selects in scripts/check.
#
# Copyright (C) 2026 The tarfs authors
import importlib.util
import os
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path

PATH = Path(__file__).with_name('check')
count = failed = 0


def load():
    loader = SourceFileLoader('check', str(PATH))
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader('check', loader))
    sys.modules['check'] = module       # dataclasses look there
    loader.exec_module(module)
    return module


def ok(holds, claim):
    global count, failed
    count += 1
    failed += not holds
    print(f'{"" if holds else "not "}ok {count} - {claim}')


def plan(check):
    names = ['unit', 'read_test-6.1', 'read_test-6.12', 'mount_test-6.1',
             'mount_test-6.12']
    return [[check.builder('tools', 'make')],
            [check.Suite(name, ['true'], []) for name in names]]


def chosen(check, names, kernel=None):
    """Return {suite: its programs} without builders, or the error message."""
    try:
        stages = check.choose(plan(check), names, kernel)
    except SystemExit as refusal:
        return str(refusal)
    return {s.name: set(s.programs) for s in stages[1]} \
        if stages[0] else 'no builder'


def main():
    sys.dont_write_bytecode = True
    check = load()
    ok(chosen(check, ['unit']) == {'unit': set()}, 'a suite')
    ok(chosen(check, ['read_test']) ==
       {'read_test-6.1': set(), 'read_test-6.12': set()},
       'a suite of each kernel')
    ok(chosen(check, ['read_test'], '6.12') == {'read_test-6.12': set()},
       '... of one')
    ok(chosen(check, ['sparse_test'], '6.1') ==
       {'read_test-6.1': {'sparse_test'}}, 'a program of a guest')
    ok(chosen(check, ['sparse_test', 'cache_test', 'acl_test'], '6.1') ==
       {'read_test-6.1': {'sparse_test', 'cache_test'},
        'mount_test-6.1': {'acl_test'}}, 'programs of two guests')
    ok(chosen(check, ['sparse_test', 'read_test-6.1'], '6.1') ==
       {'read_test-6.1': set()}, 'a program, and all of its suite')
    ok('near it: sparse_test' in chosen(check, ['sparse_tst']),
       'a name that is none, and those near it')
    ok('on kernel 5.4' in chosen(check, ['sparse_test'], '5.4'),
       'a kernel that is none')
    os.environ['GUEST_PROGRAMS'] = 'sparse_test'
    suite = check.Suite('read_test-6.1', ['true'], [])
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
