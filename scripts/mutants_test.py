#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# Test that scripts/mutants makes the faults that it lists, and that a fault
# that is switched on behaves like the same fault alone in the text.  TAP.
#
# Copyright (C) 2026 The tarfs authors
import subprocess
import sys
import tempfile
from pathlib import Path

from mutation import running
from mutation.faults import mutants
from mutation.switches import Switched, blamed

# line, kind, change
WANTED = '''
2 const return a < 3; => return a < 4;
2 bound return a < 3; => return a <= 3;
2 return return a < 3; => return 0;
8 drop if (a && b != 2) => if (((a) || 1) && b != 2)
8 drop if (a && b != 2) => if (a && ((b != 2) || 1))
8 logic if (a && b != 2) => if ((a) || (b != 2))
8 equal if (a && b != 2) => if (a && b == 2)
8 never if (a && b != 2) => if (((a && b != 2) && 0))
8 always if (a && b != 2) => if (((a && b != 2) || 1))
9 jump goto out; => ;
10 call note(a); => ;
10 const note(1); => note(2);
11 arith a += b; => a -= b;
12 arith a++; => a--;
16 not return !a + 1; => return !!a + 1;
23 jump break; => ;
'''

PROGRAM = r'''
static int small(int a)
{ return a < 3; }

static int two(int a, int b)
{
	int seen = 0;

	if (a && b != 2)
		goto out;
	note(a); note(1);
	a += b;
	a++;
out:
	return a * 10 + seen;
}
static int flip(int a) { return !a + 1; }
static int choose(int a, unsigned char b)
{
	unsigned int mask = 0xf0, sum = 0;

	switch (a) {
	case 1: sum = 5;
		break;
	case 2:
		sum = b > 2 ? b << 1 : b - 1;
	}
	while (a-- > 0 && sum < 50) {
		note(1);
		sum += small(a) || b >= 3 ? 2 * (sum & 3) : 1;
	}
	for (a = 0; a < 3; a++) {
		note(2);
		if (a == 1)
			continue;
		sum |= mask >> (a + 2);
	}
	return sum % 97;
}
static const char *name(int a) { return a >= 0 ? "plus" : "minus"; }
static _Bool odd(int a) { if (a % 2 == 1) return 1; return !(a & 1) == 0; }
static int skip(const char *text)
{
	unsigned int i = 0;

	while (i < 5 && (text[i] == ' ' || !text[i])) i++;
	return i;
}
'''.lstrip('\n')

MAIN = r'''
#include <stdio.h>
#include <stdlib.h>
int chosen;
static int noted;
static int tarfs_at(int n) { return n == chosen; }
static void note(int a)
{
	static int calls;

	if (++calls > 100000)	/* a fault made a loop without an end */
		exit(9);
	noted = noted * 3 + a;
}
#include "%s"
int main(int argc, char **argv)
{
	char text[64] = "  x y";
	int a, b;

	chosen = argc > 1 ? atoi(argv[1]) : 0;
	for (a = -3; a < 6; a++) {
		for (b = 0; b < 6; b++)
			printf("%%d %%d ", two(a, b), choose(a, b));
		printf("%%d %%d %%s %%d\n", small(a), flip(a), name(a), odd(a));
	}
	printf("%%d %%d\n", noted, skip(text));
	return 0;
}
'''


class Tap:
    count = failed = 0

    def ok(self, holds, claim):
        self.count += 1
        self.failed += not holds
        print(f'{"" if holds else "not "}ok {self.count} - {claim}')


def build(folder, text, name='program'):
    """Compile the functions; return the compiler's errors, or None."""
    (folder / 'functions.c').write_text(text)
    (folder / 'main.c').write_text(MAIN % 'functions.c')
    done = subprocess.run(['gcc', '-w', '-O0', '-o', folder / name,
                           folder / 'main.c'], text=True,
                          stderr=subprocess.PIPE)
    return done.stderr if done.returncode else None


def outcome(folder, name, *args):
    done = subprocess.run(['prlimit', '--cpu=1:3', folder / name, *args],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)
    # the output of a program that died depends on buffering
    return done.stdout if done.returncode == 0 else done.returncode


def test_list(tap, found):
    for want in WANTED.strip().splitlines():
        line, kind, change = want.split(' ', 2)
        before, after = change.split(' => ')
        tap.ok(any(m.line == int(line) and m.kind == kind and
                   m.before.replace(before, after, 1) == m.after
                   for m in found), f'the fault: {want}')


def test_switches(tap, folder, found):
    """Compare one program that has all faults with a program for each."""
    switchable = [(n, m) for n, m in enumerate(found, 1) if m.switch]
    bad = set()
    while True:
        switched = Switched(PROGRAM, [s for s in switchable
                                      if s[0] not in bad])
        output = build(folder, switched.text, 'all')
        if output is None:
            break
        more = blamed(output, 'functions.c', switched) - bad
        if not more:
            print(output)
            break
        bad |= more
    tap.ok(output is None, f'a program has {len(switchable) - len(bad)} of '
           f'{len(found)} faults')
    tap.ok(len(bad) <= 2, f'{len(bad)} faults do not compile as a switch')
    build(folder, PROGRAM)
    right = outcome(folder, 'program')
    tap.ok(outcome(folder, 'all') == right, 'it has none if none is chosen')
    different = 0
    for number, mutant in switchable:
        if number in bad or build(folder, mutant.apply(PROGRAM)) is not None:
            continue
        alone = outcome(folder, 'program')
        chosen = outcome(folder, 'all', str(number))
        different += alone != right
        if alone != chosen:
            tap.ok(False, f'the same alone and chosen: {mutant.name}: '
                   f'{mutant.before} => {mutant.after}')
    tap.ok(different > len(switchable) // 2,
           f'{different} of {len(switchable)} faults change what is printed')


RUNS = [
    ('echo ok 1; echo 1..1', False, 'what passes'),
    ('echo not ok 1; echo 1..1', True, 'a result that failed'),
    ('echo ok 1; echo 1..2', True, 'a result that is missing'),
    ('echo ok 1; echo 1..1; exit 3', True, 'an exit status'),
    ('echo ok 1; echo 1..1; kill -11 $$', True, 'a signal'),
    ('while :; do :; done', True, 'a loop without an end'),
]


def test_runs(tap):
    for command, failed, claim in RUNS:
        result = running.run(['sh', '-c', command], '/', 1)
        tap.ok(result.failed == failed, f'{claim}: {result.why or "passes"}')


def main():
    tap = Tap()
    found = mutants('program.c', PROGRAM)
    test_list(tap, found)
    with tempfile.TemporaryDirectory() as folder:
        test_switches(tap, Path(folder), found)
    test_runs(tap)
    print(f'1..{tap.count}')
    return 1 if tap.failed else 0


if __name__ == '__main__':
    sys.exit(main())
