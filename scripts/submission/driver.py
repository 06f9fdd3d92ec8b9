# SPDX-License-Identifier: GPL-2.0
#
# The driver's sources as a kernel tree has them: without compat.h.
#
# They are written for the newest kernel.  All that remains of compat.h in them is
# taken out by the first rules; the others put in what Linux 6.12 has instead of
# what came later, in the same order as compat.h.  Each rule must find its text.
#
# Copyright (C) 2026 The tarfs authors
import re
from pathlib import Path

OLDEST = (6, 12)        # compat.h has what is earlier
PRIVATE = 'compat.h'

RULES = (
    ('tarfs.h', r'#include "compat\.h"\n', ''),
    ('tarfs.h', r'(#include <linux/fs\.h>\n)',
     r'#include <linux/filelock.h>\n\1'),
    ('tarfs.h', r'TARFS_XATTR_TABLE', 'const struct xattr_handler * const'),
    ('xattr.c', r'TARFS_XATTR_TABLE', 'const struct xattr_handler * const'),
)

# before 7.0, of which 6.12 is the only series that Debian serves
OLDER_RULES = (
    ('inode.c', r'inode_state_read_once\((\w+)\)', r'\1->i_state'),
    ('meta.c', r'\tfilemap_invalidate_(?:un)?lock_shared\(mapping\);\n', ''),
    ('super.c', r'\b(k[mz]alloc)_obj\((\*\w+), ', r'\1(sizeof(\2), '),
    ('stream.c', r'\b(k[mz]alloc)_obj\((\*\w+), ', r'\1(sizeof(\2), '),
    ('tarfs.h', r'(#include "tarfs_check\.h"\n)',
     r'\1\n#define EFSCORRUPTED\tEUCLEAN\n'),
)
INCLUDES = re.compile(r'(?:#include <.*>\n)+')


class Fault(Exception):
    """What is here and what a rule expects have parted."""


def replaced(text, name, pattern, replacement):
    text, count = re.subn(pattern, replacement, text)
    if not count:
        raise Fault(f'{name} has nothing that matches {pattern}')
    return text


def sort_includes(text):
    return INCLUDES.sub(lambda m: ''.join(sorted(m[0].splitlines(True))), text)


def check(name, text):
    """No word of compat.h and no version is left."""
    left = re.search(r'compat\.h|LINUX_VERSION_CODE|TARFS_XATTR_TABLE|^#\s*if\s',
                     text, re.M)
    if left:
        raise Fault(f'{name} has {left[0]} still')


def files(folder, version):
    """{name: text} of what fs/tarfs is in a tree of that version."""
    rules = RULES if version >= (7, 0) else RULES + OLDER_RULES
    texts = {p.name: p.read_text(encoding='utf-8')
             for p in sorted(Path(folder).iterdir()) if p.name != PRIVATE}
    for name, pattern, replacement in rules:
        texts[name] = replaced(texts[name], name, pattern, replacement)
    for name, text in texts.items():
        texts[name] = sort_includes(text)
        check(name, text)
    return texts


def makefile(text, present):
    """The Makefile with no object but those whose source is present."""
    lines = []
    for line in text.splitlines():
        words = [w for w in line.split(' ') if not w.endswith('.o') or
                 w == 'tarfs.o' or w[:-1] + 'c' in present]
        if line.startswith('tarfs-y') and len(words) == 2:
            continue
        lines.append(' '.join(words))
    return '\n'.join(lines) + '\n'
