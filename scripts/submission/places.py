# SPDX-License-Identifier: GPL-2.0
#
# Where files of a kernel tree name a file system, and the lines for tarfs there.
#
# Copyright (C) 2026 The tarfs authors
import re

from driver import Fault

NAME = 'TARFS FILE SYSTEM'
ENTRY = re.compile(r'(?<=\n\n)([^\s:][^:\n].*)\n(?=[A-Z]:\t)')


def after(text, line, new):
    """The line that the pattern is all of, and a new one behind it."""
    text, count = re.subn(rf'(?m)^((?:{line})\n)', rf'\g<1>{new}\n', text)
    if count != 1:
        raise Fault(f'{count} lines match {line}')
    return text


def kconfig(text):
    return after(text, r'source "fs/erofs/Kconfig"', 'source "fs/tarfs/Kconfig"')


def makefile(text):
    return after(text, r'obj-\$\(CONFIG_EROFS_FS\)\s*\+= erofs/',
                 'obj-$(CONFIG_TARFS_FS)\t\t+= tarfs/')


def index(text):
    return after(text, r'   sys[\w-]+(?=\n   tmpfs$)', '   tarfs')


def selftests(text):
    return after(text, r'TARGETS \+= filesystems/statmount',
                 'TARGETS += filesystems/tarfs')


def maintainers(text, maintainer):
    """Behind the entry whose name comes last before that of tarfs."""
    found = list(ENTRY.finditer(text))
    before = max((m[1], m.start()) for m in found if m[1] < NAME)[1]
    at = text.index('\n\n', before) + 2
    entry = (f'{NAME}\nM:\t{maintainer}\n'
             'L:\tlinux-fsdevel@vger.kernel.org\nS:\tMaintained\n'
             'F:\tDocumentation/filesystems/tarfs.rst\nF:\tfs/tarfs/\n'
             'F:\ttools/testing/selftests/filesystems/tarfs/\n\n')
    return text[:at] + entry + text[at:]
