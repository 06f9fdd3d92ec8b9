#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# Test that the counting of results detects what must not pass.  TAP.
#
# Copyright (C) 2026 The tarfs authors
import sys

import tapcount

# output, passed, failed, skipped, whether it is good
ROWS = [
    ('1..2\nok 1\nok 2\n', 2, 0, 0, True),
    ('ok 1 - a\nok 2 - b\n1..2\n', 2, 0, 0, True),
    ('ok 1\n# a remark\nnoise\nok 2\n1..2\n', 2, 0, 0, True),
    ('ok 1\n1..1\nok 1\nok 2\n1..2\n', 3, 0, 0, True),
    ('1..1\nok 1\n1..2\nok 1\nok 2\n', 3, 0, 0, True),
    ('ok 1\r\n1..1\r\n', 1, 0, 0, True),
    ('ok 1 # SKIP no root\nok 2\n1..2\n', 1, 0, 1, True),
    ('ok 1 - with a # in it\n1..1\n', 1, 0, 0, True),
    ('1..0 # SKIP needs root\n', 0, 0, 1, True),
    ('ok 1\nnot ok 2\n1..2\n', 1, 1, 0, False),
    ('not ok 1 # SKIP nonsense\n1..1\n', 0, 1, 0, False),
    ('not ok\n1..1\n', 0, 1, 0, False),
    ('', 0, 0, 0, False),
    ('all is well\n', 0, 0, 0, False),
    ('1..0\n', 0, 0, 0, False),
    ('1..2\nok 1\n', 1, 0, 0, False),
    ('1..1\nok 1\nok 2\n', 2, 0, 0, False),
    ('ok 1\nok 2\n', 2, 0, 0, False),
    ('ok 1\nok 3\n1..3\n', 2, 0, 0, False),
    ('ok 1\nok 1\n1..1\n', 2, 0, 0, False),
    ('1..2\nok 1\n1..1\nok 1\n', 2, 0, 0, False),
    ('ok 1\nBail out! no disk\n1..1\n', 1, 0, 0, False),
]


def main():
    failed = 0
    for number, (output, passed, bad, skipped, good) in enumerate(ROWS, 1):
        count = tapcount.count(output.splitlines(keepends=True))
        right = (count.passed, count.failed, count.skipped,
                 count.good) == (passed, bad, skipped, good)
        failed += not right
        word = 'ok' if right else 'not ok'
        shown = repr(output).replace('#', '\\#')
        print(f'{word} {number} - {shown} is {"good" if good else "bad"}')
        if not right:
            print(f'# {count}; {count.complaints}')
    print(f'1..{len(ROWS)}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
