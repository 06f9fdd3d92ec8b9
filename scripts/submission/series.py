#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Writes tarfs as a patch series for a kernel tree, as git format-patch does.

    scripts/submission/series.py SOURCE FOLDER

SOURCE is the tree, which is only read; the patches are written to FOLDER, whose
patches are replaced.  Author and maintainer are user.name and user.email of git's
configuration.  The same commit makes the same patches for the same tree.

Only the files that the series changes are in the repository that the patches are
made in; the digests in the patches are those of the whole tree.

Copyright (C) 2026 The tarfs authors
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import document
import driver
import places

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
SELFTESTS = 'tools/testing/selftests'

# a message in messages/, and the files of fs/tarfs that the patch adds
DRIVER_PATCHES = (
    ('formats', ('tarfs_fs.h', 'tarfs_check.h')),
    ('index', ('tarfs.h', 'message.c', 'meta.c')),
    ('directories', ('format1.c', 'format2.c')),
    ('inodes', ('super.c', 'inode.c', 'dir.c', 'symlink.c', 'export.c')),
    ('xattrs', ('xattr.c',)),
    ('data', ('request.c', 'data.c', 'sparse.c')),
    ('readahead', ('stream.c',)),
)


def date_of_head():
    return subprocess.run(['git', 'log', '-1', '--format=%cI'], cwd=TOP, text=True,
                          stdout=subprocess.PIPE, check=False
                          ).stdout.strip() or '2026-01-01T00:00:00Z'


def setting(key, default):
    """Of git's configuration; in a copy without git, or without it, the default."""
    return subprocess.run(['git', 'config', key], cwd=TOP, text=True, check=False,
                          stdout=subprocess.PIPE).stdout.strip() or default


def version_of(source):
    text = (source / 'Makefile').read_text(encoding='utf-8')
    words = dict(re.findall(r'^(VERSION|PATCHLEVEL|SUBLEVEL) = (\d+)$', text, re.M))
    return tuple(int(words[w]) for w in ('VERSION', 'PATCHLEVEL', 'SUBLEVEL'))


class Repository:
    """The tree's changed files, and a commit for each patch."""

    def __init__(self, folder, source):
        self.folder = Path(folder)
        self.source = source
        self.name = setting('user.name', 'MAINTAINER')
        self.address = setting('user.email', 'maintainer@example.org')
        self.date = date_of_head()
        self.git('init', '-q', '-b', 'tarfs')

    @property
    def maintainer(self):
        return f'{self.name} <{self.address}>'

    def git(self, *arguments):
        env = {k: v for k, v in os.environ.items() if not k.startswith('GIT_')}
        env |= {'GIT_AUTHOR_DATE': self.date, 'GIT_COMMITTER_DATE': self.date}
        # of the user's configuration the identity alone
        command = ['git', '-c', f'user.name={self.name}', '-c',
                   f'user.email={self.address}', *arguments]
        env |= {'GIT_CONFIG_GLOBAL': '/dev/null', 'GIT_CONFIG_NOSYSTEM': '1'}
        subprocess.run(command, check=True, cwd=self.folder, env=env)

    def write(self, path, text):
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding='utf-8')

    def change(self, path, edit, *arguments):
        text = (self.source / path).read_text(encoding='utf-8')
        self.write(path, edit(text, *arguments))

    def base(self, *paths):
        for path in paths:
            self.change(path, str)
        self.git('add', '-A')
        self.git('commit', '-q', '-m', 'base')
        self.git('tag', 'base')

    def commit(self, message):
        self.git('add', '-A')
        self.git('commit', '-q', '-s', '-F', str(HERE / 'messages' / message))


def add_driver(repository, version):
    texts = driver.files(TOP / 'fs/tarfs', version)
    present = set()
    for message, names in DRIVER_PATCHES:
        present |= set(names)
        for name in names:
            repository.write(f'fs/tarfs/{name}', texts[name])
        # without Kconfig only make CONFIG_TARFS_FS=y builds what there is
        if any(name.endswith('.c') for name in present):
            repository.change('fs/Makefile', places.makefile)
            repository.write('fs/tarfs/Makefile',
                             driver.makefile(texts['Makefile'], present))
        repository.commit(message)
    left = set(texts) - present - {'Makefile', 'Kconfig'}
    if left:
        raise driver.Fault(f'no patch adds {left}')
    repository.write('fs/tarfs/Kconfig', texts['Kconfig'])
    repository.change('fs/Kconfig', places.kconfig)
    repository.commit('kconfig')


def add_document(repository):
    path = 'Documentation/filesystems/tarfs.rst'
    text = (TOP / path).read_text(encoding='utf-8')
    repository.write(path, document.for_tree(text))
    repository.change('Documentation/filesystems/index.rst', places.index)
    repository.commit('documentation')


def add_selftests(repository):
    folder = f'{SELFTESTS}/filesystems/tarfs'
    files = [p for p in (TOP / 'selftests/kselftest').iterdir() if p.is_file()]
    files += (TOP / 'tools/lib/base').glob('siphash.[ch]')
    for file in files:
        repository.write(f'{folder}/{file.name}', file.read_text(encoding='utf-8'))
    repository.change(f'{SELFTESTS}/Makefile', places.selftests)
    repository.commit('selftests')


def results():
    """Of Documentation/bench.rst the first table, and the conditions above it."""
    text = (TOP / 'Documentation/bench.rst').read_text(encoding='utf-8')
    line = '=+ =+ .*\n'
    found = re.search(rf'(?m)\nResults\n=+\n\n([^\n=](?s:.*?))'
                      rf'(^{line}(?s:.*?)^{line}(?s:.*?)^{line})', text)
    if not found:
        raise driver.Fault('Documentation/bench.rst has no table of results')
    return (found[1].replace('``', '"') + found[2].replace('\\ ', '  ')).rstrip('\n')


def letter(version):
    text = (HERE / 'cover-letter.txt').read_text(encoding='utf-8')
    lines = sum(len(p.read_text(encoding='utf-8').splitlines())
                for p in (TOP / 'fs/tarfs').glob('*.[ch]')
                if p.name != driver.PRIVATE)
    tools = setting('remote.origin.url', '[the address of their repository]')
    return text.format(version='.'.join(map(str, version)), results=results(),
                       lines=lines, tools=tools)


def write_patches(repository, folder, version):
    repository.git('config', 'branch.tarfs.description', letter(version))
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob('*.patch'):
        old.unlink()
    repository.git('format-patch', '-q', '--cover-letter', '--zero-commit',
                   '--cover-from-description=subject', '--no-signature',
                   '-o', str(folder), 'base..tarfs')


def main():
    source, folder = (Path(a).resolve() for a in sys.argv[1:])
    version = version_of(source)
    if version < driver.OLDEST:
        sys.exit(f'series: Linux {version[0]}.{version[1]} lacks what compat.h has')
    with tempfile.TemporaryDirectory() as work:
        repository = Repository(work, source)
        repository.base('MAINTAINERS', 'fs/Kconfig', 'fs/Makefile',
                        'Documentation/filesystems/index.rst',
                        f'{SELFTESTS}/Makefile')
        add_driver(repository, version)
        add_document(repository)
        add_selftests(repository)
        repository.change('MAINTAINERS', places.maintainers, repository.maintainer)
        repository.commit('maintainers')
        write_patches(repository, folder, version)


if __name__ == '__main__':
    try:
        main()
    except driver.Fault as fault:
        sys.exit(f'series: {fault}')
