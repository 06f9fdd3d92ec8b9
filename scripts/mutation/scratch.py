# SPDX-License-Identifier: GPL-2.0
#
# Make copies of the tree, below build/mutants, in which files have faults.
#
# Copyright (C) 2026 The tarfs authors
import hashlib
import os
import shlex
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

from mutation.switches import Switched, blamed

TOP = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
WORK = TOP / 'build/mutants'
FAST = '-O1 -w'
SOURCES = {'.c', '.h', '.py', '.sh'}


class DoesNotCompile(Exception):
    pass


def command(*args, cwd=None):
    done = subprocess.run([str(a) for a in args], cwd=cwd, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise DoesNotCompile(done.stdout)
    return done.stdout


def tracked():
    out = command('git', 'ls-files', '-co', '--exclude-standard', cwd=TOP)
    return [f for f in out.splitlines() if (TOP / f).is_file()]


def digest(*parts):
    state = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        state.update(b'%d\n' % len(data) + data)
    return state.hexdigest()[:24]


def numbering(texts, mutants):
    """Hash everything that determines which fault a number stands for."""
    return digest(*(t for f in sorted(texts.items()) for t in f),
                  *mutants)


def write(path, text):
    """Write a file unless it has the text already."""
    data = text if isinstance(text, bytes) else text.encode()
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(data)


def copy_tree(to, instead=None):
    """Copy tracked files, and those not ignored, some with another text."""
    instead = instead or {}
    files = {*tracked(), *instead}
    for name in files:
        write(to / name, instead.get(name) or (TOP / name).read_bytes())
        if name in instead:
            continue
        if (to / name).suffix in ('.c', '.h'):
            shutil.copymode(TOP / name, to / name)
        else:
            shutil.copystat(TOP / name, to / name)
    for path in [p for p in to.rglob('*') if p.is_file()]:
        name = path.relative_to(to)
        if name.parts[0] != 'build' and str(name) not in files and \
                name.suffix in SOURCES and not name.match('*.mod.c'):
            path.unlink()


class SwitchedTree:
    """A copy of the tree with all faults that can be switched on."""

    def __init__(self, tree, texts, mutants, extra):
        """texts: of the files that have faults; extra: texts of other files."""
        self.tree, self.texts, self.extra = tree, texts, extra
        self.mutants = mutants          # by number
        self.single = {n for n, m in mutants.items() if not m.switch}

    def build(self, make):
        """Build until all switches that do not compile are left out."""
        while True:
            switched = self._write()
            output = make()
            if output is None:
                return
            bad = set()
            for file in self.texts:
                bad |= blamed(output, file, switched[file])
            if not bad - self.single:
                raise DoesNotCompile(output)
            self.single |= bad

    def near(self, number):
        """Return the switches of which a test must reach one to reach the fault."""
        if number not in self.single:
            return {number}
        mutant = self.mutants[number]
        return {n for n, m in self.mutants.items()
                if m.file == mutant.file and n not in self.single and
                (not mutant.function or m.function == mutant.function)}

    def _write(self):
        by_file = defaultdict(list)
        for number, mutant in self.mutants.items():
            if number not in self.single:
                by_file[mutant.file].append((number, mutant))
        switched = {f: Switched(text, by_file[f])
                    for f, text in self.texts.items()}
        copy_tree(self.tree, {**self.extra,
                              **{f: s.text for f, s in switched.items()}})
        return switched


def make_tools(tree, *given):
    """Build; return None, or the output of make if it fails."""
    done = subprocess.run(['make', '-s', '-k', '-j2', '-C', tree / 'tools',
                           'WERROR=', *given], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout if done.returncode else None


class SingleTree:
    """A copy of the tree with one fault at a time, for make to build."""

    def __init__(self, tree):
        self.tree = tree
        self.given = [f'CFLAGS={FAST}', 'WERROR=']

    def build(self):
        copy_tree(self.tree)
        for whole in (self.tree / 'build/obj').rglob('*.whole'):
            whole.unlink()
        self.make('all', 'tests', 'faults')
        text = command('make', '-s', '-C', self.tree / 'tools', *self.given,
                       'flags')
        self.cflags = shlex.split(text.splitlines()[-3])
        self._read_dependencies()

    def make(self, *targets):
        output = make_tools(self.tree, *self.given, *targets)
        if output is not None:
            raise DoesNotCompile(output)

    def _read_dependencies(self):
        """Set self.users: the objects of programs that depend on a file."""
        self.users = defaultdict(list)
        for rule in sorted((self.tree / 'build/obj').rglob('*.d')):
            words = rule.read_text().replace('\\\n', ' ').split()
            end = next((i for i, w in enumerate(words[1:], 1)
                        if w.endswith(':')), len(words))
            for word in words[1:end]:
                path = Path(os.path.normpath(word))
                if path.is_relative_to(self.tree) and \
                        rule.parent.name != 'tests':
                    self.users[str(path.relative_to(self.tree))].append(
                        rule.with_suffix('.o'))

    def put(self, mutant):
        write(self.tree / mutant.file,
              mutant.apply((TOP / mutant.file).read_text()))

    def restore(self, mutant):
        write(self.tree / mutant.file, (TOP / mutant.file).read_text())

    def same_code(self, mutant):
        """Return whether the fault leaves the object files the same."""
        try:
            for obj in self.users[mutant.file]:
                whole = obj.with_suffix('.whole')
                if not whole.exists():
                    self.restore(mutant)
                    self._compile(obj, whole)
                self.put(mutant)
                faulty = obj.with_suffix('.faulty')
                self._compile(obj, faulty)
                if whole.read_bytes() != faulty.read_bytes():
                    return False
            return True
        finally:
            self.restore(mutant)

    def _compile(self, obj, to):
        source = self.tree / 'tools' / obj.relative_to(self.tree / 'build/obj')
        command('gcc', *self.cflags, '-O2', '-g0', '-c', '-o', to,
                source.with_suffix('.c'))
